/** The dialog of an invitation to somewhere else: accepted, and of no use from then on but to be ended, by either side. */
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { Post } from '../session/post.js';

/** The dialog of an invitation to somewhere else. */
export class BriefDialog {
  readonly #post: Post;
  readonly #usage: InviteUsage;
  #resolve: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#resolve = resolve;
  });

  constructor(post: Post, usage: InviteUsage) {
    this.#post = post;
    this.#usage = usage;
  }

  /** Ends it, where the inviter has not. */
  go(): void {
    this.#post.execute({ type: 'bye', usage: this.#usage });
  }

  ended(): void {
    this.#resolve();
  }

  /** The user agent goes. */
  dismiss(): Promise<void> {
    this.go();
    return this.#ended;
  }

  /** Nothing is heard of it any more. */
  abandon(): void {
    this.#resolve();
  }
}
