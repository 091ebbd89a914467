/** An invitation at the door that a test wrote by hand. */
import type { Answer, Answered, Knock } from '../ports/user-agent.js';
import { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import type {
  Application,
  Headers,
  Identity,
  Invitation,
  Retargeting,
  SessionType,
} from '../words/invitation.js';
import { type Content, Message, plainText } from '../words/message.js';
import { Withdrawal, type WithdrawalReason } from '../words/withdrawal.js';
import type { Carry, ScriptedEnd } from './scripted-end.js';

/** What an inviter says of itself and of what it wants; everything but `from` and `to` may be left out. */
export interface Introduction {
  readonly from: string | Address;
  readonly to: string | Address;
  readonly displayName?: string;
  /** `none` unless said otherwise. */
  readonly identity?: Identity;
  /** `im` unless said otherwise. */
  readonly type?: SessionType;
  /** `message` unless said otherwise. */
  readonly medium?: string;
  readonly subject?: string;
  readonly conversationId?: string;
  /** What it is about, where its type is `application`. */
  readonly application?: Application;
  /** The first message, where the invitation itself carries one. */
  readonly firstMessage?: string | Content;
  readonly history?: readonly Retargeting[];
  readonly context?: ReadonlyMap<string, unknown>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** An invitation without its deadline, as a user agent lays it before the door. */
export type InvitationAtDoor = Omit<Invitation, 'deadline' | 'replaces' | 'escalates'>;

/** Makes an invitation of an introduction. */
function makeInvitation(
  introduction: Introduction,
  id: string,
  at: number,
  signal: AbortSignal,
): InvitationAtDoor {
  const { from, to, displayName, subject, conversationId, application, firstMessage } =
    introduction;
  const address = typeof from === 'string' ? Address.parse(from) : from;
  const content = typeof firstMessage === 'string' ? plainText(firstMessage) : firstMessage;
  return {
    id,
    endpoint: typeof to === 'string' ? Address.parse(to) : to,
    inviter: {
      address,
      ...(displayName !== undefined && { displayName }),
      userAtHost: address.userAtHost,
      identity: introduction.identity ?? { how: 'none' },
    },
    type: introduction.type ?? 'im',
    medium: introduction.medium ?? 'message',
    ...(conversationId !== undefined && { conversationId }),
    ...(subject !== undefined && { subject }),
    ...(application !== undefined && { application }),
    ...(content !== undefined && {
      firstMessage: new Message(`${id}-1`, address, content.contentType, content.body, at),
    }),
    history: introduction.history ?? [],
    context: introduction.context ?? new Map(),
    headers: makeHeaders(introduction.headers ?? {}),
    signal,
  };
}

/** Header fields of a plain object: names in any case, in order. */
function makeHeaders(fields: Readonly<Record<string, string | readonly string[]>>): Headers {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(fields)) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), ...(typeof value === 'string' ? [value] : value)]);
  }
  return {
    get: (name) => values.get(name.toLowerCase())?.[0],
    all: (name) => values.get(name.toLowerCase()) ?? [],
  };
}

/** An invitation at the door, and what becomes of it. */
export class ScriptedKnock implements Knock {
  readonly invitation: InvitationAtDoor;
  readonly #abort = new AbortController();
  readonly #end: ScriptedEnd;
  readonly #carry: Carry;
  readonly #heard: (answer: Answer) => void;
  #answered = false;
  #gone: WithdrawalReason | undefined;

  /** @param heard told when the answer has come to the inviter. */
  constructor(
    introduction: Introduction,
    id: string,
    at: number,
    end: ScriptedEnd,
    carry: Carry,
    heard: (answer: Answer) => void,
  ) {
    this.invitation = makeInvitation(introduction, id, at, this.#abort.signal);
    this.#end = end;
    this.#carry = carry;
    this.#heard = heard;
  }

  async answer(answer: Answer): Promise<Answered> {
    if (this.#answered) {
      throw new LocalProtocolError('already-answered', 'this invitation has had its one answer');
    }
    this.#answered = true;
    if (this.#gone !== undefined) return { type: 'gone', why: this.#gone };
    if (answer.type === 'accept') this.#end.receiver = answer.receiver;
    void this.#carry().then(() => this.#heard(answer));
    return answer.type === 'accept'
      ? { type: 'accepted', medium: this.#end }
      : { type: 'answered' };
  }

  /** Takes the invitation back. Returns whether that came in time: before its answer. */
  withdraw(why: WithdrawalReason): boolean {
    if (this.#answered || this.#gone !== undefined) return false;
    this.#gone = why;
    this.#abort.abort(new Withdrawal(why, 'the inviter has left'));
    return true;
  }
}
