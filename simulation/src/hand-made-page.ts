/** A message outside any dialog from a peer written by hand, which may come by several ways (RFC 3428; RFC 3261, 8.2.2.2). */
import { HOUSE } from './places.js';
import { type SipText, writeSip } from './sip-text.js';
import type { Stranger } from './stranger.js';

const T1 = 500;

/** A message outside any dialog. */
export class HandMadePage {
  readonly callId: string;
  readonly #stranger: Stranger;
  readonly #tag: string;
  readonly #bot: string;
  #answered = false;

  constructor(stranger: Stranger, callId: string) {
    this.#stranger = stranger;
    this.callId = callId;
    this.#tag = stranger.fresh('tag-');
    this.#bot = stranger.chance.pick(['echo', 'scribe', 'slow', 'late', 'busy', 'ticker']);
  }

  /** Says it; and, now and then, once more by another way: at once, soon, or when nobody waits any more. */
  begin(): void {
    const { world, plan, chance } = this.#stranger;
    world.ledger.ask(this.callId, plan.name, this.callId);
    this.#transmit();
    if (!chance.chance(0.4)) return;
    world.count('stranger: message by another way');
    this.#stranger.later(chance.pick([0, 300, 3_000, 33_000]), () => this.#transmit());
  }

  /** The first final answer counts; that it came before by another way is none. */
  response({ of }: SipText, status: number): void {
    if (of !== 'MESSAGE' || status < 200 || status === 482) return;
    const { world } = this.#stranger;
    const said = world.ledger.asked.get(this.callId);
    if (!this.#answered && said !== undefined) said.fate = status < 300 ? 'delivered' : 'failed';
    this.#answered = true;
    world.count(`stranger paged: ${status}`);
  }

  #transmit(): void {
    const { plan } = this.#stranger;
    const bytes = writeSip(
      [
        `MESSAGE sip:${this.#bot}@${HOUSE} SIP/2.0`,
        `Via: SIP/2.0/${plan.transport.toUpperCase()} ${plan.address}:5060;branch=${this.#stranger.fresh('z9hG4bK-')};rport`,
        'Max-Forwards: 70',
        `From: <sip:${plan.name}@example.net>;tag=${this.#tag}`,
        `To: <sip:${this.#bot}@${HOUSE}>`,
        `Call-ID: ${this.callId}`,
        'CSeq: 1 MESSAGE',
        'Content-Type: text/plain',
      ],
      this.callId,
    );
    this.#stranger.send(bytes);
    if (plan.transport !== 'udp') return;
    let interval = T1;
    const again = (): void => {
      if (this.#answered || interval >= 64 * T1) return;
      this.#stranger.send(bytes);
      interval *= 2;
      this.#stranger.later(interval, again);
    };
    this.#stranger.later(interval, again);
  }
}
