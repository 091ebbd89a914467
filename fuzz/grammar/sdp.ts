/** Session descriptions, drawn from their grammar, now and then with something wrong (RFC 8866, 9). */
import type { SeededChance } from '@usher/core/testing';

import { few, several, token, usually } from './words.js';

/** One session description. */
export function sdpText(chance: SeededChance): string {
  const end = usually(chance, ['\r\n', '\n']);
  const lines = [
    usually(chance, ['v=0', 'v=0 ', 'v=1', '']),
    `o=${usually(chance, ['-', 'alice'])} ${usually(chance, ['0', '2890844526'])} 1 ${address(chance)}${usually(chance, ['', ' more', ' '])}`,
    ...(chance.chance(0.9) ? [`s=${usually(chance, ['-', 'a session', '', ' '])}`] : []),
    ...several(few(chance, 3), () => other(chance)),
    ...(chance.chance(0.7) ? [`c=${address(chance)}`] : []),
    ...several(few(chance, 2), () => usually(chance, ['t=0 0', 't=', 't=2873397496 2873404696'])),
    ...several(few(chance, 2), () => attribute(chance)),
  ];
  for (let count = chance.chance(0.05) ? 34 : few(chance, 4); count > 0; count -= 1) {
    lines.push(
      media(chance),
      ...several(few(chance, 2), () =>
        usually(chance, [
          attribute(chance),
          `c=${address(chance)}`,
          other(chance),
          't=0 0',
          's=again',
          'x=1',
        ]),
      ),
    );
  }
  return lines.join(end) + usually(chance, [end, '', `${end}${end}`]);
}

function media(chance: SeededChance): string {
  const kind = usually(chance, [
    'message',
    'x-ms-message',
    'audio',
    'video',
    'MESSAGE',
    'text',
    'image',
    'application',
    token(chance),
  ]);
  const place = usually(chance, ['5060', '0', '65535', '65536', '9/2', '9/', '/2', '9/x', '']);
  const protocol = usually(chance, ['sip', 'SIP', 'TCP/MSRP', 'TCP/TLS/MSRP', 'RTP/AVP', '']);
  return `m=${kind} ${place} ${protocol} ${usually(chance, ['null', 'sip:alice@example.com', '*', '0 8 96', '', 'NULL'])}`;
}

function attribute(chance: SeededChance): string {
  return usually(chance, [
    `a=accept-types:${usually(chance, ['text/plain', 'text/* application/im-iscomposing+xml', '*', 'image/png', 'TEXT/PLAIN ', ''])}`,
    'a=sendrecv',
    'a=',
    'a=:x',
    'a=path:msrp://example.com:9/s;tcp',
    'a=b c:d',
    `a=${token(chance)}:${token(chance)}`,
  ]);
}

function address(chance: SeededChance): string {
  return usually(chance, [
    'IN IP4 192.0.2.1',
    'IN IP6 2001:db8::1',
    'IN IP4 host.example',
    'in ip4 x',
    'IN IP4',
    'ATM NSAP 1',
    '',
  ]);
}

function other(chance: SeededChance): string {
  return `${chance.pick(['i', 'u', 'e', 'p', 'b', 'r', 'z', 'k', 'q', 'v', 'o', 's'])}=${usually(chance, ['x', '', 'a b c', 'é'])}`;
}
