/** What leaves the house on its own account: each invitation is guarded, shown to the hook, told as activity, and sent. */
import type { Chance, Clock } from '../ports/clock.js';
import type { Receiver } from '../ports/medium.js';
import type { Invited, InviteOptions, UserAgent } from '../ports/user-agent.js';
import { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import type { InviteAnswer } from './activity.js';
import type { ActivityFeed } from './activity-feed.js';
import type { Facts } from './asked-invitation.js';
import { decorate, type Draft, type OutgoingHook } from './draft.js';
import type { Guards } from './guards.js';
import { OwnInvitation } from './own-invitation.js';

/** What is wanted of an invitation, besides its draft. */
export interface Sending extends Pick<
  InviteOptions,
  'redirects' | 'progress' | 'hops' | 'introduction'
> {
  /** The invitation that is bridged. */
  readonly bridged?: Facts;
}

/** What it rests on. */
export interface OutgoingOptions {
  readonly userAgents: readonly UserAgent[];
  readonly guards: Guards;
  readonly hook: OutgoingHook | undefined;
  readonly feed: ActivityFeed;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** An invitation that passed guards and hook, and is yet to be sent. */
export interface Prepared {
  readonly invitation: OwnInvitation;
  send(receiver: Receiver): Promise<Invited>;
}

/** The way out of one house. */
export class Outgoing {
  readonly #options: OutgoingOptions;
  /** The invitations that are being bridged, by inviter, endpoint and conversation: one that comes back is a loop. */
  readonly bridging = new Set<string>();

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /**
   * The user agent of this name, or the only one.
   * @throws LocalProtocolError `no-such-user-agent`.
   */
  userAgent(name: string | undefined): UserAgent {
    const { userAgents } = this.#options;
    const [first, second] = userAgents;
    const found =
      name === undefined && second === undefined
        ? first
        : userAgents.find((one) => one.name === name);
    if (found !== undefined) return found;
    const names = userAgents.map((one) => `"${one.name}"`).join(', ');
    throw new LocalProtocolError(
      'no-such-user-agent',
      name === undefined
        ? `say by which user agent to invite: ${names || 'the house has none'}`
        : `there is no user agent "${name}" in this house: ${names}`,
    );
  }

  /** Who we are where nobody says. */
  addressOf({ name, addresses }: UserAgent): Address {
    return addresses?.[0] ?? Address.parse(`sip:${name}@anonymous.invalid`);
  }

  /**
   * Makes an invitation ready to leave.
   * @throws LocalProtocolError `forbidden-target`, `forbidden-header`; and what the hook throws.
   */
  prepare(plain: Draft, sending: Sending): Prepared {
    const { guards, hook, chance } = this.#options;
    guards.check(plain.target, sending.bridged);
    const draft = decorate(plain, hook);
    const invitation = new OwnInvitation(chance.token(), draft);
    return { invitation, send: (receiver) => this.#send(draft, sending, invitation, receiver) };
  }

  async #send(
    draft: Draft,
    sending: Sending,
    invitation: OwnInvitation,
    receiver: Receiver,
  ): Promise<Invited> {
    const { feed, clock, guards } = this.#options;
    const { userAgent, bot, target, onBehalfOf } = draft;
    const since = clock.now();
    const facts = { userAgent, bot, invitation: invitation.id } as const;
    feed.tell({
      type: 'inviting',
      ...facts,
      from: draft.from,
      target,
      ...(onBehalfOf !== undefined && { onBehalfOf }),
    });
    let invited: Invited;
    try {
      invited = await this.userAgent(userAgent).invite(target, receiver, {
        from: draft.from,
        conversationId: draft.conversationId,
        history: draft.history,
        headers: draft.headers,
        signal: invitation.signal,
        redirects: sending.redirects ?? 'follow',
        allows: (next) => guards.objection(next, sending.bridged) === undefined,
        ...(draft.displayName !== undefined && { displayName: draft.displayName }),
        ...(draft.subject !== undefined && { subject: draft.subject }),
        ...(sending.hops !== undefined && { hops: sending.hops }),
        ...(sending.progress !== undefined && { progress: sending.progress }),
        ...(sending.introduction !== undefined && { introduction: sending.introduction }),
      });
    } catch (error) {
      feed.tell({ type: 'failed', what: 'user-agent', bot, invitation: invitation.id, error });
      throw error;
    }
    if (invited.type === 'accepted') invitation.accepted(invited.peer, invited.medium.name);
    const took = clock.now() - since;
    feed.tell({ type: 'answered', ...facts, target, answer: summary(invited), took });
    return invited;
  }
}

function summary(invited: Invited): InviteAnswer {
  switch (invited.type) {
    case 'accepted':
      return { type: 'accepted', by: invited.peer };
    case 'rejected':
      return { type: 'rejected', status: invited.status, text: invited.text };
    case 'forwarded':
      return { type: 'forwarded', status: invited.status, targets: invited.targets };
  }
}
