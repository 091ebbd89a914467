/** Requests in which every place that may hold a secret holds one. */
import { CANARY } from './leaks.js';

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.2',
  's=-',
  'c=IN IP4 127.0.0.2',
  't=0 0',
  'm=message 5080 sip null',
  'a=accept-types:text/plain',
  `a=path:msrps://127.0.0.2:2855/${CANARY.sdp};tcp`,
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${CANARY.sdp}`,
  '',
].join('\r\n');

const digest = (name: string): string =>
  `${name}: Digest username="alice", realm="example.com", nonce="${CANARY.header}", uri="sip:echo@127.0.0.1", response="${CANARY.header}", cnonce="${CANARY.header}", nc=00000001, qop=auth, algorithm=SHA-256`;

/** Header fields with secrets. */
const SECRET_FIELDS = [
  digest('Authorization'),
  digest('Proxy-Authorization'),
  `Identity: ${CANARY.header}.${CANARY.header}.${CANARY.header};info=<https://cert.example.org/${CANARY.header}.cer>;alg=ES256;ppt=shaken`,
  `X-Api-Key: ${CANARY.header}`,
];

let count = 0;

/** One request. */
export function request(
  method: string,
  {
    user = 'echo',
    call = `call-${(count += 1)}`,
    sequence = 1,
    toTag = '',
    type = 'text/plain',
    body = '',
    secret = true,
  } = {},
): string {
  count += 1;
  return [
    `${method} sip:${user}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.2:5080;branch=z9hG4bK${count};rport`,
    'Max-Forwards: 70',
    'From: "NAME TO BE SEEN" <sip:alice@example.com>;tag=peer',
    `To: <sip:${user}@127.0.0.1>${toTag === '' ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${call}`,
    `CSeq: ${sequence} ${method}`,
    ...(secret ? SECRET_FIELDS : []),
    ...(method === 'INVITE' ? ['Contact: <sip:alice@127.0.0.2:5080>'] : []),
    ...(body === '' ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** An INVITE with an offer of messages. */
export function invite(more: Parameters<typeof request>[1] = {}): string {
  return request('INVITE', { type: 'application/sdp', body: SDP, ...more });
}

/** The answer to a request of the house. */
export function answer(to: string, status: number): string {
  const kept = to
    .split('\r\n')
    .filter((line) => /^(?:Via|v|From|f|To|t|Call-ID|i|CSeq):/i.test(line));
  return [`SIP/2.0 ${status} Whatever`, ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}

/** The tag of our end, as a response of the house tells it. */
export function tagOf(response: string): string {
  return /^(?:To|t):[^\r]*;tag=([^;\r]+)/im.exec(response)?.[1] ?? '';
}
