/** Keeps sessions fresh: asks for a sign of life in time, and ends those that gave none (RFC 4028, 7.4, 10; RFC 3311). */
import type { Field } from '../syntax/printer.js';
import { contactIn } from './contact-of.js';
import type { Core } from './core.js';
import type { Dialog } from './dialog.js';
import { SUPPORTED } from './extensions.js';
import { OutgoingRequest, type Outcome } from './outgoing-request.js';
import { leastIntervalOf } from './session-expires.js';
import { agreeAsClient, SessionTimer, timerFields } from './session-timer.js';
import { outline } from './within-dialog.js';

/** Where a refresh is noted while it has no answer. */
export interface Noted {
  refreshing: { readonly offers: boolean } | undefined;
  /** Our description, where it has to be said as it is. */
  readonly described: Uint8Array | undefined;
}

/** A session that lasts only for as long as somebody refreshes it. */
export interface Refreshed {
  readonly state: string;
  readonly dialog: Dialog | undefined;
  readonly timer: SessionTimer | undefined;
  readonly further: Noted | undefined;
  /** Whether the dialog began by an INVITE of ours, so that its Call-ID is ours. */
  readonly opens: boolean;
  extend(): Noted;
  /** Sends a request within the dialog; undefined where the session is over. */
  request(
    method: string,
    fields: readonly Field[],
    body: Uint8Array | undefined,
    conclude: (outcome: Outcome) => void,
  ): OutgoingRequest | undefined;
  send(request: OutgoingRequest): void;
  /** From now on this is how long it lasts. */
  time(timer: SessionTimer | undefined): void;
  /** The peer says that it is somewhere else now. */
  retarget(uri: string): void;
  /** The peer is gone. */
  lost(status: number): void;
}

/** Seconds until it is looked at again, where nothing can be done yet. */
const LATER = 32;
/** An INVITE of ours that is only ever answered provisionally is taken back after so many milliseconds. */
const LONGEST_PENDING = 60_000;

/** The time of this session has come: it is refreshed, or over. */
export function attend<Usage extends Refreshed>(core: Core<Usage>, usage: Usage): void {
  const { timer, state } = usage;
  if (timer === undefined) return;
  timer.due = Math.ceil(core.now / 1_000) + Math.max(timer.interval >> 1, LATER);
  if (state !== 'established') return;
  if (!timer.ours) usage.lost(408);
  else if (usage.further?.refreshing === undefined) begin(core, usage, timer);
}

/** Refreshes a session by an INVITE with this description, the same as before (RFC 4028, 7.4). */
export function refreshByInvite<Usage extends Refreshed>(
  core: Core<Usage>,
  usage: Usage,
  body: Uint8Array,
): void {
  const { timer, state } = usage;
  if (timer === undefined || state !== 'established' || usage.further?.refreshing) return;
  new Refreshing(core, usage, timer, usage.further ?? usage.extend()).send('INVITE', body);
}

function begin<Usage extends Refreshed>(
  core: Core<Usage>,
  usage: Usage,
  timer: SessionTimer,
): void {
  if (timer.byUpdate) {
    new Refreshing(core, usage, timer, usage.further ?? usage.extend()).send('UPDATE');
    return;
  }
  const described = usage.further?.described;
  if (described === undefined) core.tell({ type: 'refreshing', usage });
  else refreshByInvite(core, usage, described);
}

/** One refresh of ours, until it has its answer. */
class Refreshing<Usage extends Refreshed = Refreshed> {
  /** Whether an offer of ours awaits its answer. */
  offers = false;
  readonly #core: Core<Usage>;
  readonly #usage: Usage;
  readonly #timer: SessionTimer;
  readonly #further: Noted;

  constructor(core: Core<Usage>, usage: Usage, timer: SessionTimer, further: Noted) {
    this.#core = core;
    this.#usage = usage;
    this.#timer = timer;
    this.#further = further;
  }

  send(method: 'INVITE' | 'UPDATE', body?: Uint8Array): void {
    this.#further.refreshing = this;
    this.offers = method === 'INVITE';
    const { interval } = this.#timer;
    // From this request's side we are the client, and go on to refresh.
    const fields = [['Supported', SUPPORTED] as const, ...timerFields(interval, 'uac')];
    if (body !== undefined) fields.push(['Content-Type', 'application/sdp']);
    const request = this.#usage.request(method, fields, body, (outcome) => {
      const done = this.#further.refreshing !== this;
      const { response, from } = outcome;
      // Whoever knows the branch of our request got it, and is there for as long as this is remembered.
      if (from !== undefined && from.remote.address === request?.flow?.remote.address) {
        this.#core.prove(from);
      }
      if (response !== undefined && method === 'INVITE' && outcome.status < 300) {
        this.#acknowledge(response.cseq.number, request);
      }
      if (!done) this.#conclude(outcome, method);
    });
    if (method === 'INVITE') this.#core.start(LONGEST_PENDING, () => this.#giveUp(request));
  }

  #conclude({ status, response }: Outcome, method: string): void {
    const [core, usage, timer] = [this.#core, this.#usage, this.#timer];
    this.#further.refreshing = undefined;
    this.offers = false;
    if (response === undefined || usage.state !== 'established') return;
    if (status < 300) {
      const target = contactIn(response);
      if (target !== undefined) usage.retarget(target);
      usage.time(agreeAsClient(response, timer.interval, core.now, timer));
      return;
    }
    const { interval } = timer;
    const least = status === 422 ? leastIntervalOf(response) : 0;
    const refused = method === 'UPDATE' && (status === 405 || status === 501);
    const next = new SessionTimer(
      Math.max(interval, least),
      true,
      timer.byUpdate && !refused,
      core.now,
    );
    // Whoever says no to it is there all the same: 408 and 481 have ended the session already (RFC 4028, 10).
    usage.time(next);
    if (least > interval || refused) begin(core, usage, next);
    else if (status === 491) core.start(glareDelay(core, usage.opens), () => attend(core, usage));
  }

  #acknowledge(sequence: number, invite: OutgoingRequest | undefined): void {
    const { dialog } = this.#usage;
    if (dialog === undefined) return;
    const { fields, ...rest } = outline(dialog, 'ACK', sequence);
    fields.push(...(invite?.exchange?.sent ?? []));
    this.#usage.send(new OutgoingRequest({ method: 'ACK', fields, ...rest }, () => {}));
  }

  /** No final answer came, or none will. */
  #giveUp(request: OutgoingRequest | undefined): void {
    if (this.#further.refreshing !== this || request === undefined) return;
    if (request.cancelled) {
      this.#core.forget(request);
      this.#further.refreshing = undefined;
      this.#usage.lost(408);
      return;
    }
    request.cancelled = true;
    this.#core.cancel(request);
    this.#core.start(64 * this.#core.times.t1, () => this.#giveUp(request));
  }
}

/** RFC 3261, 14.1: after how many milliseconds whoever met another request on its way tries again. */
function glareDelay({ chance }: Pick<Core<never>, 'chance'>, ownsCallId: boolean): number {
  const [high = 0, low = 0] = chance.octets(2);
  const share = (high * 256 + low) / 65_536;
  return ownsCallId ? 2_100 + Math.floor(share * 191) * 10 : Math.floor(share * 201) * 10;
}
