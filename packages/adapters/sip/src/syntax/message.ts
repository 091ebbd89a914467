/** SIP messages as they were received: what every layer reads, each value parsed when first asked for. */
import { DIGIT, endOf, lowerCase, TOKEN } from './characters.js';
import type { CSeq } from './cseq.js';
import type { Head } from './head.js';
import * as names from './header-names.js';
import type { SipLimits } from './limits.js';
import { splitList } from './list.js';
import { type NameAddr, parseNameAddr } from './name-addr.js';
import { NO_PARAMETERS, type Parameters, parseParameters } from './parameters.js';
import { parseReason, type Reason } from './reason.js';
import type { SipUri } from './uri.js';
import type { Via } from './via.js';
import { violation } from './violation.js';
import { wholeNumber } from './whole-number.js';

export type { NameAddr } from './name-addr.js';
export type { Via } from './via.js';

/** What was read, and found right, of each message before it became one. */
export interface Essentials {
  readonly head: Head;
  readonly body: Uint8Array;
  readonly via: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  readonly limits: SipLimits;
}

/** A type or token with parameters: `session;handling=optional`. */
export interface Disposition {
  /** In lower case. */
  readonly type: string;
  readonly params: Parameters;
}

const NOTHING: readonly never[] = [];

/** RFC 3261, 10.2.2: all contacts, in a REGISTER that removes them. */
const ANYTHING: NameAddr = { displayName: undefined, uri: '*', params: NO_PARAMETERS, raw: '*' };

/** The longest delay in seconds that is believed (RFC 3261, 25.1, delta-seconds; 20.19). */
const LONGEST = 2 ** 32 - 1;

/** What requests and responses share. A getter throws RemoteProtocolError (400) where the peer's value is malformed. */
export abstract class SipMessage {
  abstract readonly type: 'request' | 'response';
  /** The octets behind the head, as many as Content-Length says. */
  readonly body: Uint8Array;
  /** The topmost Via value. */
  readonly via: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  readonly #head: Head;
  readonly #limits: SipLimits;
  // What was parsed already, of what is parsed only when asked for.
  #mediaType: string | undefined;
  #contacts: readonly NameAddr[] | undefined;
  #recordRoutes: readonly NameAddr[] | undefined;
  #disposition: Disposition | undefined;

  constructor(essentials: Essentials) {
    this.body = essentials.body;
    this.via = essentials.via;
    this.from = essentials.from;
    this.to = essentials.to;
    this.callId = essentials.callId;
    this.cseq = essentials.cseq;
    this.#head = essentials.head;
    this.#limits = essentials.limits;
  }

  /** The first value of this name in any case and either form, folds taken out. */
  get(name: string): string | undefined {
    return this.#head.get(name);
  }

  /** Every value of this name, one for each line. */
  all(name: string): readonly string[] {
    return this.#head.all(name);
  }

  /** Every value of this name where commas separate values, over all its lines. */
  list(name: string): readonly string[] {
    return this.#head.all(name).flatMap(splitList);
  }

  /** Name and value of each header field, in order, as they stood. */
  get fields(): Iterable<readonly [name: string, value: string]> {
    return this.#head;
  }

  /** Whether the topmost Via value is surely the only one. */
  get hasOneVia(): boolean {
    return this.#head.count(names.VIA) === 1;
  }

  get fromTag(): string | undefined {
    return this.from.params.get('tag');
  }

  get toTag(): string | undefined {
    return this.to.params.get('tag');
  }

  /** Content-Type as written. */
  get contentType(): string | undefined {
    return this.#head.first(names.CONTENT_TYPE);
  }

  /** Content-Type without its parameters, in lower case: `text/plain`. */
  get mediaType(): string | undefined {
    if (this.#mediaType !== undefined) return this.#mediaType;
    const type = this.contentType;
    if (type === undefined) return undefined;
    const end = type.indexOf(';');
    return (this.#mediaType = lowerCase((end < 0 ? type : type.slice(0, end)).trim()));
  }

  get contentDisposition(): Disposition | undefined {
    const value = this.#head.first(names.CONTENT_DISPOSITION);
    if (value === undefined) return undefined;
    return (this.#disposition ??= parseDisposition(value, this.#limits));
  }

  /** Contact's values; `*` is one without scheme and parameters. */
  get contacts(): readonly NameAddr[] {
    return (this.#contacts ??= this.#addresses(names.CONTACT, Infinity));
  }

  get recordRoutes(): readonly NameAddr[] {
    return (this.#recordRoutes ??= this.#addresses(names.RECORD_ROUTE, this.#limits.routes));
  }

  get routes(): readonly NameAddr[] {
    return this.#addresses(names.ROUTE, this.#limits.routes);
  }

  get require(): readonly string[] {
    return this.#values(names.REQUIRE);
  }

  get proxyRequire(): readonly string[] {
    return this.#values(names.PROXY_REQUIRE);
  }

  get supported(): readonly string[] {
    return this.#values(names.SUPPORTED);
  }

  /** Seconds; what is no number counts as absent (RFC 3261, 20.19; 4475, 3.1.2.4). */
  get expires(): number | undefined {
    return wholeNumber(this.#head.first(names.EXPIRES) ?? '', LONGEST);
  }

  /** Seconds; the comment and the parameters behind them are left out (RFC 3261, 20.33). */
  get retryAfter(): number | undefined {
    const value = this.#head.first(names.RETRY_AFTER) ?? '';
    const end = endOf(value, DIGIT, 0);
    return /^[ \t]*(?:[(;]|$)/.test(value.slice(end))
      ? wholeNumber(value.slice(0, end), LONGEST)
      : undefined;
  }

  /** Why the request was sent (RFC 3326), for each protocol that says so. */
  get reasons(): readonly Reason[] {
    return this.#values(names.REASON).map(parseReason);
  }

  #addresses(id: number, most: number): readonly NameAddr[] {
    const values = this.#values(id);
    if (values.length === 0) return NOTHING;
    if (values.length > most) {
      throw violation('too-many-routes', `at most ${most} routes are taken`, undefined, 513);
    }
    return values.map((value) => (value === '*' ? ANYTHING : parseNameAddr(value, this.#limits)));
  }

  #values(id: number): readonly string[] {
    const lines = this.#head.every(id);
    return lines.length === 0 ? NOTHING : lines.flatMap(splitList);
  }
}

function parseDisposition(value: string, limits: SipLimits): Disposition {
  const end = endOf(value, TOKEN, 0);
  if (end === 0) {
    throw violation('bad-content-disposition', 'a Content-Disposition begins with its type', value);
  }
  return {
    type: value.slice(0, end).toLowerCase(),
    params: parseParameters(value, limits.params, end),
  };
}

/** A request as it was received. */
export class SipRequest extends SipMessage {
  readonly type = 'request';

  constructor(
    /** Case matters (RFC 3261, 7.1). */
    readonly method: string,
    /** The Request-URI as written. */
    readonly uri: string,
    /** The Request-URI parsed; undefined where its scheme is neither `sip` nor `sips`. */
    readonly requestUri: SipUri | undefined,
    /** Absent from a user agent of RFC 2543. */
    readonly maxForwards: number | undefined,
    essentials: Essentials,
  ) {
    super(essentials);
  }
}

/** A response as it was received. */
export class SipResponse extends SipMessage {
  readonly type = 'response';

  constructor(
    /** 100 to 699. */
    readonly status: number,
    /** The reason phrase; may be empty. */
    readonly reason: string,
    essentials: Essentials,
  ) {
    super(essentials);
  }
}
