/** Ears for a network: what it tells is written down, and can be waited for. */
import type { Flow, NetworkEvents, Violation } from '@usher/core/adapter';

export type Heard =
  | { readonly type: 'receive'; readonly bytes: Uint8Array; readonly flow: Flow }
  | { readonly type: 'opened'; readonly flow: Flow }
  | { readonly type: 'closed'; readonly flow: Flow }
  | { readonly type: 'failed'; readonly flow: Flow; readonly why: string }
  | { readonly type: 'violated'; readonly violation: Violation };

type Of<Type extends Heard['type']> = Extract<Heard, { type: Type }>;

const text = new TextDecoder();

export class Ears implements NetworkEvents {
  readonly #heard: Heard[] = [];
  #waiting: (() => void)[] = [];
  /** All text received so far, in one. */
  text = '';
  /** The numbers of connections on which a session rests. */
  needed = (): ReadonlySet<number> => new Set();

  receive(bytes: Uint8Array, flow: Flow): void {
    this.text += text.decode(bytes, { stream: true });
    this.#hear({ type: 'receive', bytes, flow });
  }
  opened(flow: Flow): void {
    this.#hear({ type: 'opened', flow });
  }
  closed(flow: Flow): void {
    this.#hear({ type: 'closed', flow });
  }
  failed(flow: Flow, why: string): void {
    this.#hear({ type: 'failed', flow, why });
  }
  violated(violation: Violation): void {
    this.#hear({ type: 'violated', violation });
  }

  /** The types of all that was heard and not taken by `next`. */
  get rest(): string[] {
    return this.#heard.map(({ type }) => type);
  }

  /** The next of this type that was not taken yet, as soon as it is there. */
  async next<Type extends Heard['type']>(type: Type): Promise<Of<Type>> {
    for (;;) {
      const at = this.#heard.findIndex((heard) => heard.type === type);
      if (at >= 0) return this.#heard.splice(at, 1)[0] as Of<Type>;
      // oxlint-disable-next-line no-await-in-loop -- it is waited for until it is there
      await this.#more();
    }
  }

  /** Waits until this much text has come. */
  async length(octets: number): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- it is waited for until it is there
    while (this.text.length < octets) await this.#more();
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #hear(heard: Heard): void {
    this.#heard.push(heard);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
