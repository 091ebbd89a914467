/** The house and its callers in one process, on a network and a clock that are moved by hand. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { sipText } from '../interop/sip-text.mjs';

/** Sessions side by side, as at 200 a second with messages a few milliseconds apart. */
const ABREAST = 20;
/** Milliseconds between the beginnings of two sessions. */
const APART = 5;

/** The house of `bench/houses/echo.yaml` on a network and a clock that are moved by hand; its log goes nowhere. */
export async function openByHand(tree) {
  const load = async (path) => import(pathToFileURL(join(tree, 'packages', path)).href);
  const { createHost } = await load('core/dist/index.js');
  const { SipUserAgent } = await load('adapters/sip/dist/index.js');
  const { echo } = await load('bots/echo/dist/index.js');
  const { Log } = await load('service/dist/log/log.js');
  const { jsonWriter } = await load('service/dist/log/node/json-writer.js');

  const clock = new HandClock();
  const network = new HandNetwork();
  const host = await createHost({
    userAgents: [new SipUserAgent({ network, clock, eventLoop })],
    bots: [{ id: 'echo', plugin: echo, order: 1 }],
    clock,
  });
  let written = 0;
  const log = new Log(
    jsonWriter(
      (text) => {
        written += text.length;
      },
      (text) => text,
    ),
    'info',
    clock,
  );
  host.activity.subscribe((activity) => log.activity(activity));
  await host.open();

  let begun = 0;
  const talk = async (count, messages = MESSAGES, rests = false) => {
    let next = begun;
    begun += count;
    const under = [];
    let done = 0;
    while (done < count) {
      while (under.length < ABREAST && next < begun) {
        under.push(new Caller(network, (next += 1), messages, rests));
        clock.advance(APART);
      }
      for (const caller of under) caller.step();
      await turn();
      for (let i = under.length - 1; i >= 0; i -= 1) {
        if (!under[i].done) continue;
        under.splice(i, 1);
        done += 1;
      }
    }
    if (written === 0) throw new Error('nothing was logged');
  };
  // Whoever comes for the first time may have to ask twice: so much is not sent to where perhaps nobody is.
  const first = new Caller(network, (begun += 1), MESSAGES, false);
  for (let tries = 0; tries < 500 && !first.done; tries += 1) {
    first.step();
    await turn();
    if (tries % 50 !== 49) continue;
    clock.advance(500);
    first.repeat();
  }

  return {
    /** So many sessions from their beginning to their end. */
    talk,
    /** So many sessions that stay open when they have said one message. */
    rest: async (count) => talk(count, 1, true),
    /** Time goes by in steps of a second. */
    async elapse(seconds) {
      for (let i = 0; i < seconds; i += 1) {
        clock.advance(1000);
        await turn();
      }
    },
  };
}

/** Turns as they are, none of them late. */
const eventLoop = { turn: setImmediate, watch: () => () => {} };
const turn = () => new Promise((done) => setImmediate(done));

/** A clock that stands still until it is told otherwise. */
class HandClock {
  #now = Date.UTC(2026, 0, 1);
  #tasks = [];

  now() {
    return this.#now;
  }

  at(instant, run) {
    const task = { at: instant, run };
    this.#tasks.push(task);
    return () => {
      const index = this.#tasks.indexOf(task);
      if (index >= 0) this.#tasks.splice(index, 1);
    };
  }

  advance(milliseconds) {
    this.#now += milliseconds;
    for (const task of this.#tasks.filter(({ at }) => at <= this.#now)) {
      this.#tasks.splice(this.#tasks.indexOf(task), 1);
      task.run();
    }
  }
}

const local = { address: '127.0.0.1', port: 15260 };
const remote = { address: '127.0.0.1', port: 15270 };
const flow = { transport: 'udp', local, remote };

/** What the house sends goes to whom it concerns, by its Call-ID. */
class HandNetwork {
  #callers = new Map();

  async open(events) {
    this.receive = (text) => {
      // As Node does it: each datagram in memory of its own.
      const bytes = Buffer.allocUnsafeSlow(text.length);
      bytes.latin1Write(text);
      events.receive(bytes, flow);
    };
    return [{ transport: 'udp', ...local }];
  }

  transmit(bytes) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).latin1Slice();
    this.#callers.get(valueOf(text, 'Call-ID'))?.hear(text);
  }

  disconnect() {}

  async close() {}

  enter(id, caller) {
    this.#callers.set(id, caller);
  }

  leave(id) {
    this.#callers.delete(id);
  }
}

