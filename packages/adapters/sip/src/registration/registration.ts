/** One binding of an address of ours to where we are: asked for, kept up, and taken back (RFC 3261, 10.2; RFC 5626, 4). */
import { type Instant, RemoteProtocolError } from '@usher/core';
import type { Flow, RegistrationState } from '@usher/core/adapter';

import type { Alarm } from '../dialog/core.js';
import { OutgoingRequest, type Outcome } from '../dialog/outgoing-request.js';
import type { SipResponse } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import { wholeNumber } from '../syntax/whole-number.js';
import type { Binding } from './binding.js';
import { elsewhere } from './elsewhere.js';
import { FlowWatch } from './flow-watch.js';
import { type Granted, grantedBy } from './granted.js';
import { between, LONGEST_PAUSE, pauseAfter } from './recovery.js';
import type { RegistrationCore } from './registration-core.js';

/** When a binding is refreshed, as a part of how long it lasts: what is left is for the refresh to be tried again. */
const REFRESH = { least: 0.7, most: 0.8 } as const;
/** Nobody makes us refresh more often than every so many milliseconds. */
const SHORTEST = 5_000;
/** Nobody makes us ask for a binding of more than so many seconds. */
const LONGEST = 86_400;
/** So many answers that ask for another try are followed at once: an interval that is too brief, a registrar elsewhere. */
const MOST_ROUNDS = 3;
/** RFC 5626, 4.5: pauses are longer by so much while another flow of the same address stands. */
const UNHURRIED = 3;
/** Refusals that may be over in a moment; after any other 4xx or 6xx somebody has to do something first. */
const PASSING = new Set([408, 423, 480, 486, 491, 600]);

/** One binding of an address of ours to where we are. */
export class Registration {
  readonly #core: RegistrationCore;
  readonly #binding: Binding;
  readonly #isAlone: () => boolean;
  readonly #callId: string;
  readonly #from: string;
  #sequence = 0;
  /** Where to register: it may have moved for good. */
  #registrar: string;
  #expires: number;
  #outbound: boolean;
  /** What was asked and not answered yet. */
  #request: OutgoingRequest | undefined;
  /** The URI of our Contact as it was sent last. */
  #contact = '';
  #rounds = 0;
  #failures = 0;
  #granted: Granted | undefined;
  /** Until when the registrar keeps the last binding that it granted. */
  #until: Instant = 0;
  /** The registrar that granted it: not the usual one where that sent us on. */
  #keeper: string;
  #flow: Flow | undefined;
  #formed: Instant = 0;
  #watch: FlowWatch | undefined;
  #next: Alarm | undefined;
  #begun = false;
  #leaving = false;

  /** @param isAlone whether no other flow of this address is registered. */
  constructor(core: RegistrationCore, binding: Binding, isAlone: () => boolean) {
    this.#core = core;
    this.#binding = binding;
    this.#isAlone = isAlone;
    this.#callId = core.chance.token();
    this.#from = `<${binding.address}>;tag=${core.chance.token()}`;
    this.#registrar = binding.registrar;
    this.#keeper = binding.registrar;
    this.#expires = binding.expires;
    this.#outbound = binding.outbound;
  }

  /** The address that is bound. */
  get address(): string {
    return this.#binding.address;
  }

  /** Whether it is bound, and by a flow that is alive as far as is known. */
  get stands(): boolean {
    return this.#granted !== undefined;
  }

