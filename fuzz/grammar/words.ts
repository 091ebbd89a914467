/** The small parts that everything of SIP is made of, drawn by chance from their grammars (RFC 3261, 25.1). */
import type { SeededChance } from '@usher/core/testing';

/** One of these, most often one of the first. */
export function usually<T>(chance: SeededChance, choices: readonly [T, ...T[]]): T {
  return chance.chance(0.6) ? choices[0] : chance.pick(choices);
}

/** How many: mostly few. */
export function few(chance: SeededChance, most: number): number {
  return chance.integer(1 + chance.integer(most + 1));
}

/** So many of what is made, as one list. */
export function several<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** `token`. */
export function token(chance: SeededChance): string {
  return usually(chance, [
    chance.token().slice(0, 1 + chance.integer(12)),
    "a.!%*_+`'~-",
    '0',
    '__proto__',
    'constructor',
    chance.token().repeat(1 + chance.integer(20)),
  ]);
}

/** White space where there may be some, or a fold. */
export function space(chance: SeededChance): string {
  return usually(chance, ['', ' ', '\t', '  ', '\r\n ', ' \r\n\t']);
}

/** White space where there must be some. */
export function gap(chance: SeededChance): string {
  return usually(chance, [' ', '  ', '\t', '\r\n ', ' \r\n\t ']);
}

/** What a quoted string may say, as it stands within the quotes. */
function quotedInner(chance: SeededChance): string {
  return several(few(chance, 8), () =>
    chance.pick([
      'a',
      'Alice',
      ' ',
      '\\"',
      '\\\\',
      '\\a',
      ';',
      ',',
      '<',
      '>',
      '@',
      'é',
      '停',
      '😀',
      '=',
      '\t',
      '\\\x01',
    ]),
  ).join('');
}

export function quotedString(chance: SeededChance): string {
  return `"${quotedInner(chance)}"`;
}

/** A name, an IPv4 address, or an IPv6 one in brackets. */
export function host(chance: SeededChance): string {
  return usually(chance, [
    'example.com',
    '192.0.2.7',
    '[2001:db8::1]',
    '[::1]',
    '[::ffff:192.0.2.1]',
    '[1:2:3:4:5:6:7:8]',
    '[fe80::1%25eth0]',
    '[::]',
    '[1::2::3]',
    '[12345::]',
    '[::1.2.3.256]',
    '[1.2.3.4]',
    'EXAMPLE.com.',
    'a_b-c.example',
    '1.2.3.4.5',
    'x',
    `${'a'.repeat(60)}.example`,
  ]);
}

export function port(chance: SeededChance): string {
  return usually(chance, [
    '',
    ':5060',
    ':5080',
    ':65535',
    ':65536',
    ':0',
    ':',
    ':005060',
    ':123456',
  ]);
}

/** `;name=value` with or without its value. */
function parameter(chance: SeededChance): string {
  const name = usually(chance, [token(chance), 'tag', 'branch', 'lr', 'q', 'x']);
  const said = usually(chance, [token(chance), quotedString(chance), host(chance), '', 'a/b:c@d']);
  return chance.chance(0.25)
    ? `;${name}`
    : `${space(chance)};${space(chance)}${name}${space(chance)}=${space(chance)}${said}`;
}

export function parameters(chance: SeededChance, most = 3): string {
  if (chance.chance(0.02))
    return several(chance.pick([63, 64, 65, 70]), (index) => `;p${index}=${index}`).join('');
  return several(few(chance, most), () => parameter(chance)).join('');
}
