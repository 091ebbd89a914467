/** Overload control on a stage: time moves by hand, and turns come when a test lets them. */
import type { Flow } from '@usher/core/adapter';

import { OverloadControl, type Turn, type Verdict } from '../../src/overload/overload-control.js';
import type { OverloadOptions } from '../../src/overload/overload-options.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { flowOf, type Kind, packet, REFUSAL_TAG } from './packets.js';

/** Overload control on a stage. */
export class Stage {
  readonly control: OverloadControl;
  readonly keys = new Set<string>();
  readonly tags = new Set<string>();
  now = 0;
  /** How many turns were asked for that have not come. */
  asked = 0;

  constructor(options: Partial<OverloadOptions> = {}) {
    this.control = new OverloadControl({
      tag: REFUSAL_TAG,
      arrange: () => {
        this.asked += 1;
      },
      known: {
        transaction: (key) => this.keys.has(key),
        dialog: (tag) => this.tags.has(tag),
        request: () => false,
      },
      ...options,
    });
  }

  put(kind: Kind, number = 1, source = 1): Verdict {
    return this.control.put(packet(kind, source, number), flowOf(source), this.now);
  }

  /** So much comes that whatever follows has to wait. */
  crowd(): void {
    this.put('i', 900_000, 900);
    this.now += 9;
  }

  /** So much came, and for so long, that somebody is always waiting in each lane; whatever follows is not for long in any. */
  crowdForLong(): void {
    this.crowd();
    this.control.settle(flowOf(901), 0);
    this.put('i', 900_001, 901);
    this.put('i', 900_002, 902);
    this.now += 1_001;
  }

  take(): Turn {
    this.asked = 0;
    return this.control.take(this.now);
  }

  /** Takes until nothing waits; the first lines of what was to be dealt with. */
  takeAll(): string[] {
    const lines: string[] = [];
    while (this.control.size > 0) {
      for (const { bytes } of this.take().work) lines.push(firstLineOf(bytes));
      this.now += 0.1;
    }
    return lines;
  }
}

/** The first source is a proxy. */
export const isProxy = ({ remote }: Flow): boolean => remote.address === flowOf(1).remote.address;

function firstLineOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).split(' ', 1)[0] ?? '';
}

/** The status and CSeq of a refusal. */
export function answerOf(verdict: Verdict | undefined): string {
  if (typeof verdict !== 'object') return String(verdict);
  const read = parseMessage(verdict.bytes);
  return read.type === 'response' ? `${read.status} ${read.cseq.method}` : read.type;
}
