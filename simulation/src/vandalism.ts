/** What somebody sends who means no good, or does not know better. */
import { HOUSE } from './places.js';
import { readSip, writeSip } from './sip-text.js';
import type { Stranger } from './stranger.js';

/** Sends one thing that nobody should have to cope with. */
export function vandalise(stranger: Stranger): void {
  const { chance, world, plan } = stranger;
  const overheard = chance.pick([undefined, ...world.overheard]);
  const act = chance.integer(9);
  world.count('fault: vandalism');
  switch (act) {
    case 0:
      // Over a stream, where no message ends, the connection is lost with it.
      stranger.send(chance.octets(1 + chance.integer(1_500)));
      return;
    case 1:
      if (overheard !== undefined)
        stranger.send(overheard.slice(0, chance.integer(overheard.length)));
      return;
    case 2:
      if (overheard !== undefined) forge(stranger, overheard);
      return;
    case 3:
      stranger.send(new Uint8Array([13, 10, 13, 10]));
      return;
    case 4:
      // An INVITE of somebody who is never heard of again.
      stranger.send(request(stranger, 'INVITE', chance.pick(['echo', 'late', 'mute', 'busy'])));
      return;
    case 5:
      stranger.send(
        request(stranger, chance.pick(['OPTIONS', 'REGISTER', 'SUBSCRIBE', 'XYZZY']), 'echo'),
      );
      return;
    case 6:
      stranger.send(
        request(stranger, 'INVITE', 'echo', [`X-Long: ${'x'.repeat(chance.integer(20_000))}`]),
      );
      return;
    case 7:
      stranger.send(request(stranger, 'MESSAGE', 'echo', ['Content-Length: 100000']));
      return;
    default:
      // An answer to nothing.
      stranger.send(
        writeSip([
          `SIP/2.0 ${chance.pick([100, 180, 200, 302, 401, 481, 503, 699])} Whatever`,
          `Via: SIP/2.0/UDP ${HOUSE}:5060;branch=${stranger.fresh('z9hG4bK-')}`,
          `From: <sip:a@example.net>;tag=a`,
          `To: <sip:b@example.net>;tag=b`,
          `Call-ID: ${plan.name}`,
          `CSeq: 1 ${chance.pick(['INVITE', 'MESSAGE', 'BYE', 'ACK'])}`,
        ]),
      );
  }
}

/** A request within the dialog of somebody else, whose tags it does not know. */
function forge(stranger: Stranger, overheard: Uint8Array): void {
  const message = readSip(overheard);
  if (message === undefined) return;
  const { chance, plan, world } = stranger;
  const method = chance.pick(['BYE', 'MESSAGE', 'CANCEL', 'ACK', 'INVITE', 'INFO']);
  world.count('fault: forgery');
  stranger.send(
    writeSip(
      [
        `${method} sip:echo@${HOUSE} SIP/2.0`,
        `Via: SIP/2.0/${plan.transport.toUpperCase()} ${plan.address}:5060;branch=${stranger.fresh('z9hG4bK-')};rport`,
        'Max-Forwards: 70',
        `From: ${message.from}`,
        `To: <sip:echo@${HOUSE}>;tag=${stranger.fresh('guess')}`,
        `Call-ID: ${message.callId}`,
        `CSeq: ${message.sequence + chance.integer(3)} ${method}`,
        ...(method === 'MESSAGE' ? ['Content-Type: text/plain'] : []),
      ],
      method === 'MESSAGE' ? stranger.fresh('forged-') : '',
    ),
  );
}

function request(
  stranger: Stranger,
  method: string,
  user: string,
  extra: readonly string[] = [],
): Uint8Array {
  const { plan } = stranger;
  return writeSip([
    `${method} sip:${user}@${HOUSE} SIP/2.0`,
    `Via: SIP/2.0/${plan.transport.toUpperCase()} ${plan.address}:5060;branch=${stranger.fresh('z9hG4bK-')};rport`,
    'Max-Forwards: 70',
    `From: <sip:${plan.name}@example.net>;tag=${stranger.fresh('t')}`,
    `To: <sip:${user}@${HOUSE}>`,
    `Call-ID: ${stranger.fresh('alone-')}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${plan.address}:5060>`,
    ...extra,
  ]);
}
