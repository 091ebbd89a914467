/** The invitations that are accepted, and whose sessions have not begun. */
import { type ConversationClass, service, Session } from '@usher/core';

/** What is told how far its session has come. */
export interface Offer {
  /** The acceptance is about to leave: from now on it is known how that ends. */
  offered(line: Session): void;
  /** The acceptance has gone out. */
  begin(line: Session): void;
}

/** The invitations that are accepted, by their ids; one conversation for all of them finds its own here. */
export class Offers extends Map<string, Offer> {
  /** What is accepted with. */
  readonly conversation: ConversationClass;

  constructor() {
    super();
    const find = (line: Session): Offer | undefined => {
      const offer = this.get(line.invitation.id);
      this.delete(line.invitation.id);
      return offer;
    };
    class UccConversation {
      readonly #offer: Offer | undefined;

      /** It is made before the acceptance leaves. */
      constructor(line: Session) {
        this.#offer = find(line);
        this.#offer?.offered(line);
      }

      converse(line: Session): void {
        this.#offer?.begin(line);
      }
    }
    service({ scope: 'session', inject: [Session] })(UccConversation);
    this.conversation = UccConversation;
  }
}
