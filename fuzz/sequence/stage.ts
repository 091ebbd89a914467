/** An endpoint to which a sequence happens, with a house behind it that does as it is told. */
import { LocalProtocolError } from '@usher/core';
import type { Flow, Output } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { DigestClient } from '../../packages/adapters/sip/src/authentication/digest-client.js';
import { InviteClientUsage } from '../../packages/adapters/sip/src/dialog/invite-client-usage.js';
import type { InviteUsage } from '../../packages/adapters/sip/src/dialog/invite-usage.js';
import type { EndpointCommand } from '../../packages/adapters/sip/src/endpoint/endpoint-command.js';
import type { EndpointEvent } from '../../packages/adapters/sip/src/endpoint/endpoint-event.js';
import type { SipEndpoint } from '../../packages/adapters/sip/src/endpoint/sip-endpoint.js';
import type { SipRequest } from '../../packages/adapters/sip/src/syntax/message.js';
import type { ServerTransaction } from '../../packages/adapters/sip/src/transaction/server-transaction.js';
import { nodeDigestHash } from '../../packages/adapters/sip/src/node/node-digest-hash.js';
import { utf8 } from '../octets.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';
import { ALICE, endpointOf } from './endpoint-of.js';
import { Ledger } from './ledger.js';
import type { Answered, Asked, Sequence, Step } from './step.js';
import { wishOf, wishWithin } from './wish.js';
import { backOf, FLOWS, flowAt, openTo, requestOctets, responseOctets } from './wire.js';

type Event<T extends EndpointEvent['type']> = Extract<EndpointEvent, { readonly type: T }>;
/** What the house answers. */
type Awaited = Extract<
  EndpointEvent,
  { readonly request: SipRequest; readonly transaction: ServerTransaction<InviteUsage> }
>;

/** Quiet for so long, there is nothing left of anything. */
const QUIET = 600_000;
/** No timer goes off more often than that in this time. */
const MOST_WAKES = 5_000;

