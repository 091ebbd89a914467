/** What has to be true of the header fields that speak of sessions, in a request that carries them. */
import { isMicrosoft } from '../../packages/adapters/sip/src/dialect/dialect.js';
import {
  embeddedIn,
  parseEmbedded,
} from '../../packages/adapters/sip/src/dialect/embedded-message.js';
import { readInfo } from '../../packages/adapters/sip/src/dialect/info.js';
import { sourceNetworkOf } from '../../packages/adapters/sip/src/dialect/source-network.js';
import { printReferTo, referToOf } from '../../packages/adapters/sip/src/dialog/refer-to.js';
import {
  knowsTimers,
  leastIntervalOf,
  LONGEST_INTERVAL,
  sessionExpiresOf,
  SHORTEST_INTERVAL,
} from '../../packages/adapters/sip/src/dialog/session-expires.js';
import {
  agreeAsClient,
  agreeAsServer,
  timerFields,
} from '../../packages/adapters/sip/src/dialog/session-timer.js';
import type { SipRequest, SipResponse } from '../../packages/adapters/sip/src/syntax/message.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { parseReplaces, printReplaces } from '../../packages/adapters/sip/src/syntax/replaces.js';
import { parseUri } from '../../packages/adapters/sip/src/syntax/uri.js';
import { joined, latin1, octetsOf, utf8 } from '../octets.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const NOW = 1_443_208_345_000;
const SOURCES = new Set([undefined, 'company', 'federated-public', 'federated-enterprise']);

/** Holds the rules to a value in each of these fields, and to a body whose type it may be. */
export function holdFields(value: Uint8Array, body: Uint8Array): void {
  const text = latin1(value);
  holdReplaces(text);
  const network = timed(text.length, () => sourceNetworkOf(text));
  hold(SOURCES.has(network), 'source-network');
  const form = timed(text.length, () => parseEmbedded(text));
  if (form !== undefined) {
    hold(form.contentType.startsWith('text/'), 'embedded-type', () => form.contentType);
    hold(form.body.length <= 3 * text.length, 'embedded-grows');
  }
  // What would end the field is no part of its value.
  const plain = octetsOf(text.replaceAll(/[\r\n]/g, ''));
  const request = messageWith('REFER sip:bot@example.com SIP/2.0', plain, body);
  if (request?.type === 'request') holdRequest(request, text.length + body.length);
  const response = messageWith('SIP/2.0 200 OK', plain, body);
  if (response?.type === 'response') holdTimers(response);
}

