/** What happened in one run: a hash of all of it, by which two runs are compared, and on demand the ladder that people read. */
import { createHash } from 'node:crypto';

import type { Transmission } from '@usher/core/testing';

import { latin1 } from './sip-text.js';

/** What happened in one run. */
export class Ladder {
  readonly #hash = createHash('sha1');
  readonly #lines: string[] | undefined;
  readonly #since: number;
  /** Names of addresses, for people. */
  readonly #names = new Map<string, string>();

  /** @param written whether lines are kept. */
  constructor(since: number, written: boolean) {
    this.#since = since;
    this.#lines = written ? [] : undefined;
  }

  /** The rungs so far; empty unless they are kept. */
  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** The same for two runs in which the same happened. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Names whoever is at this address. */
  name(address: string, name: string): void {
    this.#names.set(address, name);
  }

  /** Something happened. */
  note(at: number, text: string): void {
    const line = `${this.#time(at)}  ${text}`;
    this.#hash.update(line);
    this.#lines?.push(line);
  }

  /** Something was put on the wire. */
  message({ at, transport, from, to, bytes, fate }: Transmission): void {
    const way = `${at} ${from.address}:${from.port}>${to.address}:${to.port} ${transport} ${fate}`;
    this.#hash.update(way).update(bytes);
    if (this.#lines === undefined) return;
    const names = [from.address, to.address].map((address) => this.#names.get(address) ?? address);
    const what = fate === 'carried' ? '' : `  ✗ ${fate}`;
    this.#lines.push(
      `${this.#time(at)}  ${names.join(' → ')} ${transport}  ${summary(latin1(bytes))}${what}`,
    );
  }

  #time(at: number): string {
    return ((at - this.#since) / 1_000).toFixed(3).padStart(10);
  }
}

/** A message in one line: its start, its number, and which dialog it is of. */
function summary(text: string): string {
  const [start = ''] = text.split('\r\n', 1);
  const cseq = /\r\nCSeq:\s*(\d+ \w+)/i.exec(text)?.[1];
  if (cseq === undefined) return JSON.stringify(start.slice(0, 60));
  const callId = /\r\n(?:Call-ID|i):\s*(\S+)/i.exec(text)?.[1]?.slice(0, 6) ?? '';
  const branch = /;branch=([^;,\s]*)/.exec(text)?.[1]?.slice(-5) ?? '';
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const said =
    body.startsWith('v=0') || body === '' ? '' : `  ${JSON.stringify(body.slice(0, 40))}`;
  return `${start.replace(' SIP/2.0', '').replace('SIP/2.0 ', '')}  (${cseq}, ${callId}, ${branch})${said}`;
}
