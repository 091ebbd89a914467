/** The messages of simulated callers, as octets: made from templates, since there are millions of them. */
import type { Flow } from '@usher/core/adapter';

/**
 * What a message is. Of callers: INVITE (`i`), ACK to its 2xx (`a`), ACK to its refusal (`r`), two MESSAGEs (`m`, `n`), BYE
 * (`b`), CANCEL (`c`). Of others: an INVITE that claims to be an emergency (`e`), a MESSAGE and a BYE of a dialog that there is none of (`x`,
 * `y`), OPTIONS (`o`), a response to nothing of ours (`s`).
 */
export type Kind = 'i' | 'a' | 'r' | 'm' | 'n' | 'b' | 'c' | 'e' | 'x' | 'y' | 'o' | 's';

/** The To tag of refusals without state. */
export const REFUSAL_TAG = 'refusedbythehouse';

const DIGITS = 8;
const encoder = new TextEncoder();

/** A kind's method, its CSeq, and whether it is within a dialog. First lines are padded to one length by the user part. */
const SHAPES: Record<Kind, readonly [method: string, sequence: number, within: boolean]> = {
  i: ['INVITE', 1, false],
  a: ['ACK', 1, true],
  r: ['ACK', 1, false],
  m: ['MESSAGE', 2, true],
  n: ['MESSAGE', 3, true],
  b: ['BYE', 4, true],
  c: ['CANCEL', 1, false],
  e: ['INVITE', 1, false],
  x: ['MESSAGE', 2, true],
  y: ['BYE', 2, true],
  o: ['OPTIONS', 1, false],
  s: ['SIP/2.0', 1, true],
};

interface Template {
  readonly bytes: Uint8Array;
  readonly numbers: readonly number[];
}

const templates = new Map<string, Template>();
const flows = new Map<number, Flow>();

/** Where the packets of a source come from. */
export function flowOf(source: number): Flow {
  const known = flows.get(source);
  if (known !== undefined) return known;
  const address = `10.${source >> 16}.${(source >> 8) & 255}.${source & 255}`;
  const flow = { transport: 'udp', remote: { address, port: 5060 } };
  flows.set(source, flow);
  return flow;
}

/** A message of the session with this number. */
export function packet(kind: Kind, source: number, number: number): Uint8Array {
  const { bytes, numbers } = templateOf(kind, source);
  const copy = bytes.slice();
  let rest = number;
  for (let digit = DIGITS - 1; digit >= 0; digit -= 1) {
    const octet = 0x30 + (rest % 10);
    for (const at of numbers) copy[at + digit] = octet;
    rest = Math.floor(rest / 10);
  }
  return copy;
}

function templateOf(kind: Kind, source: number): Template {
  const key = `${kind}${source}`;
  const known = templates.get(key);
  if (known !== undefined) return known;
  const { address, port } = flowOf(source).remote;
  const [method, sequence, within] = SHAPES[kind];
  const tag = kind === 'r' ? `;tag=${REFUSAL_TAG}` : within ? ';tag=d########' : '';
  // The ACK to a refusal, and a CANCEL, have the branch of the INVITE (RFC 3261, 17.1.1.3 and 9.1).
  const branch = kind === 'r' || kind === 'c' ? 'i' : kind;
  const text = [
    // First lines are of one length.
    kind === 's'
      ? `${method} 200 ${'O'.padEnd(24, 'K')}`
      : `${method} sip:${'bot'.padEnd(10 - method.length, 't')}@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${branch}########;rport`,
    'Max-Forwards: 70',
    `From: "Caller ########" <sip:########@example.com>;tag=f########`,
    `To: <sip:bot@example.org>${tag}`,
    'Call-ID: k########@example.com',
    `CSeq: ${sequence} ${method}`,
    ...(kind === 'e' ? ['Resource-Priority: esnet.0'] : []),
    `Contact: <sip:${address}:${port}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const numbers: number[] = [];
  for (let at = text.indexOf('########'); at >= 0; at = text.indexOf('########', at + DIGITS)) {
    numbers.push(at);
  }
  const template = { bytes: encoder.encode(text.replaceAll('#', '0')), numbers };
  templates.set(key, template);
  return template;
}

/** What a packet is, and of which session: by the branch behind the first cookie, or the tag of a refusal. */
export function readPacket(bytes: Uint8Array): { readonly kind: Kind; readonly number: number } {
  const at = bytes.indexOf(0x4b, 40) + 1;
  let kind = String.fromCharCode(bytes[at] ?? 0) as Kind;
  if (kind === 'i' && bytes[0] === 0x41) kind = 'r';
  let number = 0;
  for (let digit = 1; digit <= DIGITS; digit += 1)
    number = number * 10 + (bytes[at + digit] ?? 0) - 0x30;
  return { kind, number };
}
