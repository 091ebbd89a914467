/** Sessions that are about something else than talk: which content of an INVITE is taken for one, and who says so. */
import { MediaTypes } from '../endpoint/media-types.js';

/**
 * Claims the content of INVITEs of one type, or range of types, as `application`. `matches` looks closer: at once, without effects, and
 * before anything else has looked at the content; where it throws it has not claimed it.
 */
export interface ApplicationType {
  readonly contentType: string;
  matches?(body: Uint8Array): boolean;
}

/** All content that is claimed. */
export class ApplicationTypes {
  /** The types, as they were given. */
  readonly ranges: readonly string[];
  readonly #matchers: readonly {
    readonly types: MediaTypes;
    readonly matches: ((body: Uint8Array) => boolean) | undefined;
  }[];

  constructor(applications: readonly (string | ApplicationType)[] = []) {
    const all = applications.map((one) => (typeof one === 'string' ? { contentType: one } : one));
    this.ranges = [...new Set(all.map(({ contentType }) => contentType))];
    this.#matchers = all.map((one) => ({
      types: new MediaTypes([one.contentType]),
      matches: one.matches && ((body) => one.matches?.(body) === true),
    }));
  }

  /** Whether anybody claims this content of a type in lower case. */
  claim(mediaType: string, body: Uint8Array): boolean {
    return this.#matchers.some(({ types, matches }) => {
      if (!types.take(mediaType)) return false;
      if (matches === undefined) return true;
      try {
        return matches(body);
      } catch {
        return false;
      }
    });
  }
}
