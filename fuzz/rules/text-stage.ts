/** Two ends of a conversation in real-time text, and a wire between them that loses, repeats and delays (RFC 4103, 5). */
import type { Output } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { parseRtp } from '../../packages/adapters/rtt/src/rtp/rtp-packet.js';
import { parseRedundant } from '../../packages/adapters/rtt/src/rtp/redundant-payload.js';
import { TextEnd, type TextEvent } from '../../packages/adapters/rtt/src/text/text-end.js';
import type { TextTerms } from '../../packages/adapters/rtt/src/text/text-terms.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

/** What two ends usually agree on. */
export const TERMS: Omit<TextTerms, 'remote'> = {
  plain: 98,
  redundant: 100,
  generations: 2,
  perSecond: 30,
  sends: true,
};
/** Of an end that waits to hear from its peer. */
export const SETTINGS = {
  pause: 5_000,
  longest: 400,
  sources: 'peer',
  host: '192.0.2.2',
  unheard: 'wait',
} as const;

const OURS = { address: '192.0.2.1', port: 30_000 };
const THEIRS = { address: '192.0.2.2', port: 4_000 };
const TEXTS = [
  'a',
  'Grüße, 世界 🙂',
  'two\nlines',
  'x\u009by\u0000z',
  ' ',
  'a\tb',
  'z'.repeat(150),
];
/** RFC 4103, 5.4: as many packets one after the other may be lost as all is said again. */
const MOST_LOST = 2;

/** Whatever happens on the way, all is heard that was said, in its order, as long as no more is lost than is said again. */
export function holdConversation(program: Uint8Array): void {
  const chance = new SeededChance(9);
  const [first = 0] = program;
  const perSecond = [30, 8, 1_000, 1][first & 3] ?? 30;
  const redundant = (first & 4) === 0;
  const terms = redundant
    ? { ...TERMS, perSecond }
    : { ...TERMS, perSecond, redundant: undefined, generations: 0 };
  const [pause, longest] = [3_600_000, 10_000];
  const speaker = new TextEnd(
    { ...terms, remote: THEIRS },
    { ...SETTINGS, pause, longest, unheard: (first & 8) === 0 ? 'send' : 'wait' },
    chance,
  );
  const listener = new TextEnd(
    { ...terms, remote: OURS },
    { ...SETTINGS, pause, longest, host: OURS.address },
    chance,
  );
  let now = 1_000;
  const said: string[] = [];
  const heard: string[] = [];
  const told: number[] = [];
  const left: { readonly at: number; readonly count: number }[] = [];
  let lost = 0;
  let at = 1;
  let waits: Uint8Array | undefined;
  const arrive = (bytes: Uint8Array): void => {
    const outputs = timed(bytes.length, () =>
      listener.receive(bytes, now, { transport: 'udp', remote: OURS }),
    );
    for (const output of outputs)
      if (output.type === 'event' && output.event.type === 'said') heard.push(output.event.text);
  };
  const carry = (bytes: Uint8Array): void => {
    const packet = parseRtp(bytes);
    const blocks =
      packet && (redundant ? parseRedundant(packet.payload) : [{ data: packet.payload }]);
    hold(packet !== undefined && blocks !== undefined, 'sent-unreadable');
    hold(bytes.length <= 1_300, 'sent-long', () => String(bytes.length));
    const own = blocks.at(-1)?.data ?? new Uint8Array();
    left.push({ at: now, count: Array.from(new TextDecoder().decode(own)).length });
    const fate = program[at] ?? 0;
    at += 1;
    const isLost = redundant && (fate & 3) === 1 && lost < MOST_LOST && waits === undefined;
    const before = lost;
    lost = isLost ? lost + 1 : 0;
    if (isLost) return;
    // One may overtake the other, but not where it alone says again what was lost: it may be the first that is heard of at all.
    if ((fate & 3) === 2 && waits === undefined && redundant && before < MOST_LOST) {
      waits = bytes;
      return;
    }
    arrive(bytes);
    if ((fate & 3) === 3) arrive(bytes);
    if (waits !== undefined) arrive(waits);
    waits = undefined;
  };
  const note = (outputs: readonly Output<TextEvent>[]): void => {
    for (const output of outputs) {
      if (output.type === 'transmit') carry(output.bytes);
      else if (output.event.type === 'told') told.push(output.event.reference);
    }
  };
  const pass = (until: number): void => {
    let wakes = 0;
    for (;;) {
      const next = Math.min(speaker.deadline ?? Infinity, listener.deadline ?? Infinity);
      if (next > until) break;
      wakes += 1;
      hold(wakes < 20_000, 'text-wakes-for-ever');
      now = Math.max(now, next);
      note(speaker.elapse(now));
      for (const output of listener.elapse(now))
        if (output.type === 'event' && output.event.type === 'said') heard.push(output.event.text);
    }
    now = until;
  };
  note(speaker.execute({ type: 'confirm' }, now));
  // It is heard from before anything is said, so that text has where to go.
  speaker.receive(new Uint8Array(), now, { transport: 'udp', remote: THEIRS });
  for (const octet of program.subarray(1, 9)) {
    const text = TEXTS[octet % TEXTS.length] ?? '';
    said.push(text);
    note(speaker.execute({ type: 'say', reference: said.length, text }, now));
    if (octet > 200) pass(now + octet * 10);
    if (octet % 16 === 15)
      note(
        speaker.execute({ type: 'agree', terms: { ...terms, remote: THEIRS, perSecond: 60 } }, now),
      );
    if (octet % 16 === 14) {
      note(
        speaker.execute(
          { type: 'agree', terms: { ...terms, remote: undefined, sends: false } },
          now,
        ),
      );
      pass(now + 500);
      note(speaker.execute({ type: 'agree', terms: { ...terms, remote: THEIRS } }, now));
    }
  }
  pass(now + 3_000_000);
  if (waits !== undefined) arrive(waits);
  for (const output of listener.execute({ type: 'finish' }, now))
    if (output.type === 'event' && output.event.type === 'said') heard.push(output.event.text);
  hold(told.length === said.length && told.every((one, index) => one === index + 1), 'told', () =>
    JSON.stringify(told),
  );
  const meant = said.flatMap(linesOf);
  hold(JSON.stringify(heard) === JSON.stringify(meant), 'heard', () =>
    JSON.stringify({ heard, meant, program: [...program] }),
  );
  holdPace(left, Math.max(perSecond, 60));
  hold(speaker.deadline === undefined, 'speaker-stays');
}

/** The lines that a text of ours is read as. */
function linesOf(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = text.replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '').trimEnd();
  return plain.split('\n').filter((line) => line.trim() !== '');
}

/** RFC 4103, 6: over any ten seconds. */
function holdPace(
  left: readonly { readonly at: number; readonly count: number }[],
  perSecond: number,
): void {
  let sum = 0;
  let tail = 0;
  for (const { at, count } of left) {
    sum += count;
    for (
      let oldest = left[tail];
      oldest !== undefined && oldest.at <= at - 10_000;
      oldest = left[tail]
    ) {
      sum -= oldest.count;
      tail += 1;
    }
    hold(sum <= 10 * perSecond, 'pace', () => `${sum} within ten seconds`);
  }
}
