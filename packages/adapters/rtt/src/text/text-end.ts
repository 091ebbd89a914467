/** Our end of a conversation in real-time text: packets to lines, and messages to packets (RFC 4103). A machine. */
import type { Composing, Instant } from '@usher/core';
import type { Chance, Flow, Machine, Output } from '@usher/core/adapter';

import { parseRedundant } from '../rtp/redundant-payload.js';
import { parseRtp, type RtpPacket } from '../rtp/rtp-packet.js';
import { BlockOrder } from './block-order.js';
import { Line, type LineEvent } from './line.js';
import { RemoteEnd, type Whom } from './remote-end.js';
import { spoken } from './t140.js';
import { TextSender } from './text-sender.js';
import type { TextTerms } from './text-terms.js';

/** What it can be told to do. */
export type TextCommand =
  /** Sends a message; `told` comes when it has left, with all that is said again. */
  | { readonly type: 'say'; readonly reference: number; readonly text: string }
  /** The peer has offered anew. */
  | { readonly type: 'agree'; readonly terms: TextTerms }
  /** The peer has confirmed the session: text may leave. */
  | { readonly type: 'confirm' }
  /** Nothing more comes of the peer: what it has written is a message. */
  | { readonly type: 'finish' };

/** What it tells of. */
export type TextEvent =
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'composing'; readonly composing: Composing }
  | { readonly type: 'told'; readonly reference: number };

/** What does not come with the terms. */
export interface TextSettings extends Whom {
  /** Milliseconds after which what was written is a message, without a new line. */
  readonly pause: number;
  /** Characters of one message of the peer. */
  readonly longest: number;
}

/** Sources that are told apart: one begins anew where the peer's device does (RFC 3550, 8.2). */
const MOST_SOURCES = 4;

/** Our end of a conversation in real-time text. */
export class TextEnd implements Machine<TextCommand, TextEvent> {
  #terms: TextTerms;
  readonly #remote: RemoteEnd;
  readonly #sender: TextSender;
  readonly #line: Line;
  /** By who sends; the one heard last comes last. */
  readonly #orders = new Map<number, BlockOrder>();
  #confirmed = false;

  constructor(terms: TextTerms, settings: TextSettings, chance: Chance) {
    this.#terms = terms;
    this.#remote = new RemoteEnd(settings, terms.remote);
    this.#sender = new TextSender(terms, chance);
    this.#line = new Line(settings.pause, settings.longest);
  }

  get deadline(): Instant | undefined {
    let soonest = earlier(this.#sender.deadline, this.#line.deadline);
    for (const { deadline } of this.#orders.values()) soonest = earlier(soonest, deadline);
    return soonest;
  }

  receive(bytes: Uint8Array, now: Instant, from?: Flow): Output<TextEvent>[] {
    if (from === undefined || !this.#remote.admits(from.remote)) return [];
    const packet = parseRtp(bytes);
    const blocks = packet && this.#blocksOf(packet);
    if (packet === undefined || blocks === undefined) return [];
    this.#remote.hear(from.remote);
    this.#sender.hold(this.#remote.to === undefined);
    const text = this.#orderOf(packet.ssrc).take(packet.sequence, blocks, now);
    return [...this.#write(text, now), ...this.#send(now)];
  }

  execute(command: TextCommand, now: Instant): Output<TextEvent>[] {
    if (command.type === 'finish') return told(this.#line.finish());
    if (command.type === 'say') {
      this.#sender.say(command.reference, spoken(command.text));
    } else if (command.type === 'confirm') {
      this.#confirmed = true;
    } else {
      this.#terms = command.terms;
      this.#remote.agree(command.terms.remote);
      this.#sender.agree(command.terms);
    }
    return this.#send(now);
  }

  elapse(now: Instant): Output<TextEvent>[] {
    const outputs: Output<TextEvent>[] = [];
    for (const order of this.#orders.values()) outputs.push(...this.#write(order.elapse(now), now));
    outputs.push(...told(this.#line.elapse(now)));
    outputs.push(...this.#send(now));
    return outputs;
  }

  /** The text of a packet, the oldest first; undefined where it is none that was agreed on. */
  #blocksOf({ payloadType, payload }: RtpPacket): readonly Uint8Array[] | undefined {
    const { plain, redundant } = this.#terms;
    if (payloadType === plain) return [payload];
    if (payloadType !== redundant) return undefined;
    const blocks = parseRedundant(payload);
    if (blocks?.every((block) => block.payloadType === plain) !== true) return undefined;
    return blocks.map(({ data }) => data);
  }

  #orderOf(ssrc: number): BlockOrder {
    const order = this.#orders.get(ssrc) ?? new BlockOrder();
    this.#orders.delete(ssrc);
    this.#orders.set(ssrc, order);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > MOST_SOURCES && oldest !== undefined) this.#orders.delete(oldest);
    return order;
  }

  #write(text: string, now: Instant): Output<TextEvent>[] {
    return text === '' ? [] : told(this.#line.write(text, now));
  }

  #send(now: Instant): Output<TextEvent>[] {
    const remote = this.#confirmed ? this.#remote.to : undefined;
    this.#sender.hold(remote === undefined);
    const next = remote && this.#sender.next(now);
    if (remote === undefined || next === undefined) return [];
    const outputs: Output<TextEvent>[] = [
      { type: 'transmit', bytes: next.packet, to: { transport: 'udp', remote } },
    ];
    for (const reference of next.told) {
      outputs.push({ type: 'event', event: { type: 'told', reference } });
    }
    return outputs;
  }
}

function told(events: readonly LineEvent[]): Output<TextEvent>[] {
  return events.map((event) => ({ type: 'event', event }));
}

function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
