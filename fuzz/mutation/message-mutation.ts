/** Messages spoilt with an idea of what they are: lines, names, values, lengths. */
import type { SeededChance } from '@usher/core/testing';

import { latin1, octetsOf } from '../octets.js';
import type { OctetMutation } from './octet-mutation.js';

/** Names that have a compact form. */
const COMPACT = new Map([
  ['via', 'v'],
  ['from', 'f'],
  ['to', 't'],
  ['call-id', 'i'],
  ['contact', 'm'],
  ['content-length', 'l'],
  ['content-type', 'c'],
  ['subject', 's'],
  ['supported', 'k'],
]);
const LENGTHS = [
  '0',
  '1',
  '-1',
  '+5',
  ' 5 ',
  '5 5',
  '',
  '4294967298',
  '65536',
  '65537',
  '0x5',
  '5;a=b',
];

/** One message as lines and what stands behind them. */
interface Parts {
  readonly lines: string[];
  readonly body: string;
}

type LineMutation = (parts: Parts, other: Parts, chance: SeededChance) => Parts | undefined;

const LINE_MUTATIONS: readonly LineMutation[] = [
  // A line left out, twice, elsewhere, many times.
  ({ lines, body }, _other, chance) => ({ lines: lines.toSpliced(at(lines, chance), 1), body }),
  ({ lines, body }, _other, chance) => {
    const line = one(lines, chance);
    return { lines: lines.toSpliced(at(lines, chance), 0, line), body };
  },
  ({ lines, body }, _other, chance) => {
    const [line = ''] = lines.splice(at(lines, chance), 1);
    return { lines: lines.toSpliced(at(lines, chance), 0, line), body };
  },
  ({ lines, body }, _other, chance) => {
    const line = one(lines, chance);
    const times = 2 + chance.integer(120);
    return { lines: lines.toSpliced(1, 0, ...Array.from({ length: times }, () => line)), body };
  },
  // A line of another message, put in, or in the place of the one of its name.
  ({ lines, body }, other, chance) => {
    const line = one(other.lines, chance);
    const name = nameOf(line);
    const same = lines.findIndex((each) => nameOf(each) === name);
    const there = same < 0 || chance.chance(0.3);
    return {
      lines: there ? lines.toSpliced(at(lines, chance), 0, line) : lines.with(same, line),
      body,
    };
  },
  // Names: in their other form, in another case, with white space before the colon.
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => [COMPACT.get(name.toLowerCase()) ?? name, value]),
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => [
      chance.chance(0.5) ? name.toUpperCase() : name.toLowerCase(),
      value,
    ]),
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => [
      `${name}${chance.pick([' ', '\t', '  \t'])}`,
      value,
    ]),
  // Values: folded, empty, grown, with a list around them.
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => {
      const spaces = [...value.matchAll(/[ ,;=<>]/g)];
      const place = spaces[chance.integer(spaces.length)]?.index ?? 0;
      const fold = chance.pick(['\r\n ', '\r\n\t', ' \r\n  ', '\r\n \r\n ']);
      return [name, value.slice(0, place) + fold + value.slice(place)];
    }),
  ({ lines, body }, _other, chance) => changed(lines, body, chance, (name) => [name, '']),
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => [
      name,
      value +
        chance
          .pick(['a', ' ', '\t', ';x', ',', '"'])
          .repeat(chance.pick([1, 64, 300, 4_096, 17_000])),
    ]),
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => [
      name,
      Array.from({ length: 2 + chance.integer(80) }, () => value).join(
        chance.pick([',', ', ', ' ,']),
      ),
    ]),
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => {
      const params = Array.from(
        { length: chance.pick([1, 2, 63, 64, 65]) },
        (_, n) => `;p${n}=${n}`,
      );
      return [name, value + params.join('')];
    }),
  ({ lines, body }, _other, chance) =>
    changed(lines, body, chance, (name, value) => [
      name,
      value +
        chance.pick([';tag=x', ';TAG=y', ';rport', ';received=1.2.3.4', ';maddr=239.1.1.1', ';lr']),
    ]),
  // Lengths that are wrong, or right again.
  ({ lines, body }, _other, chance) => ({
    lines: withLength(lines, chance.pick(LENGTHS as [string, ...string[]])),
    body,
  }),
  ({ lines, body }, _other, chance) => ({
    lines: withLength(lines, String(body.length + chance.integer(5) - 2)),
    body,
  }),
  ({ lines, body }) => ({ lines: withLength(lines, String(body.length)), body }),
  // Bodies: another one's, none, or the message itself.
  ({ lines }, other) => ({ lines: withLength(lines, String(other.body.length)), body: other.body }),
  ({ lines }) => ({ lines: withLength(lines, '0'), body: '' }),
  ({ lines, body }) => {
    const whole = `${lines.join('\r\n')}\r\n\r\n${body}`;
    return { lines: withLength(lines, String(whole.length)), body: whole };
  },
  // Methods and statuses.
  ({ lines, body }, _other, chance) => {
    const method = chance.pick([
      'INVITE',
      'ACK',
      'CANCEL',
      'BYE',
      'MESSAGE',
      'OPTIONS',
      'REFER',
      'x',
    ]);
    return {
      lines: lines.map((line, index) =>
        index === 0
          ? line.replace(/^[^ ]+/, method)
          : nameOf(line) === 'cseq'
            ? line.replace(/[A-Za-z]+$/, method)
            : line,
      ),
      body,
    };
  },
  ({ lines, body }, _other, chance) => {
    const status = chance.pick([
      '100',
      '180',
      '200',
      '302',
      '401',
      '407',
      '486',
      '503',
      '600',
      '699',
    ]);
    return { lines: lines.with(0, `SIP/2.0 ${status} OK`), body };
  },
];

