/** Reads configuration files. */
import { type FileHandle, open } from 'node:fs/promises';

import { errorCode } from '../../text/error-code.js';
import type { Problem } from '../problem.js';
import type { Source, Sources } from '../source.js';

/** More than anybody writes by hand: 1 MiB. */
const LARGEST = 1_048_576;

/** Reads files whole, each once, unless they are too large or no text. */
export async function readSources(files: readonly string[]): Promise<Sources> {
  const read = await Promise.all(Array.from(new Set(files), readSource));
  return {
    sources: read.filter((one) => 'text' in one),
    problems: read.filter((one) => 'message' in one),
  };
}

async function readSource(file: string): Promise<Source | Problem> {
  try {
    const handle = await open(file);
    try {
      return { file, text: await readText(handle) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { code: 'cannot-read', place: { file }, message: why(error) };
  }
}

/** Reads on until the end: a pipe gives what it has piece by piece, and does not say beforehand how much that is. */
async function readText(handle: FileHandle): Promise<string> {
  const octets = new Uint8Array(LARGEST + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= LARGEST; length += read) {
    // oxlint-disable-next-line no-await-in-loop -- piece by piece
    read = (await handle.read(octets, length, octets.length - length)).bytesRead;
  }
  if (length > LARGEST) throw new RangeError('a configuration may have 1 MiB; this has more');
  return new TextDecoder('utf-8', { fatal: true }).decode(octets.subarray(0, length));
}

const WHY = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'this is a folder; name a file in it'],
  ['EACCES', 'this user may not read it'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'this is not UTF-8 text'],
]);

function why(error: unknown): string {
  return WHY.get(errorCode(error) ?? '') ?? String(error);
}