/** An endpoint to which a sequence happens. */
export class SequenceStage {
  readonly #endpoint: SipEndpoint;
  readonly #ledger = new Ledger();
  readonly #answers: readonly number[];
  readonly #takesInfo: boolean;
  readonly #registers: boolean;
  readonly #waiting: Awaited[] = [];
  readonly #answered: Awaited[] = [];
  readonly #unlocated: Event<'unlocated'>['request'][] = [];
  readonly #usages: InviteUsage[] = [];
  readonly #open = new Set(FLOWS.flatMap(({ connection }) => connection ?? []));
  readonly #client = new DigestClient({
    hash: nodeDigestHash,
    chance: new SeededChance(5),
    accounts: [ALICE],
  });
  readonly #sent: Uint8Array[] = [];
  #now = 1_700_000_000_000;
  #knocks = 0;
  #reference = 0;
  #turn = false;
  #resting = false;

  constructor(sequence: Sequence) {
    this.#answers = sequence.answers;
    this.#takesInfo = sequence.timers === true;
    this.#registers = sequence.registers === true;
    this.#ledger.forgetful = sequence.narrow;
    this.#endpoint = endpointOf(sequence);
  }

  /** One thing happens. */
  take(step: Step): void {
    if (step.does === 'ask') this.#ask(step.asked);
    else if (step.does === 'answer') this.#answer(step.answered);
    else if (step.does === 'again') this.#again(step.which, step.flow);
    else if (step.does === 'octets') this.#receive(utf8(step.text), flowAt(step.flow));
    else if (step.does === 'wait') this.#elapse(step.ms);
    else if (step.does === 'respond') this.#decideLate(step.which, step.status);
    else this.#command(step);
  }

  #ask(asked: Asked): void {
    const { tags } = this.#ledger;
    const authorization = (method: string, uri: string, wrong: boolean): string | undefined =>
      this.#proof(wrong ? 'WRONG' : method, uri);
    this.#receive(requestOctets(asked, { tags, authorization }), flowAt(asked.flow));
  }

  #answer(answered: Answered): void {
    const request = this.#ledger.requests.at(-1 - answered.which);
    if (request === undefined) return;
    const from = answered.flow < 0 ? request.to : flowAt(answered.flow);
    this.#receive(responseOctets(request.message, answered), backOf(from));
  }

  #again(which: number, number: number): void {
    const bytes = this.#sent.at(-1 - which);
    const flow = number < 0 ? this.#ledger.heard.at(-1)?.flow : flowAt(number);
    if (bytes !== undefined && flow !== undefined) this.#receive(bytes, flow);
  }

  #decideLate(which: number, status: number): void {
    const [awaited] = this.#waiting.splice(which % Math.max(this.#waiting.length, 1), 1);
    // Whoever has had his answer gets no second one, whatever the house says.
    const again = this.#answered.at(-1 - which);
    if (awaited !== undefined) {
      this.#respond(awaited, status);
      if (status < 200) this.#waiting.push(awaited);
    } else if (again !== undefined) this.#respond(again, status);
  }

  /** How things stand can be asked at any time. */
  look(): void {
    const { counts } = this.#endpoint.state(this.#now);
    hold(
      Object.values(counts).every((count) => count >= 0),
      'state-counts',
    );
  }

  /** Everybody leaves, and time passes: nothing is left. */
  rest(): void {
    this.#resting = true;
    for (const awaited of this.#waiting.splice(0)) this.#respond(awaited, 480);
    for (const usage of this.#usages) {
      if (usage instanceof InviteClientUsage) this.#execute({ type: 'cancel', usage });
      this.#execute({ type: 'bye', usage });
    }
    for (const request of this.#unlocated.splice(0))
      this.#execute({ type: 'located', request, hops: [] });
    if (this.#registers) this.#execute({ type: 'drain' });
    for (const { flow } of [...this.#ledger.heard]) this.#execute({ type: 'closed', flow });
    for (let turn = 0; turn < 300; turn += 1) this.#takeTurn();
    this.#elapse(QUIET);
    for (const usage of this.#usages) this.#execute({ type: 'bye', usage });
    this.#elapse(QUIET);
    const { counts, deadline } = this.#endpoint;
    hold(
      Object.values(counts).every((count) => count === 0),
      'something-stays',
      () => JSON.stringify(counts),
    );
    hold(deadline === undefined || deadline > this.#now, 'deadline-stays', () => String(deadline));
    this.#ledger.close();
  }

  #command(
    step: Exclude<Step, { does: 'ask' | 'answer' | 'again' | 'octets' | 'wait' | 'respond' }>,
  ): void {
    switch (step.does) {
      case 'invite':
      case 'page': {
        this.#reference += 1;
        const reference = this.#reference;
        this.#ledger.promise(step.does, reference);
        this.#execute(wishOf(step.does, step.target, reference), reference);
        return;
      }
      case 'say':
      case 'inform':
      case 'refer':
      case 'subscribe':
      case 'unsubscribe':
      case 'progress':
      case 'leave':
      case 'cancel': {
        const usage = this.#usages.at(-1 - step.which);
        if (usage === undefined) return;
        const wish = wishWithin(step, usage, (this.#reference += 1));
        if (wish !== undefined && 'reference' in wish)
          this.#ledger.promise(step.does, wish.reference);
        if (wish !== undefined) this.#execute(wish);
        return;
      }
      case 'found': {
        const [request] = this.#unlocated.splice(
          step.which % Math.max(this.#unlocated.length, 1),
          1,
        );
        const hops = [flowAt(0), flowAt(2), flowAt(5)].slice(0, step.hops).map(openTo);
        if (request !== undefined) this.#execute({ type: 'located', request, hops });
        return;
      }
      case 'closed': {
        const flow = flowAt(step.flow);
        if (flow.connection !== undefined) this.#execute({ type: 'closed', flow });
        return;
      }
      case 'failed':
        this.#execute({ type: 'failed', flow: flowAt(step.flow) });
        return;
      case 'turn':
        this.#takeTurn();
        return;
      case 'late':
        this.#execute({ type: 'late', delay: step.delay, busy: Math.min(step.delay / 300, 1) });
        return;
      case 'register':
        if (this.#registers) this.#execute({ type: 'register' });
        return;
      case 'drain':
        this.#ledger.forgetful = true;
        this.#execute({ type: 'drain' });
    }
  }

  #receive(bytes: Uint8Array, flow: Flow): void {
    this.#sent.push(bytes);
    this.#ledger.hear(bytes, flow, this.#now);
    this.#carryOut(timed(bytes.length, () => this.#endpoint.receive(bytes, this.#now, flow)));
    this.#ledger.heardOut();
  }

  #execute(command: EndpointCommand, reference?: number): void {
    let outputs: readonly Output<EndpointEvent>[];
    try {
      outputs = this.#endpoint.execute(command, this.#now);
    } catch (error) {
      if (!(error instanceof LocalProtocolError) || error.code !== 'unprintable') throw error;
      // Whoever asked hears it at once.
      if (reference !== undefined) this.#ledger.break(reference);
      return;
    }
    this.#carryOut(outputs);
  }

  #takeTurn(): void {
    if (!this.#turn) return;
    this.#turn = false;
    this.#now += 1;
    this.#execute({ type: 'turn' });
  }

  #elapse(ms: number): void {
    const until = this.#now + ms;
    let wakes = 0;
    for (
      let { deadline } = this.#endpoint;
      deadline !== undefined && deadline <= until;
      { deadline } = this.#endpoint
    ) {
      wakes += 1;
      hold(wakes < MOST_WAKES, 'wakes-for-ever');
      this.#now = Math.max(this.#now, deadline);
      this.#carryOut(this.#endpoint.elapse(this.#now));
      this.#takeTurn();
    }
    // A turn takes a moment, and time does not run backwards.
    this.#now = Math.max(this.#now, until);
  }

  #carryOut(outputs: readonly Output<EndpointEvent>[]): void {
    for (const output of outputs) {
      if (output.type === 'transmit') this.#ledger.send(output.bytes, output.to, this.#now);
      else this.#observe(output.event);
    }
  }

  #observe(event: EndpointEvent): void {
    this.#ledger.note(event);
    const { type } = event;
    if (type === 'crowded') this.#turn = true;
    if (type === 'invited' || type === 'inviting') {
      this.#usages.push(event.usage);
      event.usage.takesInfo = this.#takesInfo;
    }
    if ('transaction' in event && 'request' in event) this.#decide(event);
    if (type === 'refreshing')
      this.#execute({ type: 'refresh', usage: event.usage, body: utf8('v=0') });
    if (type === 'unlocated') {
      if (this.#resting) this.#execute({ type: 'located', request: event.request, hops: [] });
      else this.#unlocated.push(event.request);
    }
    if (
      type === 'unframed' &&
      event.flow.connection !== undefined &&
      this.#open.delete(event.flow.connection)
    ) {
      this.#execute({ type: 'closed', flow: event.flow });
    }
  }

  #decide(awaited: Awaited): void {
    const status = this.#resting
      ? 480
      : (this.#answers[this.#knocks++ % this.#answers.length] ?? 480);
    if (status === 0) this.#waiting.push(awaited);
    else {
      this.#respond(awaited, status);
      if (status < 200) this.#waiting.push(awaited);
    }
  }

  #respond(awaited: Awaited, status: number): void {
    const { type, transaction } = awaited;
    if (status >= 200) this.#answered.push(awaited);
    const talks = type === 'invited' || type === 'offered';
    const fields = talks && status === 200 ? [['Content-Type', 'application/sdp'] as const] : [];
    const answer = {
      status,
      fields: status === 302 ? [['Contact', '<sip:desk@example.com>'] as const] : fields,
      body: utf8(talks && status === 200 ? 'v=0' : ''),
    };
    this.#execute({ type: 'respond', transaction, answer });
  }

  /** What answers our last challenge. */
  #proof(method: string, uri: string): string | undefined {
    const { challenges } = this.#ledger;
    if (challenges.length === 0) return undefined;
    const exchange = this.#client.begin({ method, uri }, 'bot');
    exchange.challenged({ status: 401, all: () => challenges });
    return exchange.fields()[0]?.[1];
  }
}
