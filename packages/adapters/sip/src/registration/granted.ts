/** What a registrar grants: how long a binding holds, by what we may be named, and which way our requests go. */
import { flat } from '../dialog/flat.js';
import type { SipResponse } from '../syntax/message.js';
import { type NameAddr, parseNameAddr } from '../syntax/name-addr.js';
import { parseUri } from '../syntax/uri.js';
import { uriEquals } from '../syntax/uri-equality.js';
import { violation } from '../syntax/violation.js';
import { wholeNumber } from '../syntax/whole-number.js';
import type { Binding } from './binding.js';

/** Nobody is believed to keep a binding for longer than a day: a day later he may be somebody else. */
const LONGEST = 86_400;
/** The largest number of seconds that is read (RFC 3261, 25.1, delta-seconds). */
const LARGEST = 2 ** 32 - 1;
/** So many routes of a registrar are followed. */
const MOST_ROUTES = 8;
/** A name by which we can be reached from anywhere is no longer than this. */
const LONGEST_GRUU = 512;

/** What a registrar grants. */
export interface Granted {
  /** Seconds. */
  readonly expires: number;
  /** Whether requests will come by the flow that we registered on (RFC 5626, 6). */
  readonly outbound: boolean;
  /** Seconds after which the flow is taken for dead where nothing comes (RFC 5626, 4.4). */
  readonly flowTimer: number | undefined;
  /** Our name that reaches this very instance (RFC 5627, 4.3). */
  readonly gruu: string | undefined;
  /** What our requests are to go by (RFC 3608, 6.1). */
  readonly route: { readonly value: string; readonly uri: string } | undefined;
}

/**
 * What this 2xx grants.
 * @param contact the URI of our Contact as it was sent.
 * @throws RemoteProtocolError `unbound` where our Contact is not among those that are bound; and where one is malformed.
 */
export function grantedBy(
  response: SipResponse,
  { instance, regId, expires: wanted, outbound }: Binding,
  contact: string,
): Granted {
  const { contacts } = response;
  // A single one that is written otherwise is ours as somebody on the way saw it.
  const ours =
    contacts.find((one) => isOurs(one, instance, regId, contact)) ??
    (contacts.length === 1 ? contacts[0] : undefined);
  const said = wholeNumber(ours?.params.get('expires') ?? '', LARGEST);
  // RFC 3261, 10.2.4: where the Contact does not say it, Expires does; and where neither does, it is as we asked for.
  const expires = Math.min(said ?? response.expires ?? wanted, LONGEST);
  if (expires === 0 || (contacts.length > 0 && ours === undefined)) {
    throw violation('unbound', 'the registrar says 200 and does not bind our Contact');
  }
  const flowTimer = wholeNumber(response.get('Flow-Timer') ?? '', LARGEST);
  return {
    expires,
    outbound: outbound && response.require.some((tag) => tag.toLowerCase() === 'outbound'),
    flowTimer: flowTimer === 0 ? undefined : flowTimer,
    gruu: gruuOf(ours),
    route: routeOf(response),
  };
}

function isOurs(one: NameAddr, instance: string, regId: number, contact: string): boolean {
  const named = one.params.get('+sip.instance');
  if (named !== undefined) {
    const id = one.params.get('reg-id');
    return named === `<${instance}>` && (id === undefined || id === String(regId));
  }
  const [theirs, own] = [parseUri(one.uri), parseUri(contact)];
  return theirs !== undefined && own !== undefined && uriEquals(theirs, own);
}

/** What is no SIP URI leads nobody to us. */
function gruuOf(contact: NameAddr | undefined): string | undefined {
  const gruu = contact?.params.get('pub-gruu');
  if (gruu === undefined || gruu.length > LONGEST_GRUU || /[<>"\s]/.test(gruu)) return undefined;
  return parseUri(gruu)?.params.has('gr') === true ? flat(gruu) : undefined;
}

function routeOf(response: SipResponse): Granted['route'] {
  const values = response.list('Service-Route').slice(0, MOST_ROUTES);
  const routes = values.map((value) => parseNameAddr(value));
  const [first] = routes;
  if (first === undefined || routes.some(({ uri }) => parseUri(uri) === undefined))
    return undefined;
  return { value: flat(routes.map(({ uri }) => `<${uri}>`).join(', ')), uri: flat(first.uri) };
}
