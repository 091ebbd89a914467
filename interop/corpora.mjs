/** Every message file there is, over real sockets, to a running house: what is answered, and that the house lives on. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { WebSocket } from 'ws';

import { readSip, sipText } from './sip-text.mjs';
import { UdpPeer } from './udp-peer.mjs';

const fixtures = join(
  dirname(fileURLToPath(import.meta.url)),
  '../packages/adapters/sip/test/fixtures',
);
const read = (file) => readFileSync(join(fixtures, file));
const list = (file) => JSON.parse(read(file).toString('utf8'));

/** What a bot, or the house in its name, may say to an invitation or a message. */
const POLICY = ['100', '180', '200', '400', '403', '404', '415', '480', '481', '486', '488', '603'];
/** What may be said to a message that a real program sent. */
const UNDERSTOOD = ['200', '405', '415', '420', '480', '481', '488'];
/** An answer that is due comes within so many milliseconds. */
const DUE = 5000;
/** A message that stands unfinished is given up after 30 seconds. */
const PATIENCE = 35_000;
/** When a datagram is sent again that was not answered (RFC 3261, timers A and E). */
const AGAIN = [500, 1000, 2000];
/** Octet by octet is what is meant; of large files that would take minutes, so they come in pieces of up to so many. */
const LARGE = 4096;
const PIECE = 61;

/** What came by one way so far, and whether it is open. */
class Ear {
  text = '';
  closed = false;
  #arrived = () => {};

  hear(text) {
    this.text += text;
    this.#arrived();
  }

  shut() {
    this.closed = true;
    this.#arrived();
  }

  /** Waits until something comes that was not there before, or the way is closed. */
  async wait(milliseconds) {
    if (this.closed) return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#arrived = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A connection. */
class Stream extends Ear {
  async open(port) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (bytes) => this.hear(bytes.toString('latin1')));
    this.socket.on('error', () => {});
    this.socket.once('close', () => this.shut());
    await once(this.socket, 'connect');
    return this;
  }

  async send(bytes) {
    if (!this.closed) this.socket.write(bytes);
  }

  close() {
    this.socket.destroy();
  }
}

/** The same, for one who sends octet by octet. */
class Trickle extends Stream {
  async send(bytes) {
    const step = bytes.length > LARGE ? PIECE : 1;
    for (let at = 0; at < bytes.length && !this.closed; at += step) {
      this.socket.write(bytes.subarray(at, at + step));
      await turn();
    }
  }
}

