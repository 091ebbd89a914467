/** An invitation as one bot sees it: the facts, until when it is asked, and a signal for when the answer is no longer wanted. */
import type { Receiver } from '../ports/medium.js';
import type { Knock } from '../ports/user-agent.js';
import type { Address } from '../words/address.js';
import type { Instant } from '../words/duration.js';
import type {
  Application,
  Headers,
  Invitation,
  Party,
  ReplacedSession,
  Retargeting,
  SessionType,
  SourceNetwork,
} from '../words/invitation.js';
import type { Message } from '../words/message.js';

/** What the user agent knows of an invitation. */
export type Facts = Knock['invitation'];

/** Facts are fetched when they are read, so that what nobody looks at is never parsed; the signal is made when it is read. */
export class AskedInvitation implements Invitation {
  readonly #facts: Facts;
  /** Later where the decision was left to somebody else. */
  deadline: Instant;
  /** The session that it would take to a conference; the house finds that out. */
  declare escalates?: ReplacedSession;
  #controller: AbortController | undefined;
  #over: { readonly reason: unknown } | undefined;

  private constructor(facts: Facts, deadline: Instant) {
    this.#facts = facts;
    this.deadline = deadline;
  }

  /** The facts, asked until `deadline`. */
  static ask(facts: Facts, deadline: Instant): AskedInvitation & Invitation {
    return new AskedInvitation(facts, deadline);
  }

  get id(): string {
    return this.#facts.id;
  }
  get endpoint(): Address {
    return this.#facts.endpoint;
  }
  get inviter(): Party {
    return this.#facts.inviter;
  }
  get type(): SessionType {
    return this.#facts.type;
  }
  get direct(): true {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an invitation lacks reads as undefined
    return this.#facts.direct as true;
  }
  get medium(): string {
    return this.#facts.medium;
  }
  get history(): readonly Retargeting[] {
    return this.#facts.history;
  }
  get context(): ReadonlyMap<string, unknown> {
    return this.#facts.context;
  }
  get replaces(): ReplacedSession | undefined {
    const receiver = this.#facts.replaces;
    return receiver !== undefined && isHosted(receiver) ? receiver.view : undefined;
  }
  get priority(): string | undefined {
    return this.#facts.priority;
  }
  get referredBy(): Address | undefined {
    return this.#facts.referredBy;
  }
  get sourceNetwork(): SourceNetwork | undefined {
    return this.#facts.sourceNetwork;
  }
  get headers(): Headers {
    return this.#facts.headers;
  }
  /* oxlint-disable typescript/no-unsafe-type-assertion -- what an invitation lacks reads as undefined, as a missing property does */
  get conversationId(): string {
    return this.#facts.conversationId as string;
  }
  get subject(): string {
    return this.#facts.subject as string;
  }
  get application(): Application {
    return this.#facts.application as Application;
  }
  get firstMessage(): Message {
    return this.#facts.firstMessage as Message;
  }
  get target(): Party {
    return this.#facts.target as Party;
  }
  /* oxlint-enable typescript/no-unsafe-type-assertion */

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over !== undefined) this.#controller.abort(this.#over.reason);
    }
    return this.#controller.signal;
  }

  /** The answer is no longer wanted. */
  abort(reason: unknown): void {
    this.#over ??= { reason };
    this.#controller?.abort(reason);
  }
}

/** Whether it is a session of this house, which can be shown to a bot. */
function isHosted(receiver: Receiver): receiver is Receiver & { readonly view: ReplacedSession } {
  return 'view' in receiver;
}