/** To a stranger names are short, to spare octets (RFC 3261, 7.3.3). */
const SHORT = { Via: 'v', From: 'f', To: 't', 'Call-ID': 'i', CSeq: 'CSeq' };

function valueOf(text, name) {
  let at = text.indexOf(`\r\n${name}: `) + name.length + 4;
  if (at === name.length + 3) at = text.indexOf(`\r\n${SHORT[name]}:`) + SHORT[name].length + 3;
  return text.slice(at, text.indexOf('\r\n', at)).trim();
}

const OFFER =
  'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=message 15270 sip null\r\na=accept-types:text/plain\r\n';
const MESSAGES = 5;
/** What an answer says again (RFC 3261, 8.2.6.2). */
const COPIED = Object.keys(SHORT);

/** One session of `interop/sipp/im-session.xml`, word for word. */
class Caller {
  done = false;
  #network;
  #number;
  #id;
  #to = '<sip:echo@127.0.0.1:15260>';
  #sequence = 0;
  #heard = [];
  #answers = 0;
  /** Whether what came was answered, and the next is ours to send. */
  #answered = false;
  #echoes = [];
  #last = '';
  #messages;
  #rests;

  constructor(network, number, messages, rests) {
    this.#messages = messages;
    this.#rests = rests;
    this.#network = network;
    this.#number = number;
    this.#id = `${number}-7111@127.0.0.1`;
    network.enter(this.#id, this);
  }

  hear(text) {
    this.#heard.push(text);
  }

  /** Goes on where that is possible: with all that was heard since the last step. */
  step() {
    if (this.#sequence === 0) return this.#request('INVITE', 'sip:echo@127.0.0.1:15260');
    if (this.#answered) return this.#next();
    for (const text of this.#heard.splice(0)) {
      if (text.startsWith('SIP/2.0 1')) continue;
      if (text.startsWith('SIP/2.0 200'))
        this.#answers = Number.parseInt(valueOf(text, 'CSeq'), 10);
      else if (text.startsWith('MESSAGE')) this.#echoes.push(text);
      else throw new Error(`not expected: ${text}`);
      if (this.#sequence === 1) this.#to = valueOf(text, 'To');
    }
    if (this.#sequence === 1 && this.#answers === 1) {
      this.#answered = true;
      return this.#request('ACK', 'sip:127.0.0.1:15260');
    }
    if (this.#sequence === this.#messages + 2) return this.#leave(this.#answers < this.#sequence);
    const echo = this.#echoes[0];
    if (echo === undefined || this.#answers < this.#sequence) return undefined;
    this.#echoes.length = 0;
    if (!echo.endsWith(this.#said)) throw new Error('the echo says something else');
    const copied = COPIED.map((name) => `${name}: ${valueOf(echo, name)}`);
    this.#network.receive(`SIP/2.0 200 OK\r\n${copied.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`);
    this.#answered = true;
    return undefined;
  }

  /** Says its last request once more. */
  repeat() {
    this.#network.receive(this.#last);
  }

  #next() {
    this.#answered = false;
    if (this.#sequence <= this.#messages) this.#request('MESSAGE', 'sip:127.0.0.1:15260');
    else if (this.#rests) this.#leave(false);
    else this.#request('BYE', 'sip:127.0.0.1:15260');
  }

  #leave(waits) {
    if (waits) return;
    this.done = true;
    this.#network.leave(this.#id);
  }

  get #said() {
    return `message ${this.#sequence} of caller ${this.#number}`;
  }

  #request(method, uri) {
    if (method !== 'ACK') this.#sequence += 1;
    const number = this.#number;
    const fields = {
      Via: `SIP/2.0/UDP 127.0.0.1:15270;branch=z9hG4bK-7111-${number}-${this.#sequence}-${method}`,
      'Max-Forwards': '70',
      From: `"Caller ${number}" <sip:caller${number}@127.0.0.1:15270>;tag=7111c${number}`,
      To: this.#to,
      'Call-ID': this.#id,
      CSeq: `${this.#sequence} ${method}`,
    };
    let body = '';
    if (method === 'INVITE') {
      fields.Contact = `<sip:caller${number}@127.0.0.1:15270;transport=UDP>`;
      fields.Allow = 'INVITE, ACK, CANCEL, BYE, MESSAGE';
      fields['Content-Type'] = 'application/sdp';
      body = OFFER;
    } else if (method === 'MESSAGE') {
      fields['Content-Type'] = 'text/plain;charset=UTF-8';
      body = this.#said;
    }
    this.#last = sipText(`${method} ${uri} SIP/2.0`, fields, body);
    this.#network.receive(this.#last);
  }
}
