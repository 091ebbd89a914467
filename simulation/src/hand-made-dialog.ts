/** One dialog of a peer written by hand: each has habits of its own, and few of them are good. */
import type { Flow } from '@usher/core/adapter';

import { NAMES } from './bots.js';
import { HOUSE } from './places.js';
import { answerTo, type SipText, uriOf, writeSip } from './sip-text.js';
import type { Stranger } from './stranger.js';

const T1 = 500;

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.50',
  's=-',
  'c=IN IP4 192.0.2.50',
  't=0 0',
  'm=message 5060 sip null',
  'a=accept-types:text/plain application/im-iscomposing+xml',
  '',
].join('\r\n');

const TYPING = `<?xml version="1.0"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state></isComposing>`;

/** What a peer does with what it is asked, and with the answer to its INVITE. */
interface Habits {
  readonly acks: 'at once' | 'late' | 'never' | 'twice';
  readonly answers: 'at once' | 'late' | 'never' | 'badly' | 'twice';
  readonly repeats: 'by the book' | 'wildly' | 'never';
  /** How many things it says in the session. */
  readonly says: number;
  readonly leaves: 'by bye' | 'before the ack' | 'without a word';
}

/** One dialog of a peer written by hand. */
export class HandMadeDialog {
  readonly callId: string;
  readonly #stranger: Stranger;
  readonly #tag: string;
  readonly #branch: string;
  readonly #bot: string;
  readonly #habits: Habits;
  /** Branches whose final answer is there. */
  readonly #finals = new Set<string>();
  /** Texts under way, by branch. */
  readonly #texts = new Map<string, string>();
  /** What was answered to a branch: the same again, whenever it comes again. */
  readonly #answered = new Map<string, readonly Uint8Array[]>();
  /** Numbers of messages that were seen. */
  readonly #seen = new Set<string>();
  #sequence = 1;
  #remoteTag = '';
  #target: string;
  #established = false;
  #left = false;

