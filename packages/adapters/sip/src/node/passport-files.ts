/** A verifier of PASSporTs, out of files that an operator has written down. */
import { readFileSync } from 'node:fs';

import { LocalProtocolError } from '@usher/core';

import { NodePassportVerifier } from './node-passport-verifier.js';
import { whyUnread } from './why-unread.js';

/** Whose signatures are believed. */
export interface PassportFiles {
  /** A file, in PEM, or several: the authorities that signers' certificates must come from. */
  readonly authorities: string | readonly string[];
  /** The hosts that certificates are fetched from: `cert.example.org`, `cert.example.org:8443`, or `*.example.org`. */
  readonly hosts: readonly string[];
}

/** @throws LocalProtocolError `bad-passports`, which names the file, or says what to write. */
export function passportVerifier({ authorities, hosts }: PassportFiles): NodePassportVerifier {
  const files = typeof authorities === 'string' ? [authorities] : authorities;
  return new NodePassportVerifier({ authorities: files.map(textOf).join('\n'), hosts });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new LocalProtocolError('bad-passports', `${file} cannot be read: ${whyUnread(error)}`, {
      cause: error,
    });
  }
}
