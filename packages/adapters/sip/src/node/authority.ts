/** The certificate of an authority, out of a file. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { LocalProtocolError } from '@usher/core';

import { whyUnread } from './why-unread.js';

/**
 * The text of a file that holds the certificate of an authority.
 * @throws LocalProtocolError `bad-certificate`, which names the file.
 */
export async function readAuthority(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw bad(`${file} cannot be read: ${whyUnread(error)}`);
  }
  // What is read in vain is found here, and not when somebody connects.
  const certificate = certificateIn(text);
  if (certificate === undefined) throw bad(`${file} holds no certificate in PEM`);
  if (!certificate.ca) throw bad(`${file} holds a certificate that is that of no authority`);
  return text;
}

/** What is wrong with such a file; undefined where nothing is. */
export async function authorityFault(file: string): Promise<string | undefined> {
  try {
    await readAuthority(file);
    return undefined;
  } catch (error) {
    if (error instanceof LocalProtocolError) return error.message;
    throw error;
  }
}

function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function bad(why: string): LocalProtocolError {
  return new LocalProtocolError('bad-certificate', why);
}
