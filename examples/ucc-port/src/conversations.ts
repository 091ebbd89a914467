/** The sessions between two in being, by their conversation ID and by who takes part. */
import type { UccSession, UccUri } from '@usher/ucc';

/** The sessions in being, each for as long as it is. */
export class Conversations {
  readonly #sessions = new Map<string, UccSession>();

  /** Keeps a session until it is over. */
  keep(conversationId: string | undefined, session: UccSession): void {
    if (conversationId === undefined) return;
    for (const { IsLocal, Uri } of session.Participants) {
      if (IsLocal) continue;
      const key = keyOf(conversationId, Uri);
      this.#sessions.set(key, session);
      session.Advise({
        OnTerminate: () => {
          if (this.#sessions.get(key) === session) this.#sessions.delete(key);
        },
      });
    }
  }

  /** The session of that conversation in which somebody takes part. */
  find(conversationId: string | undefined, participant: UccUri): UccSession | undefined {
    if (conversationId === undefined) return undefined;
    return this.#sessions.get(keyOf(conversationId, participant));
  }
}

/** An address has no space in it, so that nobody can be taken for somebody else. */
function keyOf(conversationId: string, { address }: UccUri): string {
  return `${address.toString()} ${conversationId}`;
}
