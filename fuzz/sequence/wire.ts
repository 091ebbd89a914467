/** The messages of the peers in a sequence, as octets. */
import type { Flow } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import type { SipRequest } from '../../packages/adapters/sip/src/syntax/message.js';
import { MESSAGE_MUTATIONS } from '../mutation/message-mutation.js';
import { mutated, OCTET_MUTATIONS } from '../mutation/octet-mutation.js';
import { octetsOf, utf8 } from '../octets.js';
import type { Answered, Asked } from './step.js';

/** The ways that messages come. The last ones are of strangers who never show that they are there. */
export const FLOWS: readonly Flow[] = [
  flowOf('udp', '192.0.2.2', 5080),
  flowOf('tcp', '192.0.2.2', 40_000, 1),
  flowOf('udp', '192.0.2.3', 5081),
  flowOf('ws', '192.0.2.4', 40_001, 2),
  flowOf('tls', '2001:db8::5', 40_002, 3),
  flowOf('udp', '203.0.113.6', 5060),
  flowOf('udp', '10.0.0.7', 5060),
  flowOf('wss', '192.0.2.8', 40_003, 4),
  flowOf('udp', 'fe80::9', 5060),
];

function flowOf(transport: string, address: string, port: number, connection?: number): Flow {
  const local = { address: '192.0.2.1', port: transport === 'ws' ? 8080 : 5060 };
  return {
    transport,
    local,
    remote: { address, port },
    ...(connection !== undefined && { connection }),
    ...(transport === 'tls' && {
      identity: { how: 'tls', names: ['sip:example.com', 'sip:alice@example.org'] } as const,
    }),
  };
}

/** One of them, whatever the number. */
export function flowAt(number: number): Flow {
  return FLOWS[Math.abs(number) % FLOWS.length] ?? flowOf('udp', '192.0.2.2', 5080);
}

/** The way by which an answer to what was sent there comes. */
export function backOf({ transport, remote, connection }: Flow): Flow {
  const local = { address: '192.0.2.1', port: 5060 };
  const known = FLOWS.find(
    (one) =>
      one.transport === transport &&
      (one.connection === connection || one.remote.address === remote.address),
  );
  return (
    known ?? {
      transport: transport === 'udp' ? 'udp' : 'tcp',
      local,
      remote,
      ...(transport !== 'udp' && { connection: 99 }),
    }
  );
}

/** A way that is yet to be opened. */
export function openTo({ transport, remote }: Flow): Flow {
  return { transport, remote };
}

/** A tag that we have given out, and what belongs to it. */
export interface Known {
  readonly ours: string;
  readonly theirs: string;
  readonly callId: string;
}

/** What the peers know of us by now. */
export interface Knowledge {
  readonly tags: readonly Known[];
  /** The last challenge of ours, answered; undefined while there was none. */
  readonly authorization: (method: string, uri: string, wrong: boolean) => string | undefined;
}

const URIS = [
  'sip:bot@192.0.2.1',
  'sips:bot@192.0.2.1',
  'sip:192.0.2.1',
  'tel:+1',
  'urn:service:sos',
  'sip:bot@192.0.2.1;x=y',
  'sip:',
];
const OFFER =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=message 5080 sip null\r\na=accept-types:text/plain\r\n';

const CONTACTS = [
  '',
  '<sip:peer@192.0.2.2:5080;transport=udp>',
  '<sip:peer@192.0.2.3:5081>',
  '<sip:peer@name.example.com>',
  '<sip:peer@127.0.0.1>',
  '<sip:peer@x.invalid;transport=ws;ob>',
  '<sips:peer@192.0.2.2>',
  '*',
  '<tel:+1>',
  '"unclosed <sip:a@b>',
  '<sip:a@192.0.2.2>, <sip:b@192.0.2.2>',
  '<sip:peer@255.255.255.255>',
  '<sip:peer@[2001:db8::5]:5061;transport=tls>',
  '<sip:peer@10.1.2.3:5060>',
  '<sip:peer@192.0.2.4:8080;transport=ws>',
  '<sip:peer@192.0.2.8:443;transport=wss>',
];

const BODIES: readonly (readonly [type: string, text: string])[] = [
  ['', ''],
  ['application/sdp', OFFER],
  ['text/plain', 'hello'],
  [
    'application/im-iscomposing+xml',
    '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state></isComposing>',
  ],
  ['', 'no type'],
  ['image/png', 'x'],
  ['text/plain', '\xff\xfe'],
  ['application/sdp', 'v=0'],
  ['text/plain', 'x'.repeat(1_400)],
  ['message/sipfrag;version=2.0', 'SIP/2.0 200 OK'],
  ['message/sipfrag', 'SIP/2.0 100 Trying\r\n'],
  ['message/sipfrag', 'x'],
];

