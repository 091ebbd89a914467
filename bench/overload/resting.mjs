/** Sessions that are opened and then rest: many dialogs of many callers at several addresses, kept by one small process. */
import { createSocket } from 'node:dgram';

import { readSip, sipText } from '../../interop/sip-text.mjs';

/** Callers come from so many addresses, at two ports each: a house counts by address, and finds its peers by both. */
const ADDRESSES = 50;
const PORTS = 2;
/** So many wait for their answer at once, each asking again after so many milliseconds. */
const ABREAST = 50;
const AGAIN = 1_000;
/** Whoever is told that there is no room now asks anew after so many milliseconds. */
const LATER = 250;
/** Nobody waits longer than this, in milliseconds. */
const PATIENCE = 30_000;
const ROOM = 4_194_304;

const OFFER =
  'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=message 9 sip null\r\n';

/**
 * Opens so many sessions with the house at this port of 127.0.0.1, and leaves them open.
 * @returns how many requests have come since, each of which means a session that did not rest; and a way to let go of the sockets
 * @throws where one of them is not accepted
 */
export async function openResting(port, count) {
  const waiting = new Map();
  const ends = await Promise.all(
    Array.from({ length: ADDRESSES * PORTS }, (_, index) => endAt(`127.0.1.${2 + (index >> 1)}`)),
  );
  const house = `127.0.0.1:${port}`;
  let begun = 0;
  let disturbed = 0;
  let answered = () => {};

  const send = (
    { socket, local },
    { number, attempt },
    method,
    uri,
    to,
    body = '',
    step = method,
  ) => {
    const fields = {
      Via: `SIP/2.0/UDP ${local};branch=z9hG4bK-r${port}-${number}-${attempt}-${step}`,
      'Max-Forwards': '70',
      From: `<sip:caller${number}@${local}>;tag=r${number}`,
      To: to,
      'Call-ID': `${number}-${attempt}-rests-${port}`,
      CSeq: `1 ${method}`,
      ...(body !== '' && {
        Contact: `<sip:caller${number}@${local}>`,
        'Content-Type': 'application/sdp',
      }),
    };
    socket.send(sipText(`${method} ${uri} SIP/2.0`, fields, body), port, '127.0.0.1');
  };
  const invite = (caller) => {
    caller.asked = performance.now();
    send(caller.end, caller, 'INVITE', `sip:echo@${house}`, `<sip:echo@${house}>`, OFFER);
  };
  const begin = () => {
    while (waiting.size < ABREAST && begun < count) {
      begun += 1;
      const end = ends[begun % ends.length];
      const caller = { number: begun, attempt: 1, end, since: performance.now(), asked: 0 };
      waiting.set(begun, caller);
      invite(caller);
    }
  };
  for (const end of ends) {
    end.socket.on('message', (bytes) => {
      const message = readSip(bytes.latin1Slice());
      const [number, attempt] = (message.get('Call-ID') ?? '').split('-', 2).map(Number);
      if (message.method !== undefined) disturbed += 1;
      if (message.status === undefined || message.status < 200) return;
      // However often it comes (RFC 3261, 13.2.2.4 and 17.1.1.3).
      const contact = /<([^>]+)>/.exec(message.get('Contact') ?? '')?.[1] ?? `sip:echo@${house}`;
      const step = message.status < 300 ? 'ACK' : 'INVITE';
      send(end, { number, attempt }, 'ACK', contact, message.get('To'), '', step);
      answered(number, attempt, message);
    });
  }

  await new Promise((resolve, reject) => {
    answered = (number, attempt, { status, startLine }) => {
      const caller = waiting.get(number);
      if (caller?.attempt !== attempt) return;
      if (status === 503) {
        caller.attempt += 1;
        caller.asked = performance.now() - AGAIN + LATER;
        return;
      }
      if (status !== 200) reject(new Error(`a session that is to rest: ${startLine}`));
      waiting.delete(number);
      begin();
      if (waiting.size === 0) resolve();
    };
    const asking = setInterval(() => {
      const now = performance.now();
      if (waiting.size === 0) clearInterval(asking);
      for (const [number, caller] of waiting) {
        if (now - caller.since > PATIENCE) reject(new Error(`session ${number} had no answer`));
        else if (now - caller.asked > AGAIN) invite(caller);
      }
    }, AGAIN / 4);
    asking.unref();
    begin();
  });
  answered = () => {};
  return {
    get disturbed() {
      return disturbed;
    },
    close() {
      for (const { socket } of ends) socket.close();
    },
  };
}

async function endAt(address) {
  const socket = createSocket({
    type: 'udp4',
    lookup: (host, _options, found) => found(null, host, 4),
  });
  await new Promise((resolve) => socket.bind(0, address, resolve));
  socket.setRecvBufferSize(ROOM);
  socket.setSendBufferSize(ROOM);
  return { socket, local: `${address}:${socket.address().port}` };
}
