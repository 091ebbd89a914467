/** Where a law is tried: both user agents open, each before a door, and a way to wait that ends. */
/* oxlint-disable no-await-in-loop -- what happens one after the other is tried one after the other */
import type { Medium } from '../../ports/medium.js';
import type { Answer, Invited, InviteOptions, Knock } from '../../ports/user-agent.js';
import { type Content, type Delivery, plainText } from '../../words/message.js';
import type { SessionEnd } from '../../words/session.js';
import { RecordingReceiver } from '../recording-receiver.js';
import { check } from './check.js';
import type { Law, Witness } from './law.js';
import { RecordingDoor } from './recording-door.js';

/** What a bot says when it ends its session. */
export const ENDED: SessionEnd = { by: 'bot', why: 'ended' };

/** Each look lets so much time pass, and there are so many: 20 seconds in all. */
const STEP = 100;
const STEPS = 200;

/** One side of a session: what it says by, and what it hears. */
export interface Side {
  readonly medium: Medium;
  readonly heard: RecordingReceiver;
}

/** An invitation under way: what the inviter will hear of it. */
export interface Attempt {
  readonly invited: Promise<Invited>;
  readonly heard: RecordingReceiver;
}

/** Both user agents before their doors. */
export class Scene {
  readonly atCaller = new RecordingDoor();
  readonly atCallee = new RecordingDoor();
  #sent = 0;

  constructor(readonly witness: Witness) {}

  /** A law that is tried in a scene; the witness is closed after it. */
  static law(name: string, hold: (scene: Scene) => Promise<void>): Law {
    return {
      name,
      hold: async (witness) => {
        const scene = new Scene(witness);
        try {
          await scene.soon(witness.callee.open(scene.atCallee), 'the callee did not open');
          await scene.soon(witness.caller.open(scene.atCaller), 'the caller did not open');
          await hold(scene);
        } finally {
          await witness.close();
        }
      },
    };
  }

  /** Waits for this while time passes; fails with the complaint where it never comes. */
  async soon<T>(promise: Promise<T>, complaint: string): Promise<T> {
    const seen = { settled: false };
    const settle = (): void => {
      seen.settled = true;
    };
    promise.then(settle, settle);
    for (let step = 0; step < STEPS && !seen.settled; step += 1) await this.witness.elapse(STEP);
    check(seen.settled, complaint);
    return promise;
  }

  /** Lets pass what time it takes until everything under way has arrived. */
  async quiet(): Promise<void> {
    for (let step = 0; step < 20; step += 1) await this.witness.elapse(STEP);
  }

  /** The caller invites the callee. */
  invite(options: InviteOptions = {}): Attempt {
    const { caller, target, from } = this.witness;
    const heard = new RecordingReceiver();
    return { heard, invited: caller.invite(target, heard, { from, ...options }) };
  }

  /** What the callee's door heard knocking: the first, unless said otherwise. */
  knocked(number = 1): Promise<Knock> {
    return this.soon(this.atCallee.knocked(number), `invitation ${number} never came to the door`);
  }

  /** Invites, and answers so; what the inviter hears. */
  async answered(answer: Answer): Promise<Invited> {
    const { invited } = this.invite();
    const knock = await this.knocked();
    await this.soon(knock.answer(answer), 'answering did not come to an end');
    return this.soon(invited, 'the inviter never heard the answer');
  }

  /** A session between both. The door may have heard others before: `number` counts the knocks. */
  async session(number = 1): Promise<{ caller: Side; callee: Side }> {
    const { invited, heard } = this.invite();
    const knock = await this.knocked(number);
    const receiver = new RecordingReceiver();
    const answered = await this.soon(
      knock.answer({ type: 'accept', receiver }),
      'the acceptance did not come to an end',
    );
    const outcome = await this.soon(invited, 'the inviter never heard the acceptance');
    check(answered.type === 'accepted', `the answer accept came to ${answered.type}`);
    check(outcome.type === 'accepted', `the inviter heard ${outcome.type} where it was accepted`);
    return {
      caller: { medium: outcome.medium, heard },
      callee: { medium: answered.medium, heard: receiver },
    };
  }

  /** Says something by this medium, and lets it be on its way. */
  send(medium: Medium, content: string | Content): Promise<Delivery> {
    this.#sent += 1;
    return medium.send(
      typeof content === 'string' ? plainText(content) : content,
      `law-${this.#sent}`,
    );
  }

  /** Says something by this medium; what became of it. */
  say(medium: Medium, content: string | Content): Promise<Delivery> {
    return this.soon(this.send(medium, content), 'the fate of a message was never told');
  }

  /** Waits until this side has heard so many messages. */
  async hears(side: Side, count: number): Promise<void> {
    await this.soon(
      side.heard.until(({ messages }) => messages.length >= count),
      `message ${count} never arrived`,
    );
  }

  /** Waits until this side has been told that the session is over. */
  async toldTheEnd(side: Side, who: string): Promise<void> {
    await this.soon(
      side.heard.until(({ ends }) => ends.length > 0),
      `${who} was never told that the session is over`,
    );
  }
}
