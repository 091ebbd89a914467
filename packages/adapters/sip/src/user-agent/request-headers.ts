/** The header fields of an invitation, for whoever judges it and long after: read only, and small. */
import type { Headers } from '@usher/core';

import type { SipRequest } from '../syntax/message.js';
import { headerId, UNKNOWN } from '../syntax/header-names.js';
import type { Hidden } from './hidden-fields.js';

const NOTHING: readonly string[] = [];

/** The header fields of a request; of the message itself nothing is kept once they are packed. */
export class RequestHeaders implements Headers {
  readonly #hidden: Hidden;
  #request: SipRequest | undefined;
  /** Name and value by turns, each with a line feed behind it, which none of them can have within. */
  #packed = '';

  constructor(request: SipRequest, hidden: Hidden) {
    this.#request = request;
    this.#hidden = hidden;
  }

  get(name: string): string | undefined {
    if (this.#hidden(name)) return undefined;
    return this.#request === undefined ? this.#find(name)[0] : this.#request.get(name);
  }

  all(name: string): readonly string[] {
    if (this.#hidden(name)) return NOTHING;
    return this.#request === undefined ? this.#find(name) : this.#request.all(name);
  }

  /** Lets go of the message: its body and all that was parsed of it. */
  pack(): void {
    if (this.#request === undefined) return;
    const parts: string[] = [];
    for (const [name, value] of this.#request.fields) {
      if (!this.#hidden(name)) parts.push(name, '\n', value, '\n');
    }
    this.#packed = parts.join('');
    this.#request = undefined;
  }

  #find(name: string): readonly string[] {
    const id = headerId(name);
    const lower = name.toLowerCase();
    let found: string[] | undefined;
    const lines = this.#packed.split('\n');
    for (let line = 0; line + 1 < lines.length; line += 2) {
      const candidate = lines[line] ?? '';
      const same = id === UNKNOWN ? candidate.toLowerCase() === lower : headerId(candidate) === id;
      if (same) (found ??= []).push(lines[line + 1] ?? '');
    }
    return found ?? NOTHING;
  }
}
