/** One session in real-time text, as the house sees it: lines are messages, and messages are typed (RFC 4103). */
import { type Composing, type Content, type Delivery, Message, PLAIN_TEXT } from '@usher/core';
import {
  type AnsweredMedia,
  type Cancel,
  type Clock,
  Drive,
  type Flow,
  type MediaAnswer,
  type MediaLine,
  type MediaOffer,
  type MediaParty,
  type Receipt,
  type SocketAddress,
} from '@usher/core/adapter';

import type { DatagramPlace } from './datagrams.js';
import type { TextCommand, TextEnd, TextEvent } from './text/text-end.js';
import { textLine } from './text/text-line.js';

/** A message of ours takes its time: this many octets are some minutes of typing. */
const LIMIT = 8_192;
/** Messages of the peer that the house has yet to take. */
const MOST_WAITING = 32;
/** RTP has no refusals: what the house does not take is laid before it again, so often, and after so many milliseconds. */
const TRIES = 10;
const AGAIN = 1_000;

const OVER: Delivery = { type: 'failed', status: 481, reason: 'the session is over' };
const DELIVERED: Delivery = { type: 'delivered', status: 200 };

const utf8 = new TextEncoder();
const fatal = new TextDecoder('utf-8', { fatal: true });

/** What a session is made of. */
export interface TextParts {
  readonly end: TextEnd;
  readonly place: DatagramPlace;
  readonly party: MediaParty;
  readonly clock: Clock;
  /** The host that the peer is told to send to. */
  readonly address: string;
  readonly isV6: boolean;
}

/** One session in real-time text. */
export class TextMedium implements AnsweredMedia {
  readonly name = 'text';
  readonly limit = LIMIT;
  readonly #parts: TextParts;
  readonly #drive: Drive<TextCommand, TextEvent>;
  readonly #deliveries = new Map<number, (delivery: Delivery) => void>();
  /** Messages of the peer that the house has yet to take, in their order. */
  readonly #waiting: Message[] = [];
  #count = 0;
  #tries = 0;
  /** Whether the first of them is with the house, or will be laid before it again. */
  #handing = false;
  #retry: Cancel | undefined;
  #over = false;

  constructor(parts: TextParts) {
    this.#parts = parts;
    const { end, place, clock } = parts;
    const pipe = {
      transmit: (bytes: Uint8Array, to: Flow | undefined): void => {
        if (to !== undefined) place.send(bytes, to.remote);
      },
    };
    this.#drive = new Drive(end, pipe, clock, (event) => this.#observe(event));
  }

  /** A datagram has come. */
  receive(bytes: Uint8Array, from: SocketAddress): void {
    this.#drive.receive(bytes, { transport: 'udp', remote: from });
  }

  confirmed(): void {
    this.#drive.execute({ type: 'confirm' });
  }

  send({ contentType, body }: Content, _id: string): Promise<Delivery> {
    if (this.#over) return Promise.resolve(OVER);
    if (!isPlain(contentType)) {
      const reason = `real-time text carries ${PLAIN_TEXT}, and no ${contentType}`;
      return Promise.resolve({ type: 'failed', status: 415, reason });
    }
    const text = textOf(body);
    if (text === undefined) {
      return Promise.resolve({ type: 'failed', status: 400, reason: 'this is not UTF-8' });
    }
    const reference = (this.#count += 1);
    return new Promise((resolve) => {
      this.#deliveries.set(reference, resolve);
      this.#drive.execute({ type: 'say', reference, text });
    });
  }

  /** Nothing: whoever sees each character as it comes needs no news of typing. */
  compose(_composing: Composing): void {}

  answer(offer: MediaOffer): MediaAnswer | undefined {
    const { place, address, isV6 } = this.#parts;
    const line = textLine(offer, isV6);
    if (this.#over || !('terms' in line)) return undefined;
    this.#drive.execute({ type: 'agree', terms: line.terms });
    return answerWith(offer, line.index, line.answer({ address, port: place.port }));
  }

  close(): void {
    if (this.#over) return;
    this.#drive.execute({ type: 'finish' });
    this.#over = true;
    this.#drive.stop();
    this.#retry?.();
    this.#waiting.length = 0;
    this.#parts.place.close();
    for (const resolve of this.#deliveries.values()) resolve(OVER);
    this.#deliveries.clear();
  }

  #observe(event: TextEvent): void {
    if (this.#over) return;
    const { party, clock } = this.#parts;
    if (event.type === 'told') {
      this.#deliveries.get(event.reference)?.(DELIVERED);
      this.#deliveries.delete(event.reference);
    } else if (event.type === 'composing') {
      party.receiver.compose(event.composing);
    } else if (this.#waiting.length < MOST_WAITING) {
      const id = `${party.id}.${(this.#count += 1)}`;
      const body = utf8.encode(event.text);
      this.#waiting.push(new Message(id, party.peer, PLAIN_TEXT, body, clock.now()));
      this.#handOver();
    }
  }

  /** Hands over what waits, one after the other. */
  #handOver(): void {
    const [message] = this.#waiting;
    if (message === undefined || this.#handing || this.#over) return;
    this.#handing = true;
    void this.#receipt(message).then((receipt) => {
      if (this.#over) return;
      this.#tries += 1;
      if (receipt.type === 'refused' && this.#tries < TRIES) {
        const at = this.#parts.clock.now() + (receipt.retryAfter ?? AGAIN);
        this.#retry = this.#parts.clock.at(at, () => this.#goOn());
        return;
      }
      this.#tries = 0;
      this.#waiting.shift();
      this.#goOn();
    });
  }

  #goOn(): void {
    this.#handing = false;
    this.#handOver();
  }

  async #receipt(message: Message): Promise<Receipt> {
    try {
      return await this.#parts.party.receiver.receive(message);
    } catch {
      return { type: 'refused', status: 500 };
    }
  }
}

/** The answer in which this line alone is taken. */
export function answerWith(offer: MediaOffer, index: number, line: MediaLine): MediaAnswer {
  return offer.map((_, at) => (at === index ? line : undefined));
}

function isPlain(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (type.trim() !== 'text/plain') return false;
  const charset = parameters.find((one) => one.trim().startsWith('charset='));
  return charset === undefined || /=\s*"?(?:utf-8|us-ascii)"?\s*$/.test(charset);
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return fatal.decode(body);
  } catch {
    return undefined;
  }
}