  /** Asks for the binding, and from then on keeps it up. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#register({});
  }

  /** Takes the binding back. The flow stays, for the sessions that rest on it. */
  remove(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#core.stop(this.#next);
    // RFC 3261, 10.2: one after the other.
    if (this.#request === undefined) this.#unbind();
  }

  /** A piece of something has come by this flow; returns whether it is the answer to a ping of ours, and nothing else. */
  heard(bytes: Uint8Array, from: Flow): boolean {
    return this.#flow?.connection === from.connection && this.#watch?.heard(bytes) === true;
  }

  /** Nothing can come or go on this connection any more. */
  closed({ connection }: Flow): void {
    if (connection !== undefined && this.#flow?.connection === connection) this.#lose();
  }

  /** The value of our Contact in a dialog by this way, where the registrar had a say in it; else undefined. */
  contact(way: Flow, user: string | undefined): string | undefined {
    const granted = this.#granted;
    if (granted === undefined || !this.#isSame(way)) return undefined;
    const { gruu, outbound } = granted;
    // RFC 5627, 4.4.1.
    if (gruu !== undefined && user === this.#binding.user) return `<${gruu}>`;
    if (!outbound) return undefined;
    // RFC 5626, 4.3.
    const place = this.#core.placeOf(way, user);
    return place.endsWith(';ob>') ? place : `${place.slice(0, -1)};ob>`;
  }

  #isSame({ transport, remote, connection }: Flow): boolean {
    const flow = this.#flow;
    if (flow === undefined) return false;
    if (connection !== undefined && flow.connection !== undefined) {
      return connection === flow.connection;
    }
    const { address, port } = flow.remote;
    return transport === flow.transport && remote.address === address && remote.port === port;
  }

  #register(told: Pick<RegistrationState, 'why'>): void {
    this.#rounds = 0;
    this.#tell({ standing: 'registering', ...told });
    this.#ask(this.#registrar, this.#expires);
  }

  #ask(registrar: string, expires: number): void {
    const { address, user, route, instance, regId } = this.#binding;
    this.#sequence += 1;
    const fields: Field[] = [
      ['Max-Forwards', '70'],
      ['From', this.#from],
      ['To', `<${address}>`],
      ['Call-ID', this.#callId],
      ['CSeq', `${this.#sequence} REGISTER`],
      ['Supported', this.#outbound ? 'path, outbound, gruu' : 'path, gruu'],
      ['Expires', String(expires)],
    ];
    if (route !== undefined) fields.push(['Route', route.value]);
    const request = new OutgoingRequest(
      { method: 'REGISTER', uri: registrar, hop: route?.uri ?? registrar, fields },
      (outcome) => {
        if (this.#request === request) this.#conclude(request, outcome);
      },
    );
    request.contact = (way) => {
      const place = this.#core.placeOf(way, user);
      this.#contact = place.slice(1, -1);
      const flowId = this.#outbound ? `;reg-id=${regId}` : '';
      return `${place};+sip.instance="<${instance}>"${flowId}`;
    };
    this.#request = request;
    const flow = this.#flow;
    const isThere = registrar === this.#keeper && flow !== undefined && this.#core.alive(flow);
    this.#core.send(request, isThere ? flow : undefined);
  }

  #conclude(request: OutgoingRequest, outcome: Outcome): void {
    this.#request = undefined;
    this.#sequence = sequenceOf(request) ?? this.#sequence;
    const { response, status, from } = outcome;
    if (this.#leaving) {
      this.#concludeLeaving(request, status);
    } else if (response === undefined) {
      if (this.#flow === undefined) this.#fail(outcome);
      else this.#lose();
    } else if (status < 300 && from !== undefined) {
      this.#take(request.uri, response, from);
    } else if (!this.#follow(request, response)) {
      this.#fail(outcome);
    }
  }

  /** Whether the answer asks for nothing but another try. */
  #follow({ uri }: OutgoingRequest, response: SipResponse): boolean {
    this.#rounds += 1;
    if (this.#rounds > MOST_ROUNDS) return false;
    const { status } = response;
    if (status === 423) {
      const least = wholeNumber(response.get('Min-Expires') ?? '', LONGEST);
      if (least === undefined || least <= this.#expires) return false;
      this.#expires = least;
    } else if (status === 439 && this.#outbound) {
      // RFC 5626, 11.6: whoever is next does not know of flows.
      this.#outbound = false;
    } else if (status >= 300 && status < 400) {
      const registrar = elsewhere(response, uri);
      if (registrar === undefined) return false;
      if (status === 301) {
        this.#leaveFlow();
        this.#registrar = registrar;
      }
      this.#ask(registrar, this.#expires);
      return true;
    } else return false;
    this.#ask(uri, this.#expires);
    return true;
  }

  #take(registrar: string, response: SipResponse, from: Flow): void {
    const core = this.#core;
    let granted: Granted;
    try {
      granted = grantedBy(response, { ...this.#binding, outbound: this.#outbound }, this.#contact);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      core.complain(error, from);
      this.#fail({ status: 502, text: error.message });
      return;
    }
    const refreshed = this.#granted !== undefined;
    // One that was kept up has shown that it can be.
    if (refreshed) this.#failures = 0;
    this.#granted = granted;
    this.#keeper = registrar;
    core.prove(from);
    this.#keep(from, granted);
    const lasts = granted.expires * 1_000;
    this.#until = Math.round(core.now + lasts);
    const after = between(REFRESH.least * lasts, REFRESH.most * lasts, core.chance);
    this.#next = core.start(Math.max(after, SHORTEST), () => {
      this.#rounds = 0;
      this.#ask(this.#registrar, this.#expires);
    });
    this.#tell({ standing: 'registered', until: this.#until, refreshed });
  }

  /** This flow is to be kept alive, and whoever is there is believed. */
  #keep(flow: Flow, granted: Granted): void {
    const isWatched = this.#watch !== undefined || !this.#outbound;
    if (isWatched && this.#isSame(flow)) return;
    this.#leaveFlow();
    this.#flow = flow;
    this.#formed = this.#core.now;
    if (flow.connection !== undefined) this.#core.rely(flow, true);
    if (!this.#outbound) return;
    const { outbound, flowTimer } = granted;
    const answers = outbound || flowTimer !== undefined;
    this.#watch = new FlowWatch(this.#core, flow, { answers, flowTimer }, () => {
      this.#core.tell({ type: 'unframed', flow });
      this.#lose();
    });
  }

  #leaveFlow(): void {
    const flow = this.#flow;
    this.#watch?.stop();
    this.#watch = undefined;
    this.#flow = undefined;
    if (flow?.connection !== undefined) this.#core.rely(flow, false);
  }

  /** The flow is dead: a new one is sought at once, unless this one was as short-lived as those before it. */
  #lose(): void {
    const request = this.#request;
    this.#leaveFlow();
    if (request !== undefined) this.#core.forget(request);
    this.#request = undefined;
    this.#core.stop(this.#next);
    this.#granted = undefined;
    if (this.#leaving) {
      if (request !== undefined) this.#tell({ standing: 'removed' });
      return;
    }
    const why = 'the way to the registrar was lost';
    if (this.#core.now - this.#formed < this.#binding.retry) {
      this.#fail({ status: 503, text: why });
      return;
    }
    this.#failures = 0;
    this.#register({ why });
  }

  #fail({ status, text, response }: Outcome): void {
    const { chance, now } = this.#core;
    this.#granted = undefined;
    this.#failures += 1;
    const base = this.#binding.retry * (this.#isAlone() ? 1 : UNHURRIED);
    const pause = isLasting(response)
      ? between(LONGEST_PAUSE / 2, LONGEST_PAUSE, chance)
      : pauseAfter(this.#failures, base, chance);
    const after = Math.max(pause, Math.min((response?.retryAfter ?? 0) * 1_000, LONGEST_PAUSE));
    this.#next = this.#core.start(after, () => this.#register({}));
    this.#tell({ standing: 'failed', status, why: text, next: Math.round(now + after) });
  }

  /** RFC 3261, 10.2.2. */
  #unbind(): void {
    if (this.#until > this.#core.now) this.#ask(this.#keeper, 0);
    else this.#tell({ standing: 'removed' });
  }

  #concludeLeaving(request: OutgoingRequest, status: number): void {
    const isBinding = request.fields.some(([name, value]) => name === 'Expires' && value !== '0');
    if (isBinding && status < 300) {
      this.#until = Infinity;
      this.#unbind();
      return;
    }
    if (isBinding && this.#until > this.#core.now) {
      this.#unbind();
      return;
    }
    this.#granted = undefined;
    this.#until = 0;
    this.#tell({ standing: 'removed' });
  }

  #tell(state: Omit<RegistrationState, 'address' | 'registrar' | 'flow'>): void {
    const { address, regId: flow } = this.#binding;
    this.#core.tell({
      type: 'registration',
      state: { address, registrar: this.#registrar, flow, ...state },
      flow: this.#flow,
      route: this.#granted?.route,
    });
  }
}

/** Whether nothing changes until somebody does something. */
function isLasting(response: SipResponse | undefined): boolean {
  const { status = 503 } = response ?? {};
  return !PASSING.has(status) && (status < 500 || status >= 600);
}

/** The CSeq that it was sent with last: proofs have made it rise. */
function sequenceOf({ fields }: OutgoingRequest): number | undefined {
  const value = fields.find(([name]) => name === 'CSeq')?.[1];
  return value === undefined ? undefined : Number.parseInt(value, 10);
}
