/** Bodies of parts, invitations to conferences, and the header fields that speak of sessions, drawn by chance. */
import type { SeededChance } from '@usher/core/testing';

import { composingText } from './xml.js';
import { few, parameters, quotedString, several, token, usually } from './words.js';

const SDP =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=message 5080 sip null\r\n';

/** A value of a header field, and a body: of the same kind, most often. */
export function valueAndBody(chance: SeededChance): string {
  if (chance.chance(0.4)) {
    const boundary = usually(chance, ['b', "a'()+_,-./:=? b", token(chance), '', 'x'.repeat(71)]);
    return `${multipartType(chance, boundary)}\n${multipart(chance, boundary)}`;
  }
  return `${value(chance)}\n${document(chance)}`;
}

function multipartType(chance: SeededChance, boundary: string): string {
  const kind = usually(chance, ['mixed', 'alternative', 'related', 'MIXED']);
  const said = usually(chance, [`"${boundary}"`, boundary, quotedString(chance)]);
  return usually(chance, [
    `multipart/${kind};boundary=${said}`,
    `multipart/${kind}${parameters(chance)}; Boundary = ${said}`,
    `multipart/${kind}; x="a;\\"b=c"; boundary=${said};y`,
    `multipart/${kind}`,
  ]);
}

function multipart(chance: SeededChance, boundary: string, depth = 0): string {
  const count = usually(chance, [1 + few(chance, 3), few(chance, 2), chance.pick([15, 16, 17])]);
  const parts = several(count, () => {
    const inner = `${boundary}${depth}`;
    const nested = depth < 4 && chance.chance(0.2);
    const [type, body] = nested
      ? [multipartType(chance, inner), multipart(chance, inner, depth + 1)]
      : [partType(chance), document(chance)];
    return `--${boundary}${usually(chance, ['', ' \t'])}\r\n${head(chance, type)}\r\n\r\n${body}\r\n`;
  });
  const before = usually(chance, ['', '\r\n', 'nobody reads this\r\n']);
  const end = usually(chance, [`--${boundary}--`, `--${boundary}--\r\nnor this`, '']);
  return `${before}${parts.join('')}${end}`;
}

function partType(chance: SeededChance): string {
  return usually(chance, [
    'text/plain',
    'application/sdp',
    `text/plain;charset=${charset(chance)}`,
    'text/html',
    'application/ms-conf-invite+xml',
    'image/png',
    'application/x-own',
  ]);
}

function charset(chance: SeededChance): string {
  return usually(chance, [
    'utf-8',
    'ISO-8859-1',
    '"UTF-16"',
    'utf-16be',
    'us-ascii',
    'windows-1252',
    'koi8-r',
  ]);
}

function head(chance: SeededChance, type: string): string {
  const handling = usually(chance, ['', ';handling=optional', ';handling=required']);
  const lines = [
    `${usually(chance, ['Content-Type', 'c', 'content-type '])}: ${type}`,
    ...(chance.chance(0.3)
      ? [
          `Content-Disposition: ${usually(chance, ['session', 'render', 'attachment', ''])}${handling}`,
        ]
      : []),
    ...(chance.chance(0.2)
      ? [`Content-Transfer-Encoding: ${usually(chance, ['base64', '8bit', 'quoted-printable'])}`]
      : []),
    ...(chance.chance(0.1)
      ? [usually(chance, ['X: y\r\n z', ': x', 'nothing', 'X: \xff', 'Y: \r z'])]
      : []),
  ];
  return chance.chance(0.1) ? '' : lines.join('\r\n');
}

/** Something that a part, or a body, may be. */
function document(chance: SeededChance): string {
  return usually(chance, [
    chance.pick([SDP, 'hello', 'aGVsbG8=', 'Grüße', 'h\0i\0', 'v=0', '']),
    conference(chance),
    `<?xml version="1.0"?><KeyboardActivity> <status status="${usually(chance, ['type', 'idle', 'x'])}" />${usually(chance, ['', '<status/>'])}</KeyboardActivity>`,
    `SIP/2.0 ${usually(chance, ['200 OK', '100', '603 Decline', '700 No', '99 X', '200OK'])}\r\nFrom: x`,
    composingText(chance),
  ]);
}

function conference(chance: SeededChance): string {
  const medium = (): string => {
    const name = usually(chance, ['im', 'audio', 'video']);
    return usually(chance, [
      `<${name} available="${usually(chance, ['true', 'false', '1', ' TRUE '])}"><first-im>hi</first-im></${name}>`,
      `<${name}><available>${usually(chance, ['true', 'false', ''])}</available></${name}>`,
      `<${name}/>`,
    ]);
  };
  const focus = usually(chance, [
    '<focus-uri>sip:a@b;gruu;opaque=app:conf:focus:id:7</focus-uri>',
    '<focus-uri>tel:+1</focus-uri>',
    '<focus-uri>sip:a b</focus-uri>',
    '',
  ]);
  const subject = usually(chance, [
    '<subject>status</subject>',
    '<subject> </subject>',
    '<subject/>',
    '',
  ]);
  const more = chance.chance(0.1) ? focus : '';
  return `<Conferencing version="2.0">${focus}${subject}${several(few(chance, 3), medium).join('')}${more}</Conferencing>`;
}

/** A value of one of the header fields that speak of sessions. */
function value(chance: SeededChance): string {
  const tags = `;to-tag=${usually(chance, ['t', '0', '""', quotedString(chance)])};from-tag=${usually(chance, ['f', token(chance)])}`;
  const callId = usually(chance, [
    'abc@example.com',
    'abc',
    token(chance),
    '@x',
    'a@b@c',
    'a"b@[::1]',
  ]);
  const replaces = `${callId}${usually(chance, [tags, `${tags};early-only`, ';to-tag=t', ''])}`;
  const method = usually(chance, ['', ';method=INVITE', ';method=BYE', ';transport=tcp']);
  const headers = usually(chance, [
    `?Replaces=${encodeURIComponent(replaces)}`,
    '',
    '?Subject=x&Replaces=%zz',
    '?a=b',
  ]);
  return usually(chance, [
    `<${usually(chance, ['sip:', 'sips:', 'tel:', 'SIP:', ''])}${usually(chance, ['carol@example.com', '[::1]', 'a b', ''])}${method}${headers}>`,
    replaces,
    `${chance.pick([90, 120, 1800, 30, 0, 86_400, 4_294_967_296, -1])}${usually(chance, ['', ';refresher=uac', ';refresher=UAS', ';refresher=x', ';;', parameters(chance)])}`,
    embedded(chance),
    `ms-source-type=${usually(chance, ['DirectPartner', 'InternetUser', 'x', 'AutoFederation'])};ms-ep-fqdn=x;ms-source-network=${usually(chance, ['federation', 'publiccloud', '"x"', ''])}`,
    charset(chance),
    chance.pick(['application/xml', 'application/xml+conversationinfo', 'text/plain', 'x/y']),
  ]);
}

function embedded(chance: SeededChance): string {
  const body = usually(chance, ['aGVsbG8=', 'aGVsbG8', '"aGVsbG8="', '/+8=', 'aGVsbG9', '!']);
  return usually(chance, [
    `text/plain; charset=${charset(chance)};msgr=WAAtAE0ATQBTA;ms-body=${body}`,
    `text/plain;ms-body=${body}${parameters(chance, 20)}`,
    `text/html;ms-body=${body};msgr=x`,
    `image/png;ms-body=${body}`,
    'text/plain;x',
  ]);
}