function messageWith(
  start: string,
  value: Uint8Array,
  body: Uint8Array,
): SipRequest | SipResponse | undefined {
  const fields = [
    ...['Refer-To', 'Session-Expires', 'Min-SE', 'ms-text-format', 'Content-Type', 'Supported'],
    ...['ms-im-format', 'Allow'],
  ]
    // Now and then they are not there.
    .filter((name) => body.length % 5 !== 3 || name === 'Content-Type')
    .flatMap((name) => [utf8(`\r\n${name}: `), value]);
  const head = `${start}\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REFER\r\nMax-Forwards: 70`;
  const known = body.length % 3 === 0 ? '\r\nSupported: timer' : '';
  const packaged = body.length % 7 === 6 ? '\r\nInfo-Package: x' : '';
  const end = `${known}${packaged}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const message = parseMessage(joined(utf8(head), ...fields, utf8(end), body));
  return message.type === 'malformed' ? undefined : message;
}

function holdRequest(request: SipRequest, size: number): void {
  holdReferTo(request, size);
  holdTimers(request);
  const info = timed(size, () => readInfo(request));
  hold(
    info.fault === undefined
      ? info.answer.status === 200
      : info.fault.status === info.answer.status && info.answer.status >= 400,
    'info-status',
  );
  const first = timed(size, () => embeddedIn(request));
  hold((first?.alternatives?.length ?? 0) <= 4, 'embedded-many');
  const signed = isMicrosoft(request, 'detect');
  hold(signed || request.get('ms-text-format') === undefined, 'dialect-signed');
  hold(isMicrosoft(request, 'always') && !isMicrosoft(request, 'never'), 'dialect-said');
}

function holdReplaces(text: string): void {
  const replaces = timed(text.length, () => parseReplaces(text));
  if (replaces === undefined) return;
  const printed = printReplaces(replaces);
  if (printed === undefined) {
    const isSaid = [replaces.toTag, replaces.fromTag].every((tag) => /^[\w.-]*$/.test(tag));
    hold(!isSaid, 'replaces-unsaid', () => text);
    return;
  }
  hold(!/[\s,]/.test(printed), 'replaces-printed', () => printed);
  const again = parseReplaces(printed);
  hold(again?.callId === replaces.callId && again.earlyOnly === replaces.earlyOnly, 'replaces');
  hold(again.toTag === (replaces.toTag || '0'), 'replaces-to', () => text);
  hold(again.fromTag === (replaces.fromTag || '0'), 'replaces-from', () => text);
}

function holdReferTo(request: SipRequest, size: number): void {
  const referred = timed(size, () => referToOf(request));
  if (typeof referred === 'number') {
    hold([400, 403, 416].includes(referred), 'refer-status', () => String(referred));
    return;
  }
  const { uri, replaces } = referred;
  hold(/^sips?:/i.test(uri) && parseUri(uri)?.headers.size === 0, 'refer-uri', () => uri);
  hold(!/[\s<>"]/.test(uri), 'refer-uri', () => uri);
  const named = replaces && printReplaces(replaces);
  const printed = printReferTo(uri, named);
  const written = messageWith('REFER sip:bot@example.com SIP/2.0', utf8(printed), new Uint8Array());
  if (written?.type !== 'request') return;
  const again = referToOf(written);
  hold(typeof again !== 'number' && again.uri === uri, 'refer-differs', () => printed);
  hold(
    again.replaces?.callId === (named === undefined ? undefined : replaces?.callId),
    'refer-replaces',
    () => printed,
  );
}

function holdTimers(message: SipRequest | SipResponse): void {
  const size = (message.get('Session-Expires') ?? '').length;
  const said = timed(size, () => sessionExpiresOf(message));
  const least = timed(size, () => leastIntervalOf(message));
  hold(isWithin(least, SHORTEST_INTERVAL), 'least-interval', () => String(least));
  if (said !== undefined) hold(isWithin(said.interval, 0), 'interval', () => String(said.interval));
  for (const wanted of [0, 90, 1_800]) {
    const timer =
      message.type === 'request'
        ? agreeAsServer(message, wanted, NOW).timer
        : agreeAsClient(message, wanted, NOW);
    hold((timer === undefined) === (wanted === 0 && said === undefined), 'timer-agreed');
    if (timer === undefined) continue;
    hold(isWithin(timer.interval, SHORTEST_INTERVAL), 'timer-interval');
    hold(timer.due * 1_000 > NOW && timer.due * 1_000 <= NOW + timer.interval * 1_000, 'timer-due');
    const ours = timer.asOurs(NOW);
    hold(ours.ours && ours.asOurs(NOW) === ours && ours.interval === timer.interval, 'timer-ours');
    if (message.type === 'request') holdAgreed(message, wanted, timer.interval, timer.ours);
    // What was agreed before does not last longer for being agreed again.
    if (message.type === 'request') agreeAsServer(message, wanted, NOW, timer);
    else agreeAsClient(message, wanted, NOW, timer);
  }
}

/** What our answer says is what we keep to. */
function holdAgreed(request: SipRequest, wanted: number, interval: number, ours: boolean): void {
  const { fields } = agreeAsServer(request, wanted, NOW);
  if (fields.length === 0) {
    hold(ours && !knowsTimers(request), 'timer-untold');
    return;
  }
  const value = utf8(fields[0]?.[1] ?? '');
  const answer = messageWith('SIP/2.0 200 OK', value, new Uint8Array());
  const said = answer && sessionExpiresOf(answer);
  hold(said?.interval === interval, 'timer-told', () => latin1(value));
  hold(said.refresher === (ours ? 'uas' : 'uac'), 'timer-refresher', () => latin1(value));
  hold((fields.length === 2) === !ours, 'timer-required');
  const asked = utf8(timerFields(interval, said.refresher)[0]?.[1] ?? '');
  hold(latin1(asked) === latin1(value), 'timer-asked');
  hold(timerFields(interval)[0]?.[1] === String(interval), 'timer-asked');
}

function isWithin(seconds: number, least: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= least && seconds <= LONGEST_INTERVAL;
}
