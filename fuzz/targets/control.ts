/** Overload control as a whole: nothing that waits is lost, forgotten or kept for ever, whatever comes in whatever order. */
import type { Flow } from '@usher/core/adapter';

import { OverloadControl } from '../../packages/adapters/sip/src/overload/overload-control.js';
import { Sources } from '../../packages/adapters/sip/src/overload/sources.js';
import { TokenBuckets } from '../../packages/adapters/sip/src/overload/token-buckets.js';
import { octetTarget } from '../octet-target.js';
import { joined, latin1, utf8 } from '../octets.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const TAG = 'tagofrefusals';
/** What comes: the method, whether it is within a dialog, and what else stands in it. */
const KINDS = [
  ['INVITE', ''],
  ['MESSAGE', ''],
  ['OPTIONS', ''],
  ['ACK', ';tag=ours'],
  ['MESSAGE', ';tag=ours'],
  ['BYE', ';tag=ours'],
  ['CANCEL', ''],
  ['INVITE', '', 'Resource-Priority: q735.0\r\n'],
  ['ACK', `;tag=${TAG}`],
  ['MESSAGE', ';tag=theirs'],
  ['INVITE', ';tag=ours'],
  ['SIP/2.0 200 OK', ';tag=theirs'],
  ['ACK', ''],
  ['A', ''],
] as const;

/** Most that may ever wait, over all classes. */
const MOST_WAITING = 40_000;
const MOST_BULKS = 8;
const LOWER_PATIENCE = 4_000;
const MOST_SOURCES = 16_384 + 4_096;

/** Of one kind, the most that one program makes come at once, from many. */
function ofOneKind(kind: number): readonly number[] {
  return Array.from({ length: 2 * MOST_BULKS }, (_, at) =>
    at % 2 === 0 ? 248 : kind + KINDS.length,
  );
}

const packets = new Map<string, Uint8Array>();

function packet(kind: number, number: number): Uint8Array {
  const key = `${kind} ${number}`;
  const known = packets.get(key);
  if (known !== undefined) return known;
  const [method = '', tag = '', extra = ''] = KINDS[kind % KINDS.length] ?? [];
  const line = method.startsWith('SIP') ? method : `${method} sip:bot@example.com SIP/2.0`;
  const bytes = utf8(
    `${line}\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK${number};rport${number % 5 === 3 ? ';oc;oc-algo="loss,A";oc-seq=1.0' : ''}\r\nMax-Forwards: 70\r\n` +
      `${number % 11 === 10 ? 'X' : 'From'}: <sip:a${number % 7}@example.com>;tag=f${number}\r\nTo: <sip:bot@example.com>${tag}\r\n` +
      `Call-ID: c${number}@example.com\r\nCSeq: 1 ${method.split(' ')[0] === 'SIP/2.0' ? 'INVITE' : method}\r\n${extra}Content-Length: 0\r\n\r\n`,
  );
  packets.set(key, bytes);
  return bytes;
}

/** An overload control with a ledger of what went in and came out. */
class Ledger {
  now = 1_000_000;
  #arranged = 0;
  readonly #keys = new Set<string>();
  readonly control: OverloadControl;
  readonly #waiting = new Set<Uint8Array>();