/** Ways to spoil a message by its lines. */
export const MESSAGE_MUTATIONS: readonly OctetMutation[] = LINE_MUTATIONS.map(
  (mutation): OctetMutation =>
    (octets, other, chance) => {
      const parts = partsOf(octets);
      if (parts.lines.length < 2) return octets;
      const spoilt = mutation(parts, partsOf(other), chance);
      if (spoilt === undefined) return octets;
      return octetsOf(`${spoilt.lines.join('\r\n')}\r\n\r\n${spoilt.body}`);
    },
);

function partsOf(octets: Uint8Array): Parts {
  const text = latin1(octets);
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return { lines: text.split('\r\n'), body: '' };
  return { lines: text.slice(0, end).split('\r\n'), body: text.slice(end + 4) };
}

/** One header line with its name or value changed. */
function changed(
  lines: string[],
  body: string,
  chance: SeededChance,
  change: (name: string, value: string) => readonly [name: string, value: string],
): Parts | undefined {
  if (lines.length < 2) return undefined;
  const index = 1 + chance.integer(lines.length - 1);
  const line = lines[index] ?? '';
  const colon = line.indexOf(':');
  if (colon < 0) return undefined;
  const [name, value] = change(line.slice(0, colon), line.slice(colon + 1).trimStart());
  return { lines: lines.with(index, `${name}: ${value}`), body };
}

function withLength(lines: readonly string[], length: string): string[] {
  return [
    ...lines.filter((line) => !/^(?:content-length|l)$/.test(nameOf(line))),
    `Content-Length: ${length}`,
  ];
}

function nameOf(line: string): string {
  return line
    .slice(0, Math.max(line.indexOf(':'), 0))
    .trim()
    .toLowerCase();
}

function at(lines: readonly string[], chance: SeededChance): number {
  return chance.integer(lines.length + 1);
}

function one(lines: readonly string[], chance: SeededChance): string {
  return lines[chance.integer(lines.length)] ?? '';
}
