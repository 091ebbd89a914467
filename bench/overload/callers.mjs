/** Callers on a core of their own: so many sessions a second, retransmitted as RFC 3261 has it; tells how each came out. */
import { openEnds } from './ends.mjs';
import {
  accept,
  BYE,
  fieldOf,
  GIVEN_UP,
  INVITE,
  OVER,
  readBranch,
  REFUSED,
  Session,
} from './session.mjs';

/** RFC 3261, 17.1.1.1. */
const T1 = 500;
const T2 = 4_000;
const LONGEST = 64 * T1;
/** Retransmissions are looked for in pieces of so many milliseconds. */
const PIECE = 10;

/**
 * What is asked of us, as JSON in the first argument.
 * @typedef {object} Task
 * @property {{ address: string, port: number }} house
 * @property {'udp' | 'tcp'} transport
 * @property {number} seconds until nothing is awaited any more
 * @property {{ name: string, addresses: string[], rate: number, from: number, to: number, heedless?: boolean }[]} loads
 *   sessions a second, from one second to another; the heedless send INVITEs and hear nothing
 */
const { house, transport, seconds, loads } = JSON.parse(process.argv[2]);

const sessions = new Map();
/** Sessions that may have to ask again, by the piece of time in which. */
const waiting = new Map();
/** By load: sessions as `[begun, took, end]`; messages, and INVITEs that were accepted, as `[sent, took]`: in milliseconds. */
const outcomes = Object.fromEntries(
  loads.map(({ name }) => [name, { sessions: [], talk: [], invited: [], repeated: 0, sent: 0 }]),
);
let last = 0;
let late = 0;

const addresses = [...new Set(loads.flatMap((load) => load.addresses))];
const target = `${house.address}:${house.port}`;
const ends = await openEnds(addresses, transport, house, hear);
const start = performance.now();
const clock = () => performance.now() - start;

const due = loads.map((load) => ({ load, next: load.from * 1_000 + pause(load.rate) }));
let piece = 0;
const ticking = setInterval(() => {
  const now = clock();
  for (const each of due) {
    while (each.next <= now) {
      late = Math.max(late, now - each.next);
      begin(each.load, each.next);
      each.next += pause(each.load.rate);
      if (each.next >= each.load.to * 1_000) each.next = Infinity;
    }
  }
  for (; piece < Math.floor(now / PIECE); piece += 1) {
    const asking = waiting.get(piece);
    waiting.delete(piece);
    for (const again of asking ?? []) again(now);
  }
  if (now < seconds * 1_000) return;
  clearInterval(ticking);
  for (const session of sessions.values())
    if (session.awaited !== undefined) finish(session, GIVEN_UP);
  for (const end of ends.values()) end.close();
  process.stdout.write(JSON.stringify({ outcomes, late }));
}, 1);

/** Exponentially distributed: nobody knows of the others. */
function pause(rate) {
  return (-Math.log(1 - Math.random()) / rate) * 1_000;
}

function begin(load, begun) {
  last += 1;
  const address = load.addresses[last % load.addresses.length];
  const session = new Session(last, ends.get(address), target, begun, load);
  outcomes[load.name].sent += 1;
  if (load.heedless) {
    session.end.send(session.request(INVITE));
    return;
  }
  sessions.set(last, session);
  ask(session, INVITE);
}

/** Sends a request, again and again until it is answered or too old (RFC 3261, 17.1.1.2 and 17.1.2.2). */
function ask(session, step) {
  const now = clock();
  session.awaited = step;
  session.since = now;
  session.answered = false;
  session.echoed = false;
  const bytes = session.request(step);
  session.end.send(bytes);
  const repeat = (at, after) => {
    const slot = Math.floor((at + after) / PIECE);
    const again = (ringing) => {
      if (session.awaited !== step || session.answered) return;
      if (ringing - now >= LONGEST) finish(session, GIVEN_UP);
      else {
        if (transport === 'udp') {
          session.end.send(bytes);
          outcomes[session.load.name].repeated += 1;
        }
        repeat(ringing, step === INVITE ? after * 2 : Math.min(after * 2, T2));
      }
    };
    const there = waiting.get(slot);
    if (there === undefined) waiting.set(slot, [again]);
    else there.push(again);
  };
  repeat(now, T1);
}

function hear(text, end) {
  if (!text.startsWith('SIP/2.0 ')) {
    hearRequest(text, end);
    return;
  }
  const status = Number(text.slice(8, 11));
  const { number, step } = readBranch(text);
  const session = sessions.get(number);
  if (status < 200 || session === undefined) return;
  if (step === INVITE) end.send(session.acknowledge(text));
  if (session.awaited !== step || session.answered) return;
  const now = clock();
  if (step !== INVITE && step !== BYE) {
    outcomes[session.load.name].talk.push([Math.round(session.since), now - session.since]);
  }
  session.answered = true;
  if (status >= 300) finish(session, REFUSED);
  else if (step === INVITE) {
    outcomes[session.load.name].invited.push([Math.round(session.since), now - session.since]);
    ask(session, step + 1);
  } else if (step === BYE) finish(session, OVER);
  else if (session.echoed) ask(session, step + 1);
}

/** A message comes back; or, of a session that was too slow for the house, a BYE. */
function hearRequest(text, end) {
  if (text.startsWith('ACK ')) return;
  end.send(accept(text));
  if (!text.startsWith('MESSAGE ')) return;
  const session = sessions.get(Number.parseInt(fieldOf(text, 'Call-ID') ?? '', 10));
  if (
    session?.awaited === undefined ||
    session.echoed ||
    !text.endsWith(`message ${session.awaited}`)
  )
    return;
  session.echoed = true;
  if (session.answered) ask(session, session.awaited + 1);
}

function finish(session, end) {
  session.awaited = undefined;
  outcomes[session.load.name].sessions.push([
    Math.round(session.begun),
    clock() - session.begun,
    end,
  ]);
  // What still comes of it is acknowledged for a while.
  setTimeout(() => sessions.delete(session.number), 5_000).unref();
}