/** Stands for the dialog that we have told of last. */
const LAST = '{last}';

const EXTRAS: readonly (readonly string[])[] = [
  [],
  ['Require: 100rel'],
  ['Record-Route: <sip:p1.example.com;lr>, <sip:192.0.2.3:5081;lr>'],
  ['Record-Route: <sip:192.0.2.3:5081>'],
  ['Record-Route: <tel:1>'],
  ['Expires: 5'],
  ['Expires: 0'],
  ['Reason: SIP;cause=200;text="Call completed elsewhere"'],
  ['Reason: ;'],
  ['Replaces: x'],
  ['Accept: text/plain'],
  ['Content-Encoding: gzip'],
  ['Max-Forwards: 0'],
  ['Retry-After: 1'],
  ['P-Asserted-Identity: <sip:boss@example.com>', 'Privacy: id'],
  ['Timestamp: 54'],
  ['Content-Disposition: session;handling=optional'],
  ['Subject: hi', 'X: y'],
  ['Authorization: Digest username="x"'],
  ['WWW-Authenticate: Digest realm="example.com", nonce="n", qop="auth", algorithm=SHA-256'],
  [
    'Proxy-Authenticate: Digest realm="example.com", nonce="m", qop="auth", algorithm=SHA-256',
    'Authentication-Info: nextnonce="z"',
  ],
  [],
  [],
  ['Accept: application/sdp', 'Supported: 100rel', 'Privacy: id'],
  ['P-Asserted-Identity: "x" <sip:boss@example.com>, <tel:+1>', 'P-Asserted-Identity: <nothing'],
  ['Session-Expires: 30', 'Supported: timer'],
  ['WWW-Authenticate: Digest realm="example.com", nonce="n", qop="auth", algorithm=MD5'],
  ['WWW-Authenticate: Digest realm="elsewhere.example.com", nonce="n", algorithm=SHA-256'],
  ['WWW-Authenticate: Digest realm="example.com", nonce="n", algorithm=SHA-256'],
  ['P-Asserted-Identity: <tel:+1>', 'Session-Expires: 4294967296'],
  ['Session-Expires: x', 'Content-Disposition: session;handling=required'],
  ['Session-Expires: 120;refresher=uas', 'Supported: timer', 'Allow: INVITE, UPDATE'],
  ['Session-Expires: 90;refresher=uac', 'Min-SE: 100', 'Supported: timer'],
  ['Session-Expires: 120;refresher=uac', 'Allow: INVITE'],
  ['Min-SE: 1800'],
  ['Refer-To: <sip:carol@example.com>'],
  ['Refer-To: <sip:c@example.com?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>', 'Refer-Sub: false'],
  ['Refer-To: <tel:+1>'],
  ['Refer-To: <sip:c@example.com;method=BYE?Replaces=%zz>'],
  ['Event: refer', 'Subscription-State: active;expires=60'],
  ['Event: refer;id=2', 'Subscription-State: terminated;reason=noresource'],
  ['Event: conference', 'Subscription-State: pending'],
  ['Event: refer;;', 'Subscription-State: terminated;;', 'Refer-Sub: false'],
  [`Replaces: ${LAST}`],
  [`Replaces: ${LAST};early-only`, 'Referred-By: <sip:bob@192.0.2.2:5080>'],
  [`Replaces: ${LAST}`, 'Referred-By: <sip:alice@example.com>'],
  ['Replaces: nobody;to-tag=x;from-tag=0'],
  ['Event: refer', 'Subscription-State: terminated;reason=timeout'],
  ['Event: conference', 'Subscription-State: terminated'],
  ['Event: conference', 'Subscription-State: active;expires=9', 'Expires: 20'],
  ['Refer-To: "unclosed <sip:a@b>'],
  ['Refer-To: <sip:[>'],
  ['Refer-To: <sip:c@example.com?Replaces=%zz>'],
  ['Refer-Sub: false'],
  ['Session-Expires: 120;;', 'Min-SE: 95;x'],
  ['Session-Expires: 120;refresher=uas', 'Supported: timer', 'Allow: INVITE'],
  ['Allow: INVITE, UPDATE'],
  ['Supported: timer'],
  ['Contact: <sip:bot@192.0.2.1:5060;transport=tcp>;expires=600', 'Supported: outbound'],
  ['Min-Expires: 1200', 'Retry-After: 3'],
  ['Event: refer'],
  ['P-Asserted-Identity: <sips:boss@example.com>', 'P-Asserted-Identity: <sip:other@example.com>'],
  [
    `Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK${'x'.repeat(900)}`,
    `Timestamp: ${'9'.repeat(400)}`,
  ],
  ['Referred-By: <sip:alice@example.com>', 'Session-Expires: 89'],
];

