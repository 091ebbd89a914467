/** The first message of a session, where its INVITE carries it. */
import type { Content } from '@usher/core';

/** A message, and the same in other forms. */
export interface FirstContent extends Content {
  readonly alternatives?: readonly Content[];
}