  /** @param kind the first octet of a program: some controls know less than others. */
  constructor(kind: number) {
    this.control = new OverloadControl({
      tag: TAG,
      arrange: () => (this.#arranged += 1),
      trusts: ({ remote }) => remote.address === '10.0.0.1',
      emergencies: kind % 7 !== 6,
      ...(kind % 5 !== 4 && {
        known: {
          transaction: (key) => this.#keys.has(key),
          dialog: (tag) => tag === 'ours',
          request: (branch) => branch.endsWith('3'),
        },
      }),
    });
  }

  put(kind: number, source: number, number: number): void {
    const flow = flowOf(source);
    const bytes = packet(kind, number).slice();
    const verdict = timed(bytes.length, () => this.control.put(bytes, flow, this.now));
    if (verdict === 'wait') this.#waiting.add(bytes);
    else if (verdict === 'pass')
      this.#keys.add(`${KINDS[kind % KINDS.length]?.[0]} 192.0.2.7:5060 z9hG4bK${number}`);
    else if (verdict !== 'drop') {
      hold(verdict.to.remote.address === flow.remote.address, 'refused-elsewhere');
      hold(
        !['ACK', 'SIP/2.0 200 OK'].includes(KINDS[kind % KINDS.length]?.[0] ?? ''),
        'refused-ack',
      );
      // RFC 7339, 5.3: whoever takes part is told what to leave out, and nobody else.
      hold(/;oc=\d+;/.test(latin1(verdict.bytes)) === (number % 5 === 3), 'refused-feedback');
    }
    if (this.#keys.size > 200) this.#keys.clear();
  }

  take(): void {
    const before = this.control.size;
    this.#arranged = 0;
    const { work, refusals } = this.control.take(this.now);
    const gone = before - this.control.size - work.length;
    for (const { bytes, until } of work) {
      hold(this.#waiting.delete(bytes), 'work-unknown');
      // So many late ones are answered in one turn, and no more; and who stands one class lower may stand behind more patient ones.
      hold(
        until + LOWER_PATIENCE >= this.now || gone >= 200,
        'work-too-late',
        () => `${until} ${this.now}`,
      );
    }
    hold(refusals.length <= gone, 'refusals-of-nobody');
    if (this.control.size === 0) this.#waiting.clear();
    this.hold();
  }

  hold(): void {
    const { size } = this.control;
    const state = this.control.state(this.now);
    hold(size <= MOST_WAITING, 'queue-size');
    hold(state.waiting.reduce((sum, each) => sum + each, 0) === size, 'queue-count');
    hold(
      state.admission > 0 && state.admission <= 1 && state.shed >= 0 && state.shed <= 1,
      'state-share',
    );
    hold(
      /^;oc=\d{1,3};oc-algo="loss";oc-validity=\d+;oc-seq=\d+\.\d{3}$/.test(
        this.control.feedback(this.now),
      ),
      'feedback-shape',
    );
    // Whoever waits has a turn coming.
    hold(size === 0 || this.#arranged > 0, 'nobody-arranged');
  }

  /** Whoever waits is dealt with or refused in the end. */
  finish(): void {
    for (let turn = 0; turn < 2_000 && this.control.size > 0; turn += 1) {
      this.now += 10;
      this.take();
    }
    hold(this.control.size === 0, 'queue-stays', () => String(this.control.size));
  }
}

function flowOf(source: number): Flow {
  const address = `10.${source >> 16}.${(source >> 8) & 255}.${source & 255}`;
  return source % 5 === 4
    ? { transport: 'tcp', remote: { address, port: 40_000 }, connection: source }
    : { transport: 'udp', remote: { address, port: 5060 } };
}

function run(program: Uint8Array): void {
  const ledger = new Ledger(program[0] ?? 0);
  let number = 0;
  let bulk = 0;
  for (let at = 0; at + 1 < Math.min(program.length, 400); at += 2) {
    const [op = 0, value = 0] = program.subarray(at, at + 2);
    if (at % 8 === 0) ledger.hold();
    if (op < 120) ledger.put(op, value & 15, value >> 2);
    else if (op < 150) ledger.now += value & 15;
    else if (op < 160) ledger.now += value * 40;
    else if (op < 200) ledger.take();
    else if (op < 210) ledger.control.settle(flowOf(value & 15), ledger.now);
    else if (op < 215) ledger.control.sample(ledger.now, value, (value >> 4) / 16);
    else if (op < 220)
      for (let count = 0; count <= value >> 3; count += 1)
        ledger.control.admits(`sip:user${value & 7}@example.com`, ledger.now);
    else if (bulk < MOST_BULKS) {
      // As many as a socket is read at once, and some more: each from somebody else, or all from one.
      bulk += 1;
      const one = op % 2 === 0 ? undefined : value & 3;
      const kind = op < 240 ? (op >> 1) % KINDS.length : value % KINDS.length;
      for (let count = 0; count < 33 + (value & 15); count += 1) {
        ledger.put(op < 230 || op >= 248 ? kind : kind + count, one ?? number, number);
        number += 1;
      }
    }
  }
  ledger.finish();
  holdBuckets(program);
}

/** However many sources there are, no more are remembered than may be. */
function holdBuckets(program: Uint8Array): void {
  const most = 8;
  const rate = { perSecond: 2, burst: 3 };
  const buckets = new TokenBuckets(rate, most);
  const taken = new Map<string, number[]>();
  let now = 0;
  for (const octet of program.subarray(0, 300)) {
    now += octet >> 5;
    const key = `s${octet & 31}`;
    const isNew = buckets.get(key) === undefined;
    const bucket = buckets.of(key, now);
    if (isNew) taken.delete(key);
    if (octet % 3 === 0) buckets.settle(key, now);
    if (buckets.take(bucket, now)) {
      // Within any second, no more than what is saved up, and what comes in.
      const times = [...(taken.get(key) ?? []).filter((time) => time > now - 1_000), now];
      taken.set(key, times);
      hold(times.length <= rate.burst + rate.perSecond, 'bucket-overflows');
    }
    hold(buckets.size <= most, 'buckets-size');
    hold(bucket.tokens >= 0 && bucket.tokens <= rate.burst, 'bucket-tokens');
  }
  if (program[0] !== 255 || program[1] !== 255) return;
  const sources = new Sources();
  const bytes = packet(0, 1);
  for (let source = 0; source < 22_000; source += 1)
    sources.seat(bytes, flowOf(source), 2, 100, source >> 5);
  hold(sources.size <= MOST_SOURCES, 'sources-size', () => String(sources.size));
}

export const target = octetTarget({
  name: 'control',
  covers: [
    ...[
      'overload-control',
      'admission-budget',
      'feedback',
      'lane',
      'pressure',
      'refusals',
      'shed-share',
      'sources',
      'token-buckets',
    ],
    ...['work-cost', 'work-queue'],
  ].map((file) => `packages/adapters/sip/src/overload/${file}.ts`),
  seeds: () => [
    // More in each turn than can be dealt with, of each kind, from one and from many; and a loop that is late.
    ...[220, 221, 230, 231, 240, 241].map((op) =>
      Uint8Array.from(
        { length: 80 },
        (_, at) => [op, at, 170, 0, 225, 7, 170, 0, 121, 1, 211, 90][at % 12] ?? 0,
      ),
    ),
    Uint8Array.from({ length: 400 }, (_, at) => (at * 37) & 255),
    // As many as may come at once, all of one kind, and what is done of them in the turns that follow; whoever asks too often.
    ...[0, 1, 3, 4, 6].map((kind) =>
      Uint8Array.from({ length: 240 }, (_, at) =>
        at < 18
          ? ([0, 0, ...ofOneKind(kind)][at] ?? 0)
          : ([211, 1, 170, 0, 218, 255, 125, 9][at % 8] ?? 0),
      ),
    ),
    // The loop is late for long, and then somebody asks for something.
    Uint8Array.from({ length: 160 }, (_, at) =>
      at < 60 ? ([212, 255, 155, 30][at % 4] ?? 0) : at % 2 === 0 ? at % 14 : at,
    ),
    Uint8Array.of(255, 255, ...Array.from({ length: 100 }, (_, at) => (at * 91) & 255)),
  ],
  grammar: (chance) => chance.octets(2 * chance.integer(200)),
  words: [],
  mutations: [
    // All of one kind; all of it once more, after some time.
    (octets, _other, chance) =>
      Uint8Array.from(octets, (octet, at) =>
        at % 2 === 0 && at > 20 ? 220 + chance.integer(35) : octet,
      ),
    (octets) => joined(octets, Uint8Array.of(158, 255), octets),
  ],
  run,
});
