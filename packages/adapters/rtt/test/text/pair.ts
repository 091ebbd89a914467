/** Two ends of a conversation in real-time text, back to back on a wire that a test may cut. */
import type { Flow } from '@usher/core/adapter';
import { Drive, type SocketAddress } from '@usher/core/adapter';
import { SeededChance, VirtualClock } from '@usher/core/testing';

import { parseRtp, type RtpPacket } from '../../src/rtp/rtp-packet.js';
import { type TextCommand, TextEnd, type TextEvent } from '../../src/text/text-end.js';
import type { TextTerms } from '../../src/text/text-terms.js';

/** What leaves one end. */
export interface Sent {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly packet: RtpPacket;
}

/** One end, and what became of it. */
export class Party {
  readonly sent: Sent[] = [];
  readonly events: TextEvent[] = [];
  /** What becomes of the packet with this number, from 0: how often it arrives, and how much later. */
  fate: (index: number) => { readonly copies: number; readonly delay: number } = () => ({
    copies: 1,
    delay: 5,
  });
  peer: Party | undefined;
  readonly drive: Drive<TextCommand, TextEvent>;

  constructor(
    readonly clock: VirtualClock,
    readonly place: SocketAddress,
    end: TextEnd,
  ) {
    const pipe = { transmit: (bytes: Uint8Array, to: Flow | undefined) => this.#carry(bytes, to) };
    this.drive = new Drive(end, pipe, clock, (event) => this.events.push(event));
  }

  say(reference: number, text: string): void {
    this.drive.execute({ type: 'say', reference, text });
  }

  /** The lines that it has heard. */
  get heard(): string[] {
    return this.events.flatMap((event) => (event.type === 'said' ? [event.text] : []));
  }

  /** The references of what it has said, as they were told. */
  get told(): number[] {
    return this.events.flatMap((event) => (event.type === 'told' ? [event.reference] : []));
  }

  #carry(bytes: Uint8Array, to: Flow | undefined): void {
    const packet = parseRtp(bytes);
    if (packet === undefined || to === undefined) throw new Error('that was no packet');
    const { copies, delay } = this.fate(this.sent.length);
    const at = this.clock.now();
    this.sent.push({ at, bytes, packet });
    const peer = this.peer;
    if (peer === undefined || to.remote.port !== peer.place.port) return;
    for (let copy = 0; copy < copies; copy += 1) {
      this.clock.at(at + delay, () =>
        peer.drive.receive(bytes, { transport: 'udp', remote: this.place }),
      );
    }
  }
}

export const ALICE: SocketAddress = { address: '192.0.2.7', port: 4_000 };
const BOT: SocketAddress = { address: '192.0.2.1', port: 30_000 };

/** Terms as they are between most: all is said twice again. */
export const TERMS: Omit<TextTerms, 'remote'> = {
  plain: 98,
  redundant: 100,
  generations: 2,
  perSecond: 30,
  sends: true,
};

/** Two ends back to back. */
export function pair(terms: Partial<TextTerms> = {}): {
  readonly clock: VirtualClock;
  readonly alice: Party;
  readonly bot: Party;
} {
  const clock = new VirtualClock();
  const chance = new SeededChance(5);
  const party = (place: SocketAddress, remote: SocketAddress): Party => {
    const settings = {
      pause: 5_000,
      longest: 4_000,
      sources: 'peer',
      unheard: 'wait',
      host: remote.address,
    } as const;
    const end = new TextEnd({ ...TERMS, remote, ...terms }, settings, chance);
    end.execute({ type: 'confirm' }, clock.now());
    return new Party(clock, place, end);
  };
  const alice = party(ALICE, BOT);
  const bot = party(BOT, ALICE);
  alice.peer = bot;
  bot.peer = alice;
  return { clock, alice, bot };
}
