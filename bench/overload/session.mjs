/** One session as its caller sees it: what is sent and awaited, from INVITE to BYE, with two messages that come back. */

/** The requests of a session, in their order. */
export const INVITE = 0;
export const BYE = 3;
const METHODS = ['INVITE', 'MESSAGE', 'MESSAGE', 'BYE'];

const OFFER =
  'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=message 9 sip null\r\na=accept-types:text/plain\r\n';

/** How a session came out. */
export const OVER = 0;
export const REFUSED = 1;
export const GIVEN_UP = 2;

/** One session. */
export class Session {
  /** What is awaited: the request by its number, undefined when none is any more. */
  awaited;
  /** Whether the present message has been answered, and has come back. */
  answered = false;
  echoed = false;
  since = 0;
  bytes;
  #to;
  #target;

  /**
   * @param {number} number of its own
   * @param {{ local: string, transport: string }} end where it is begun: `127.0.0.2:5080`, and `UDP` or `TCP`
   * @param {string} house where it goes: `127.0.0.1:5060`
   */
  constructor(number, end, house, begun, load) {
    this.number = number;
    this.end = end;
    this.house = house;
    this.begun = begun;
    this.load = load;
    this.#target = `sip:worker@${house}`;
    this.#to = `<sip:worker@${house}>`;
  }

  /** The request with this number, as octets. */
  request(step) {
    const method = METHODS[step];
    const invite = step === INVITE;
    const body = invite ? OFFER : method === 'MESSAGE' ? `message ${step}` : '';
    const { transport, local } = this.end;
    const fields = [
      ...this.#head(method, step, step + 1),
      ...(invite ? [`Contact: <sip:caller@${local};transport=${transport}>`] : []),
      ...(body === '' ? [] : [`Content-Type: ${invite ? 'application/sdp' : 'text/plain'}`]),
    ];
    return messageOf(fields, body);
  }

  /** The ACK to an answer: to a refusal in its own transaction, to an acceptance outside any (RFC 3261, 17.1.1.3 and 13.2.2.4). */
  acknowledge(text) {
    const accepted = text.startsWith('SIP/2.0 2');
    const to = fieldOf(text, 'To') ?? this.#to;
    if (accepted) {
      this.#to = to;
      this.#target = /<([^>]+)>/.exec(fieldOf(text, 'Contact') ?? '')?.[1] ?? this.#target;
      return messageOf(this.#head('ACK', 'a', 1), '');
    }
    return messageOf(this.#head('ACK', INVITE, 1, to), '');
  }

  #head(method, step, sequence, to = this.#to) {
    const { transport, local } = this.end;
    const { number } = this;
    return [
      `${method} ${this.#target} SIP/2.0`,
      `Via: SIP/2.0/${transport} ${local};branch=z9hG4bK-${number}-${step}-;rport`,
      'Max-Forwards: 70',
      `From: "Caller ${number}" <sip:caller${number}@${local}>;tag=c${number}`,
      `To: ${to}`,
      `Call-ID: ${number}-${local}`,
      `CSeq: ${sequence} ${method}`,
    ];
  }
}

/** The 200 to a request of the house. */
export function accept(text) {
  const lines = ['SIP/2.0 200 OK'];
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    lines.push(`${name}: ${fieldOf(text, name)}`);
  }
  return messageOf(lines, '');
}

/** Names in their compact form (RFC 3261, 7.3.3), which the house uses with those whom it does not know yet. */
const COMPACT = { Via: 'v', From: 'f', To: 't', 'Call-ID': 'i', Contact: 'm' };

/** The value of a header field as the house writes them: one line each. */
export function fieldOf(text, name) {
  return valueOf(text, name) ?? valueOf(text, COMPACT[name] ?? name);
}

function valueOf(text, name) {
  const at = text.indexOf(`\r\n${name}:`);
  if (at < 0) return undefined;
  const from = at + name.length + 3;
  return text.slice(from, text.indexOf('\r\n', from)).trim();
}

/** What an answer is to: the number of the session, and of the request, out of the branch. */
export function readBranch(text) {
  const at = text.indexOf('z9hG4bK-') + 8;
  const [number = '', step = ''] = text.slice(at, at + 24).split('-', 2);
  return { number: Number(number), step: Number(step) };
}

function messageOf(lines, body) {
  return Buffer.from(
    `${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  );
}
