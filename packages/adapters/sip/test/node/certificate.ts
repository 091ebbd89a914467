/** The certificates that tests of TLS use; `fixtures/tls/make.sh` made them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../fixtures/tls');

/** A file of the folder. */
export function pemFile(name: string): string {
  return join(FOLDER, `${name}.pem`);
}

/** A certificate and its key, by files. */
export function files(name: string): { readonly certificate: string; readonly key: string } {
  return { certificate: pemFile(name), key: pemFile(`${name}.key`) };
}

/** The text of a file of the folder. */
export function pem(name: string): string {
  return readFileSync(pemFile(name), 'utf8');
}

/** The authority that all but a few come from. */
export const AUTHORITY = pemFile('authority');
