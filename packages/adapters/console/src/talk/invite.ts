/** Invites somebody, says how that goes, and follows where it leads. */
/* oxlint-disable no-await-in-loop -- one forward after the other */
import { Address } from '@usher/core';
import type { Clock, Invited, InviteOptions, Receiver, UserAgent } from '@usher/core/adapter';

import { visible } from '../text/visible.js';
import type { Face } from '../face/face.js';
import { meaningOf } from './meaning.js';

/** How somebody is invited. */
export interface Inviting {
  readonly userAgent: UserAgent;
  readonly clock: Clock;
  readonly face: Face;
  readonly receiver: Receiver;
  readonly from?: Address;
  /** Whether it goes by TLS, as `sips` wants it. */
  readonly secure: boolean;
  readonly subject?: string;
  /** Whether to go where a forward leads without asking; `never` where there is no way to go there. */
  readonly follow: boolean | 'never';
  /** Settles with a reason when it turns out that nobody can be reached there. */
  readonly unreachable?: Promise<string>;
  /** What to write instead where somebody is refused with this status. */
  readonly advice?: (status: number) => string | undefined;
}

type Accepted = Extract<Invited, { type: 'accepted' }>;

const PATIENCE = { note: 2_000, end: 10_000 };
const FORWARDS = 5;

/** Invites until somebody accepts; undefined where nobody does, which was then said. */
export async function invite(target: Address, inviting: Inviting): Promise<Accepted | undefined> {
  const { face } = inviting;
  const tried = new Set<string>();
  let next: Address | undefined = target;
  while (next !== undefined) {
    tried.add(next.toString());
    face.note(`Inviting ${visible(next.userAtHost)} …`);
    const outcome = await once(next, inviting);
    if (outcome === undefined) return undefined;
    if (outcome.type === 'accepted') return outcome;
    if (outcome.type === 'rejected') {
      face.trouble(`Not accepted: ${visible(meaningOf(outcome.status, outcome.text))}.`);
      const advice = inviting.advice?.(outcome.status);
      if (advice !== undefined) face.trouble(advice);
      return undefined;
    }
    next = await nextTarget(next, outcome.targets, tried, inviting);
  }
  return undefined;
}

/** One invitation; undefined where it was given up, which was then said. */
function once(target: Address, inviting: Inviting): Promise<Invited | undefined> {
  const { userAgent, clock, face, receiver, from, subject, unreachable } = inviting;
  const abort = new AbortController();
  return new Promise((resolve) => {
    let over = false;
    const finish = (outcome: Invited | undefined): void => {
      if (over) return;
      over = true;
      for (const cancel of alarms) cancel();
      resolve(outcome);
    };
    const giveUp = (why: string | undefined): void => {
      if (over) return;
      if (why !== undefined) face.trouble(why);
      finish(undefined);
      abort.abort();
    };
    const now = clock.now();
    const alarms = [
      clock.at(now + PATIENCE.note, () => face.note('No answer yet …')),
      clock.at(now + PATIENCE.end, () => {
        giveUp(`Nobody answers at ${place(target)}: is Usher running there?`);
      }),
    ];
    const options: InviteOptions = {
      ...(from && { from }),
      ...(subject !== undefined && { subject }),
      signal: abort.signal,
      progress: (status, text) => {
        // Somebody is there: from now on the waiting is theirs to end.
        for (const cancel of alarms) cancel();
        if (!over && status !== 100) face.note(`${status} ${visible(text)} …`);
      },
    };
    void face.leaving.then(() => giveUp(undefined));
    void unreachable?.then((why) => giveUp(`Nobody can be reached at ${place(target)}: ${why}.`));
    userAgent.invite(target, receiver, options).then(finish, (error: unknown) => {
      giveUp(
        `The invitation could not be sent: ${visible(error instanceof Error ? error.message : String(error))}.`,
      );
    });
  });
}

async function nextTarget(
  from: Address,
  targets: readonly string[],
  tried: ReadonlySet<string>,
  { face, follow, secure }: Inviting,
): Promise<Address | undefined> {
  const first = targets
    .map((text) => Address.from(text))
    .find((one) => isSip(one) && !tried.has(one.toString()));
  const named = targets.map((text) => visible(text)).join(', ');
  face.note(`${visible(from.userAtHost)} forwards you to ${named}.`);
  if (follow === 'never') return undefined;
  if (first === undefined || tried.size > FORWARDS) {
    face.trouble('That leads nowhere new: the invitation ends here.');
    return undefined;
  }
  const elsewhere = `To go there: usher chat ${visible(first.toString())}`;
  if (first.scheme === 'sips' && !secure) {
    face.trouble(`Not followed, since that wants TLS. ${elsewhere}`);
    return undefined;
  }
  const left = face.leaving.then(() => false);
  const confirmed =
    follow || Promise.race([face.confirm(`Follow to ${visible(first.userAtHost)}?`), left]);
  if (await confirmed) return first;
  face.note(`Not followed. ${elsewhere}`);
  return undefined;
}

function isSip(address: Address | undefined): address is Address {
  return address?.scheme === 'sip' || address?.scheme === 'sips';
}

function place(target: Address): string {
  return visible(target.port === undefined ? target.host : `${target.host}:${target.port}`);
}
