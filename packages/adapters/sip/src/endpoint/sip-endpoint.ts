/** The SIP endpoint: bytes, commands and time in, bytes and events out. It does all that is SIP, and no input or output. */
import type { Instant } from '@usher/core';
import type { Flow, Machine, Output } from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import { ALTERNATIVE, MIXED } from '../body/multipart.js';
import { IS_COMPOSING } from '../composing/is-composing.js';
import { InviteClientUsage } from '../dialog/invite-client-usage.js';
import { refreshByInvite } from '../dialog/refreshing.js';
import { subscribe } from '../dialog/subscribing.js';
import { Authenticator } from './authenticator.js';
import type { EndpointCommand } from './endpoint-command.js';
import { EndpointCore } from './endpoint-core.js';
import type { EndpointEvent } from './endpoint-event.js';
import type { EndpointOptions } from './endpoint-options.js';
import type { EndpointCounts, EndpointState } from './endpoint-state.js';
import { Intake } from './intake.js';
import { MediaTypes } from './media-types.js';
import { page } from './page.js';
import { Reception } from './reception.js';
import { outward } from './way-back.js';

/** A connection that is gone may be followed by another one for so long, before the sessions on it are lost. */
const STRANDED = 32_000;

/** The SIP endpoint. */
export class SipEndpoint implements Machine<EndpointCommand, EndpointEvent> {
  readonly #core: EndpointCore;
  readonly #reception: Reception;
  readonly #intake: Intake;
  readonly #authentication: Authentication | undefined;

  constructor(options: EndpointOptions) {
    this.#core = new EndpointCore(options);
    this.#authentication = options.authentication;
    this.#reception = new Reception(
      this.#core,
      {
        messages: new MediaTypes([...(options.messages ?? ['text/*']), IS_COMPOSING, ALTERNATIVE]),
        invitations: new MediaTypes([
          'application/sdp',
          MIXED,
          ALTERNATIVE,
          ...(options.applications ?? []),
        ]),
      },
      options.authentication === undefined &&
        this.#core.trust.isEmpty &&
        this.#core.registrations === undefined
        ? undefined
        : new Authenticator(this.#core, options.authentication),
    );
    this.#intake = new Intake(this.#core, this.#reception, options.limits);
  }

  /** How much there is of everything: all zero at rest, but for connections that are open. */
  get counts(): EndpointCounts {
    const { dialogs, pending, connections, transactions } = this.#core;
    const { server, client } = transactions.counts;
    return {
      dialogs: dialogs.size,
      pending: pending.size,
      connections: connections.size,
      server,
      client,
    };
  }

  /** How it is doing at this moment. */
  state(now: Instant): EndpointState {
    const core = this.#core;
    const { counts, limits } = core.transactions;
    core.now = now;
    return {
      counts: this.counts,
      transactions: {
        open: { used: counts.open, limit: limits.open },
        lingering: { used: counts.server - counts.open, limit: limits.lingering },
      },
      sheddingFor: core.sheddingFor,
      overload: core.overload?.state(now),
    };
  }

  get deadline(): Instant | undefined {
    const own = this.#core.timers.deadline;
    const next = sooner(own, this.#core.transactions.deadline);
    const authentication = this.#authentication;
    return authentication === undefined ? next : sooner(next, authentication.server.deadline);
  }

  receive(bytes: Uint8Array, now: Instant, from?: Flow): Output<EndpointEvent>[] {
    this.#core.now = now;
    if (from !== undefined && !this.#isPong(bytes, from)) this.#intake.receive(bytes, from);
    return this.#core.take();
  }

  /** @throws LocalProtocolError `unprintable` where the command holds what no message may have; nothing has happened then. */
  execute(command: EndpointCommand, now: Instant): Output<EndpointEvent>[] {
    this.#core.now = now;
    this.#execute(command);
    return this.#core.take();
  }

  elapse(now: Instant): Output<EndpointEvent>[] {
    const core = this.#core;
    core.now = now;
    core.timers.fire(now, (ring) => ring());
    this.#intake.lapse(core.transactions.elapse(now, core.out));
    this.#authentication?.server.elapse(now);
    return core.take();
  }

  #execute(command: EndpointCommand): void {
    const core = this.#core;
    switch (command.type) {
      case 'respond': {
        const { transaction, answer } = command;
        if (transaction.user !== undefined) transaction.user.answer(transaction, answer);
        else core.answer(transaction, answer);
        return;
      }
      case 'invite': {
        const usage = new InviteClientUsage(core, command.parts);
        core.tell({ type: 'inviting', reference: command.reference, usage });
        usage.invite();
        return;
      }
      case 'cancel':
        command.usage.cancel();
        return;
      case 'message':
        command.usage.message(command.reference, command.fields, command.body, command.method);
        return;
      case 'refresh':
        refreshByInvite(core, command.usage, command.body);
        return;
      case 'refer':
        command.usage.refer(command.reference, command.parts);
        return;
      case 'subscribe':
        subscribe(core, command.usage, command.reference, command.parts);
        return;
      case 'unsubscribe':
        command.usage.further?.subscribing?.stop();
        return;
      case 'progress':
        command.usage.progress(command.status);
        return;
      case 'page':
        page(core, command.reference, command.parts, command.way);
        return;
      case 'bye':
        command.usage.bye();
        return;
      case 'located':
        core.sender.located(command.request, outward(command.hops, command.request.fallback));
        return;
      case 'closed':
        this.#close(command.flow);
        return;
      case 'failed':
        this.#intake.lapse(core.transactions.failed(command.flow, core.now, core.out));
        core.registrations?.closed(command.flow);
        return;
      case 'register':
        core.registrations?.begin();
        return;
      case 'turn':
        this.#intake.turn();
        return;
      case 'late':
        core.overload?.sample(core.now, command.delay, command.busy);
        return;
      case 'drain':
        this.#reception.draining = true;
        core.registrations?.remove();
    }
  }

  /** Whether it is the answer to a ping of ours: two of them in a row are no ping of the peer's. */
  #isPong(bytes: Uint8Array, from: Flow): boolean {
    const { registrations, connections } = this.#core;
    return registrations?.heard(bytes, from) === true && connections.isBetween(from);
  }

  #close(flow: Flow): void {
    const core = this.#core;
    const connection = core.connections.close(flow);
    this.#intake.lapse(core.transactions.closed(flow, core.now, core.out));
    core.registrations?.closed(flow);
    for (const usage of connection?.bound ?? []) {
      if (usage.withdraw('lost')) continue;
      core.start(STRANDED, () => {
        if (usage.flow?.connection === flow.connection) usage.lose();
      });
    }
  }
}

function sooner(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