/** How many Request-URIs, contacts, bodies, and other header fields there are to choose from. */
export const URI_COUNT = URIS.length;
export const CONTACT_COUNT = CONTACTS.length;
export const BODY_COUNT = BODIES.length;
export const EXTRA_COUNT = EXTRAS.length;

/** A peer's request. */
export function requestOctets(asked: Asked, knowledge: Knowledge): Uint8Array {
  const { method, branch, call, tag, sequence, extra } = asked;
  const from = flowAt(asked.flow);
  const uri = URIS[asked.uri % URIS.length] ?? '';
  const known = typeof asked.to === 'number' ? knowledge.tags.at(-1 - (asked.to >> 1)) : undefined;
  // Every other one has the ids that belong to the tag; the rest has those of somebody else.
  const right = known !== undefined && (asked.to === 0 || Number(asked.to) % 2 === 1 || tag === 0);
  const callId = right ? known.callId : `call-${call}`;
  const theirs = right ? known.theirs : `t${tag}`;
  const ours = known?.ours ?? (asked.to === 'none' ? undefined : 'nobodysothertag');
  const authorization =
    extra % 3 === 0 || extra > 20 ? knowledge.authorization(method, uri, extra === 22) : undefined;
  // As by RFC 2543, now and then.
  const via = branch === 7 ? '' : `;branch=z9hG4bK${branch}`;
  const [last] = knowledge.tags.slice(-1);
  const replaced = last && `${last.callId};to-tag=${last.ours};from-tag=${last.theirs || '0'}`;
  const port = branch % 3 === 2 ? '' : `:${from.remote.port}`;
  return octetsFrom(
    [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${from.transport.toUpperCase()} ${hostOf(from)}${port}${via}${branch % 2 === 0 ? ';rport' : ''}${branch === 4 ? ';oc' : ''}`,
      ...(branch === 5 ? ['Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKlower'] : []),
      `Max-Forwards: 70`,
      `From: "Peer" <sip:alice@example.com>;tag=${theirs}`,
      `To: <sip:bot@example.com>${ours === undefined ? '' : `;tag=${ours}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} ${method}`,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ],
    asked,
    method === 'INVITE' ? 1 : method === 'MESSAGE' ? 2 : 0,
    asked.spoilt,
    `<sip:peer@${hostOf(from)}:${from.remote.port}${from.transport === 'udp' ? '' : `;transport=${from.transport}`}>`,
    replaced,
  );
}

/** A peer's response to a request of ours. */
export function responseOctets(to: SipRequest, answered: Answered): Uint8Array {
  const { status, tag, crossed } = answered;
  const via =
    crossed === 1 ? to.via.raw.replace(/branch=[^;]*/, 'branch=z9hG4bKother') : to.via.raw;
  const method = crossed === 2 ? 'MESSAGE' : to.method;
  const number = crossed === 3 ? to.cseq.number + 1 : to.cseq.number;
  return octetsFrom(
    [
      `SIP/2.0 ${status} ${crossed === 4 ? '' : 'Some Reason'}`,
      `Via: ${via}`,
      ...(crossed === 5 ? ['Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKlower'] : []),
      `From: ${to.from.raw}`,
      `To: ${to.to.raw}${to.toTag === undefined && tag > 0 ? `;tag=peer${tag}` : ''}`,
      `Call-ID: ${crossed === 6 ? 'another' : to.callId}`,
      `CSeq: ${number} ${method}`,
    ],
    answered,
    to.method === 'INVITE' && status < 300 ? 1 : 0,
    answered.spoilt,
    '<sip:peer@192.0.2.2:5080>',
  );
}

function octetsFrom(
  lines: readonly string[],
  { contact, body, extra }: Pick<Asked, 'contact' | 'body' | 'extra'>,
  usualBody: number,
  spoilt: number,
  usualContact: string,
  last = 'nobody',
): Uint8Array {
  const [type = '', text = ''] = BODIES[body === 0 ? usualBody : body % BODIES.length] ?? [];
  const where = contact === 0 ? usualContact : (CONTACTS[contact % CONTACTS.length] ?? '');
  const head = [
    ...lines,
    ...(where === '' ? [] : [`Contact: ${where}`]),
    ...(EXTRAS[extra % EXTRAS.length] ?? []).map((line) => line.replace(LAST, last)),
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${text.length}`,
  ];
  const bytes = octetsOf(`${head.join('\r\n')}\r\n\r\n${text}`);
  if (spoilt === 0) return bytes;
  const mutations = [...OCTET_MUTATIONS, ...MESSAGE_MUTATIONS, ...MESSAGE_MUTATIONS];
  return mutated(bytes, utf8(head.toReversed().join('\r\n')), new SeededChance(spoilt), mutations);
}

function hostOf({ remote }: Flow): string {
  return remote.address.includes(':') ? `[${remote.address}]` : remote.address;
}
