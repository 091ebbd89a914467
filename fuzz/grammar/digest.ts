/** Challenges and proofs, drawn from their grammar (RFC 3261, 25.1; RFC 7616). */
import type { SeededChance } from '@usher/core/testing';

import { GOOD } from '../rules/digest-stage.js';
import { few, quotedString, several, space, token, usually } from './words.js';

const PARAMETERS = [
  ...[
    'username',
    'realm',
    'nonce',
    'uri',
    'response',
    'algorithm',
    'opaque',
    'qop',
    'nc',
    'cnonce',
    'stale',
    'domain',
  ],
  ...['nextnonce', 'rspauth', 'auth-param', '__proto__'],
] as const;

/** Some lines, each a value of a header field. */
export function digestText(chance: SeededChance): string {
  if (chance.chance(0.1)) {
    // One realm after the other, each of which can be answered.
    return several(
      1 + chance.integer(20),
      (index) => `Digest realm="r${index}", nonce="n", qop="auth"`,
    ).join('\n');
  }
  if (chance.chance(0.2)) {
    const info = usually(chance, [
      'rspauth="RIGHT"',
      'rspauth="0", qop=auth-int',
      'nextnonce="next"',
      'rspauth="RIGHT", nextnonce="x"',
      '',
    ]);
    return several(1 + chance.integer(3), (index) => (index === 1 ? info : challenge(chance))).join(
      '\n',
    );
  }
  return several(1 + (chance.chance(0.05) ? few(chance, 39) : few(chance, 3)), () =>
    line(chance),
  ).join('\n');
}

function line(chance: SeededChance): string {
  if (chance.chance(0.3)) return rearranged(GOOD[chance.integer(GOOD.length)] ?? '', chance);
  if (chance.chance(0.3)) return challenge(chance);
  const scheme = usually(chance, ['Digest ', 'digest ', 'DIGEST\t', 'Basic ', '', 'Digest']);
  if (chance.chance(0.1))
    return `Digest ${several(chance.pick([31, 32, 33]), (index) => `p${index}=v`).join(', ')}`;
  const count = few(chance, 10);
  return (
    scheme +
    several(count, (index) => parameter(chance, index)).join(
      usually(chance, [', ', ',', ' ,', ',,', '']),
    )
  );
}

/** The same proof with its parameters in another order, one of them left out or changed. */
function rearranged(good: string, chance: SeededChance): string {
  const parts = good.slice('Digest '.length).split(', ');
  if (chance.chance(0.5)) parts.reverse();
  if (chance.chance(0.2)) parts.splice(chance.integer(parts.length), 1);
  if (chance.chance(0.2)) parts.push(parameter(chance, 0));
  if (chance.chance(0.2)) {
    const at = chance.integer(parts.length);
    parts[at] = (parts[at] ?? '').replace(
      /=.*/,
      usually(chance, ['="a b"', '="\\""', '=""', '=x']),
    );
  }
  return `Digest ${parts.join(usually(chance, [', ', ',']))}`;
}

function challenge(chance: SeededChance): string {
  const realm = usually(chance, ['example.com', 'elsewhere', token(chance)]);
  const algorithm = usually(chance, [
    ', algorithm=SHA-256',
    '',
    ', algorithm=MD5',
    ', algorithm=SHA-512-256',
    ', algorithm=sha-256-sess',
    ', algorithm="a b"',
  ]);
  const qop = usually(chance, [
    ', qop="auth"',
    ', qop="auth,auth-int"',
    ', qop="auth-int"',
    ', qop=auth',
    '',
    ', qop="x y"',
    ', qop=","',
    ', qop="a\\"b"',
  ]);
  const stale = usually(chance, ['', ', stale=true', ', stale=FALSE']);
  const opaque = usually(chance, ['', ', opaque="o"', `, opaque=${quotedString(chance)}`]);
  return `Digest realm="${realm}", nonce="${usually(chance, ['@', 'n', ''])}${chance.token().slice(0, 3)}"${algorithm}${qop}${stale}${opaque}`;
}

function parameter(chance: SeededChance, index: number): string {
  const name = usually(chance, [
    chance.pick(PARAMETERS as unknown as [string, ...string[]]),
    `p${index}`,
    token(chance),
    '',
  ]);
  const value = usually(chance, [
    token(chance),
    quotedString(chance),
    '"a b"',
    '00000001',
    '"auth"',
    `"${'v'.repeat(chance.pick([1_023, 1_024, 5_000]))}"`,
    '',
    '"',
  ]);
  return `${name}${space(chance)}=${space(chance)}${value}`;
}
