/** Somebody who signs PASSporTs by the book: with Node's own cryptography, and not by our code. */
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../fixtures/passport');

/** The text of a file of the folder. */
export function pem(name: string): string {
  return readFileSync(join(FOLDER, `${name}.pem`), 'utf8');
}

/** Where a file of the folder is. */
export function pemFile(name: string): string {
  return join(FOLDER, `${name}.pem`);
}

/** When the tests take place: 2027. */
export const NOW = 1_800_000_000_000;
export const IAT = NOW / 1_000;
export const INFO = 'https://cert.example.org/passport.cer';

/** What somebody signs. */
export interface Signing {
  readonly head?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The name of the file with the key. */
  readonly key?: string;
}

const HEAD = { alg: 'ES256', typ: 'passport', x5u: INFO };
export const CLAIMS = {
  dest: { uri: ['sip:bot@example.com'] },
  iat: IAT,
  orig: { tn: '12155551212' },
};

/** JSON in base64url, as it stands. */
export function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
}

/** The signature over a text (RFC 7518, 3.4). */
export function signature(input: string, key = 'provider'): string {
  const by = { key: pem(`${key}.key`), dsaEncoding: 'ieee-p1363' } as const;
  return sign('sha256', Buffer.from(input), by).toString('base64url');
}

/** A PASSporT in full. */
export function token({ head, claims, key }: Signing = {}): string {
  const input = `${part({ ...HEAD, ...head })}.${part({ ...CLAIMS, ...claims })}`;
  return `${input}.${signature(input, key)}`;
}

/** Of SHAKEN, with this attestation. */
export function shaken(attest: unknown, { head, claims, key }: Signing = {}): string {
  const origid = '123e4567-e89b-12d3-a456-426655440000';
  return token({
    head: { ppt: 'shaken', ...head },
    claims: { attest, origid, ...claims },
    ...(key !== undefined && { key }),
  });
}

/** The value of Identity. */
export function identity(said = token(), parameters = '', info = INFO): string {
  return `${said};info=<${info}>${parameters}`;
}
