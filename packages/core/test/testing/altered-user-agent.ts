/** A user agent with a fault planted in it: the contract has to find every one. */
import type {
  Answer,
  Door,
  Invited,
  InviteOptions,
  Knock,
  Listening,
  Medium,
  Receiver,
  UserAgent,
} from '../../src/adapter.js';
import type { Address, Content, Delivery } from '../../src/index.js';

/** Where a fault takes hold; what it does not name stays sound. */
export interface Fault {
  readonly knock?: (knock: Knock) => Knock;
  readonly answer?: (answer: Answer) => Answer;
  readonly receiver?: (receiver: Receiver) => Receiver;
  readonly medium?: (medium: Medium) => Medium;
  readonly invited?: (invited: Invited) => Invited;
  readonly options?: (options: InviteOptions) => InviteOptions;
  readonly open?: (sound: UserAgent, door: Door) => Promise<void>;
  readonly send?: (sound: UserAgent, target: Address, content: Content) => Promise<Delivery>;
  readonly drain?: (sound: UserAgent) => void;
  readonly close?: (sound: UserAgent) => Promise<void>;
  readonly listening?: (sound: UserAgent) => readonly Listening[];
}

/** A fault, the part that has it, and words of the name of a law that must find it. */
export type PlantedFault = readonly [
  fault: string,
  part: 'caller' | 'callee',
  law: string,
  how: Fault,
];

/** A sound user agent, seen through its fault. */
export class AlteredUserAgent implements UserAgent {
  constructor(
    private readonly sound: UserAgent,
    private readonly fault: Fault,
  ) {}

  get name(): string {
    return this.sound.name;
  }

  get listening(): readonly Listening[] {
    return this.fault.listening?.(this.sound) ?? this.sound.listening;
  }

  open(door: Door): Promise<void> {
    const altered: Door = {
      knock: (knock) => door.knock(this.#alterKnock(knock)),
      violated: (violation) => door.violated(violation),
    };
    return this.fault.open?.(this.sound, altered) ?? this.sound.open(altered);
  }

  async invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    const invited = await this.sound.invite(
      target,
      this.fault.receiver?.(receiver) ?? receiver,
      this.fault.options?.(options) ?? options,
    );
    const altered = this.fault.invited?.(invited) ?? invited;
    if (altered.type !== 'accepted') return altered;
    return { ...altered, medium: this.fault.medium?.(altered.medium) ?? altered.medium };
  }

  send(
    target: Address,
    content: Content,
    options: Pick<InviteOptions, 'from'> = {},
  ): Promise<Delivery> {
    return (
      this.fault.send?.(this.sound, target, content) ?? this.sound.send(target, content, options)
    );
  }

  drain(): void {
    if (this.fault.drain === undefined) this.sound.drain();
    else this.fault.drain(this.sound);
  }

  close(): Promise<void> {
    return this.fault.close?.(this.sound) ?? this.sound.close();
  }

  #alterKnock(sound: Knock): Knock {
    const knock: Knock = {
      invitation: sound.invitation,
      answer: async (answer) => {
        let altered = this.fault.answer?.(answer) ?? answer;
        if (altered.type === 'accept' && this.fault.receiver !== undefined) {
          altered = { ...altered, receiver: this.fault.receiver(altered.receiver) };
        }
        const answered = await sound.answer(altered);
        if (answered.type !== 'accepted') return answered;
        return { ...answered, medium: this.fault.medium?.(answered.medium) ?? answered.medium };
      },
    };
    return this.fault.knock?.(knock) ?? knock;
  }
}

/** A medium with one of its ways replaced. */
export function alterMedium(sound: Medium, change: Partial<Medium>): Medium {
  return {
    name: sound.name,
    limit: sound.limit,
    send: (content, id) => sound.send(content, id),
    compose: (composing) => sound.compose(composing),
    end: (end) => sound.end(end),
    ...change,
  };
}

/** A receiver with one of its ways replaced. */
export function alterReceiver(sound: Receiver, change: Partial<Receiver>): Receiver {
  return {
    receive: (message) => sound.receive(message),
    compose: (composing) => sound.compose(composing),
    end: (end) => sound.end(end),
    ...change,
  };
}

/** An invitation at the door with some of its facts replaced. */
export function alterInvitation(sound: Knock, change: Partial<Knock['invitation']>): Knock {
  return { ...sound, invitation: { ...sound.invitation, ...change } };
}