  constructor(stranger: Stranger, callId: string) {
    const { chance } = stranger;
    this.#stranger = stranger;
    this.callId = callId;
    this.#tag = stranger.fresh('tag-');
    this.#branch = stranger.fresh('z9hG4bK-');
    this.#bot = NAMES[chance.integer(NAMES.length)] ?? 'echo';
    this.#target = `sip:${this.#bot}@${HOUSE}`;
    this.#habits = {
      acks: chance.pick(['at once', 'at once', 'at once', 'late', 'never', 'twice']),
      answers: chance.pick(['at once', 'at once', 'late', 'never', 'badly', 'twice']),
      repeats: chance.pick(['by the book', 'by the book', 'wildly', 'never']),
      says: chance.pick([0, 1, 2, 4, 8]),
      leaves: chance.pick(['by bye', 'by bye', 'by bye', 'before the ack', 'without a word']),
    };
  }

  /** Invites. */
  begin(): void {
    const { chance } = this.#stranger;
    const invite = this.#invite(this.#branch, 1, '');
    this.#transmit(invite, this.#branch);
    if (chance.chance(0.1))
      this.#transmit(this.#invite(this.#stranger.fresh('z9hG4bK-'), 1, ''), '');
    if (chance.chance(0.25)) {
      const after = chance.chance(0.5) ? chance.integer(300) : chance.integer(12_000);
      this.#stranger.later(after, () => this.#cancel());
    }
    if (chance.chance(0.05))
      this.#stranger.later(chance.integer(2_000), () => this.#byeWithoutTag());
  }

  /** A response to something of ours. */
  response(message: SipText, status: number): void {
    const { of, branch } = message;
    if (status < 200) return;
    const first = !this.#finals.has(branch);
    this.#finals.add(branch);
    if (of === 'INVITE') this.#invited(message, status, first);
    else if (of === 'MESSAGE') this.#told(branch, status, first);
  }

  /** A request of the house. */
  request(message: SipText, flow: Flow): void {
    const { method, branch, callId, fromTag, sequence, body } = message;
    if (method === 'ACK') return;
    const again = this.#answered.get(branch);
    if (again !== undefined) {
      for (const answer of again) this.#stranger.send(answer, flow);
      return;
    }
    const number = `${callId} ${fromTag} ${sequence}`;
    if (method === 'MESSAGE' && !this.#seen.has(number)) {
      this.#seen.add(number);
      if (!body.startsWith('<?xml')) this.#stranger.world.ledger.see(body);
    }
    if (method === 'BYE') this.#left = true;
    this.#answer(message, flow);
  }

  #answer(message: SipText, flow: Flow): void {
    const { chance } = this.#stranger;
    const reply = (status: number, text: string): void => {
      const bytes = answerTo(message, status, text);
      if (status >= 200) this.#answered.set(message.branch, [bytes]);
      this.#stranger.send(bytes, flow);
    };
    const { answers } = this.#habits;
    const bye = message.method === 'BYE';
    if (answers === 'never' && (!bye || chance.chance(0.5))) return;
    if (answers === 'late') {
      if (chance.chance(0.5)) reply(100, 'Trying');
      this.#stranger.later(chance.integer(chance.pick([1_000, 40_000])), () => reply(200, 'OK'));
    } else if (answers === 'badly' && !bye) {
      const status = chance.pick([400, 404, 408, 415, 480, 481, 486, 488, 500, 503, 603, 202]);
      reply(status, 'Sorry');
    } else {
      reply(200, 'OK');
      if (answers === 'twice') this.#stranger.later(chance.integer(3_000), () => reply(200, 'OK'));
    }
  }

  #invited(message: SipText, status: number, first: boolean): void {
    const { acks, leaves, says } = this.#habits;
    const { chance, world } = this.#stranger;
    if (status >= 300) {
      if (acks !== 'never' || chance.chance(0.5)) this.#ack(message, message.branch);
      if (first) world.count(`stranger invited: ${status}`);
      return;
    }
    const acknowledge = (): void => this.#ack(message, this.#stranger.fresh('z9hG4bK-'));
    if (acks === 'late') this.#stranger.later(chance.integer(35_000), acknowledge);
    else if (acks !== 'never' && !(first && leaves === 'before the ack')) acknowledge();
    if (acks === 'twice') acknowledge();
    if (this.#established) return;
    this.#established = true;
    this.#remoteTag = message.toTag;
    const contact = message.get('contact');
    if (contact !== undefined) this.#target = uriOf(contact);
    world.count('stranger invited: 200');
    let at = 0;
    for (let said = 0; said < says; said += 1) {
      at += chance.pick([0, 0, 50, 1_000, 4_000]);
      this.#stranger.later(at, () => this.#act());
    }
    if (leaves === 'before the ack') this.#bye();
    else if (leaves === 'by bye')
      this.#stranger.later(at + chance.integer(20_000), () => this.#bye());
    else world.count('stranger: left without a word');
  }

  /** Something within the session. */
  #act(): void {
    const { chance } = this.#stranger;
    if (this.#left && chance.chance(0.8)) return;
    const act = chance.integer(20);
    if (act < 12) this.#say();
    else if (act === 12) this.#request('OPTIONS');
    else if (act === 13) this.#request('INFO');
    else if (act === 14) {
      this.#sequence += 1;
      const branch = this.#stranger.fresh('z9hG4bK-');
      this.#transmit(this.#invite(branch, this.#sequence, this.#remoteTag), branch);
    } else if (act === 15)
      this.#request('MESSAGE', ['Content-Type: application/im-iscomposing+xml'], TYPING);
    // A number that was had before, and one that leaves out some.
    else if (act === 16) this.#say(Math.max(1, this.#sequence - 1));
    else if (act === 17) {
      this.#sequence += chance.integer(1_000);
      this.#say();
    } else if (act === 18) this.#request('MESSAGE', ['Content-Type: image/png'], 'no image');
    else this.#request('BYE', [], '', `${this.#remoteTag}x`);
  }

  #say(sequence?: number): void {
    const { plan, world } = this.#stranger;
    // What bears a number that was had before may well come before what was said before.
    const text = `${this.callId}.${this.#texts.size + 1}${sequence === undefined ? '' : ' late'}`;
    world.ledger.ask(text, plan.name, this.callId);
    const branch = this.#request(
      'MESSAGE',
      ['Content-Type: text/plain'],
      text,
      this.#remoteTag,
      sequence,
    );
    this.#texts.set(branch, text);
  }

  /** What became of a text; the first answer counts. */
  #told(branch: string, status: number, first: boolean): void {
    const { world } = this.#stranger;
    const text = this.#texts.get(branch);
    if (text === undefined || !first) return;
    world.count(`stranger said: ${status}`);
    const said = world.ledger.asked.get(text);
    if (said !== undefined) said.fate = status < 300 ? 'delivered' : 'failed';
  }

  #bye(): void {
    this.#request('BYE');
    this.#left = true;
    if (this.#stranger.chance.chance(0.1)) this.#request('BYE');
  }

  /** Some clients say BYE where CANCEL is due. */
  #byeWithoutTag(): void {
    this.#request('BYE', [], '', '');
  }

  #cancel(): void {
    this.#stranger.world.count('stranger: cancel');
    const lines = this.#lines('CANCEL', this.#branch, 1, '', `sip:${this.#bot}@${HOUSE}`);
    this.#transmit(writeSip(lines), '');
  }

  #ack(message: SipText, branch: string): void {
    const within = message.status !== undefined && message.status < 300;
    const uri = within ? this.#target : `sip:${this.#bot}@${HOUSE}`;
    const lines = this.#lines('ACK', branch, message.sequence, message.toTag, uri);
    this.#stranger.send(writeSip(lines));
  }

  #request(
    method: string,
    extra: readonly string[] = [],
    body = '',
    toTag = this.#remoteTag,
    sequence = (this.#sequence += 1),
  ): string {
    const branch = this.#stranger.fresh('z9hG4bK-');
    const lines = [...this.#lines(method, branch, sequence, toTag, this.#target), ...extra];
    this.#transmit(writeSip(lines, body), branch);
    return branch;
  }

  #invite(branch: string, sequence: number, toTag: string): Uint8Array {
    const { address, transport } = this.#stranger.plan;
    return writeSip(
      [
        ...this.#lines('INVITE', branch, sequence, toTag, this.#target),
        `Contact: <sip:${address}:5060;transport=${transport}>`,
        'Content-Type: application/sdp',
      ],
      OFFER,
    );
  }

  #lines(method: string, branch: string, sequence: number, toTag: string, uri: string): string[] {
    const { plan } = this.#stranger;
    const to = toTag === '' ? '' : `;tag=${toTag}`;
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${plan.transport.toUpperCase()} ${plan.address}:5060;branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: <sip:${plan.name}@example.net>;tag=${this.#tag}`,
      `To: <sip:${this.#bot}@${HOUSE}>${to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${sequence} ${method}`,
    ];
  }

  /** Sends, and again: until there is a final answer, or as it pleases. */
  #transmit(bytes: Uint8Array, branch: string): void {
    const { chance, plan } = this.#stranger;
    const { repeats } = this.#habits;
    this.#stranger.send(bytes);
    if (plan.transport !== 'udp' || repeats === 'never') return;
    if (repeats === 'wildly') {
      for (let count = chance.integer(4); count > 0; count -= 1) {
        this.#stranger.later(chance.integer(chance.pick([100, 5_000, 30_000])), () =>
          this.#stranger.send(bytes),
        );
      }
    }
    let interval = T1;
    const again = (): void => {
      if (this.#finals.has(branch) || interval >= 64 * T1) return;
      this.#stranger.send(bytes);
      interval *= 2;
      this.#stranger.later(interval, again);
    };
    this.#stranger.later(interval, again);
  }
}