/** A WebSocket: each message is whole. */
class Frames extends Ear {
  async open(port) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port + 1}/`, 'sip');
    this.socket.on('message', (data) => this.hear(Buffer.from(data).toString('latin1')));
    this.socket.on('error', () => {});
    this.socket.once('close', () => this.shut());
    await once(this.socket, 'open');
    return this;
  }

  async send(bytes) {
    if (!this.closed) this.socket.send(bytes);
  }

  close() {
    this.socket.terminate();
  }
}

let addresses = 0;

/** Datagrams from an address that the house has never heard of. */
class Datagrams {
  text = '';
  closed = false;

  async open(port, bytes) {
    addresses += 1;
    const address = `127.77.${addresses >> 8}.${addresses & 255}`;
    this.peer = await UdpPeer.open(port, address, portOf(bytes));
    return this;
  }

  async send(bytes) {
    this.peer.send(bytes);
  }

  async wait(milliseconds) {
    const bytes = await this.peer.next(milliseconds);
    if (bytes !== undefined) this.text += bytes.toString('latin1');
  }

  close() {
    this.peer.close();
  }
}

/** Where the sender of a request wants to be answered, unless it asks for rport (RFC 3261, 18.2.2): at the port of its Via. */
function portOf(bytes) {
  const via = /^(?:via|v)[ \t]*:\s*sip\s*\/\s*2\.0\s*\/\s*\w+\s+[^;,\s:]+\s*(?::\s*(\d+))?/im;
  return Number(via.exec(bytes.toString('latin1'))?.[1] ?? 5060);
}

const WAYS = new Map([
  ['u1', { kind: 'whole', Made: Datagrams, again: true, most: 65_507 }],
  ['t1', { kind: 'stream', Made: Stream }],
  ['tb', { kind: 'stream', Made: Trickle }],
  ['ws', { kind: 'whole', Made: Frames }],
]);

const statuses = (text) => [...text.matchAll(/SIP\/2\.0 (\d{3}) /g)].map((found) => found[1]);

/** Sends one file by a way of its own, and asks afterwards whether the house is there. */
async function give(way, port, bytes, { isDue, unfinished }) {
  const one = await new way.Made().open(port, bytes);
  try {
    await one.send(bytes);
    const patience = unfinished ? [PATIENCE] : way.again ? [...AGAIN, DUE] : [DUE];
    for (const milliseconds of isDue || unfinished ? patience : []) {
      const until = Date.now() + milliseconds;
      while (statuses(one.text).length === 0 && !one.closed && Date.now() < until) {
        await one.wait(until - Date.now());
      }
      if (statuses(one.text).length > 0 || one.closed) break;
      if (way.again) await one.send(bytes);
    }
    let alive = !one.closed && (await isAlive(one, way));
    const seen = statuses(one.text.slice(0, one.asked));
    await hangUp(one, one.text.slice(0, one.asked));
    // What closes a connection comes behind the answer.
    const isClosed = one.closed;
    if (!alive && isClosed) {
      const other = await new way.Made().open(port, bytes);
      alive = await isAlive(other, way);
      other.close();
    }
    assert.ok(alive, 'the house answers no more');
    const answers = seen.length > 0 ? seen : ['discard'];
    return isClosed ? [...answers, 'close'] : answers;
  } finally {
    one.close();
  }
}

/** Whoever was let in confirms it, and goes. */
async function hangUp(one, text) {
  const answer = readSip(text.slice(text.lastIndexOf('SIP/2.0 200')));
  const [number, method] = (answer.get('CSeq') ?? '').split(' ');
  const target = /<([^>]+)>/.exec(answer.get('Contact') ?? '')?.[1];
  if (answer.status !== 200 || method !== 'INVITE' || target === undefined) return;
  for (const [index, last] of ['ACK', 'BYE'].entries()) {
    const bye = sipText(`${last} ${target} SIP/2.0`, {
      Via: `SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK${last}${process.pid}${questions};rport`,
      'Max-Forwards': '70',
      From: answer.get('From'),
      To: answer.get('To'),
      'Call-ID': answer.get('Call-ID'),
      CSeq: `${Number(number) + index} ${last}`,
    });
    await one.send(Buffer.from(bye, 'latin1'));
  }
}

let questions = 0;

async function isAlive(one, way) {
  questions += 1;
  const id = `alive${process.pid}${questions}`;
  const question = sipText('OPTIONS sip:echo@127.0.0.1 SIP/2.0', {
    Via: `SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK${id};rport`,
    'Max-Forwards': '70',
    From: `<sip:caller@127.0.0.1>;tag=${id}`,
    To: '<sip:echo@127.0.0.1>',
    'Call-ID': id,
    CSeq: '1 OPTIONS',
  });
  one.asked = one.text.length;
  for (const milliseconds of way.again ? AGAIN : [DUE]) {
    await one.send(Buffer.from(question));
    const until = Date.now() + milliseconds;
    while (!one.text.includes(id) && !one.closed && Date.now() < until) {
      await one.wait(until - Date.now());
    }
    const at = one.text.indexOf(id);
    if (at >= 0)
      return readSip(one.text.slice(one.text.lastIndexOf('SIP/2.0 ', at))).status === 200;
  }
  return false;
}

/** What a verdict allows, in statuses. */
function allowed(accept) {
  return accept.flatMap((word) => {
    if (word === 'policy' || word === '4xx-policy') return POLICY;
    if (word === 'none') return ['discard'];
    return [word.split(' ')[0]];
  });
}

/** The files, each with what may be answered to it by this way. */
function entries(way) {
  const reviewed = list('reviewed.json');
  const judged = [...list('rfc4475/manifest.json'), ...list('manifest.json')]
    .filter(({ file, accept }) => accept !== undefined && /\.(?:sip|dat|bin)$/.test(file))
    .filter(({ file }) => way.most === undefined || read(file).length <= way.most)
    .map(({ file, accept }) => {
      const known = reviewed.find(
        (one) => one.file === file && [way.kind, 'any'].includes(one.way),
      );
      return { file, answers: allowed(known?.answers ?? accept) };
    });
  // What RFCs show are many the same request, on its way from one proxy to the next: each of those needs a house of its own.
  const real = ['captures', 'examples'].flatMap((folder) =>
    readdirSync(join(fixtures, folder))
      .filter((name) => name.endsWith('.sip'))
      .map((name) => {
        const text = read(`${folder}/${name}`).toString('latin1');
        // RFC 3515, 2.4.2: nobody sends us elsewhere outside a dialog.
        const answers = text.startsWith('REFER ') ? [...UNDERSTOOD, '403'] : UNDERSTOOD;
        const isAnswered = !/^(?:SIP\/2\.0|ACK) /.test(text);
        return { file: `${folder}/${name}`, answers: isAnswered ? answers : ['discard'] };
      }),
  );
  return [...judged, ...real];
}

/** Files that on a stream are the beginning of something longer. */
const UNFINISHED = /clerr|baddn|lf-only|tls-hello/;

async function play(house, { transport }) {
  const way = WAYS.get(transport);
  const faults = [];
  const judge = async ({ file, answers }, unfinished = false) => {
    const isDue = !answers.includes('discard');
    let seen;
    try {
      seen = await give(way, house.port, read(file), { isDue, unfinished });
    } catch (error) {
      faults.push(`${file}: ${error.message}`);
      return;
    }
    const isClosed = seen.includes('close');
    const fits = (status) => answers.includes(status) || status === 'close';
    if (!(answers.includes('close') && isClosed) && !seen.every(fits)) {
      faults.push(`${file}: ${seen.join(', ')} is none of ${answers.join(', ')}`);
    }
  };
  const all = entries(way);
  const late = all.filter(({ file }) => way.kind === 'stream' && UNFINISHED.test(file));
  const slow = Promise.all(late.map(async (one) => judge(one, true)));
  for (const one of all) if (!late.includes(one)) await judge(one);
  await slow;
  if (faults.length > 0) throw new Error(faults.join('\n      '));
  return `${all.length} files, each answered as it may be, and OPTIONS 200 after each`;
}

/** As in `cases.mjs`. In a house of its own each: the same request that comes by another way is the same request. */
export const corpora = [
  {
    name: 'corpora',
    house: 'corpora',
    ownHouse: true,
    transports: ['u1', 't1', 'tb', 'ws'],
    run: play,
  },
];
