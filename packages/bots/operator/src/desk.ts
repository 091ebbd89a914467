/** One desk: who is sent there by a rule, and who by what they say. */
import { type Address, glob, type Glob, type Invitation } from '@usher/core';

import type { DeskConfig } from './operator-config.js';

/** Where somebody is sent. */
export interface Way {
  /** What people call it. */
  readonly name: string;
  readonly forward?: readonly Address[] | undefined;
  /** The id of another bot of the house. */
  readonly handOver?: string | undefined;
}

/** A desk, made of its configuration. */
export class Desk implements Way {
  readonly name: string;
  readonly forward: readonly Address[] | undefined;
  readonly handOver: string | undefined;
  readonly #when: DeskConfig['when'];
  readonly #subjects: readonly Glob[] | undefined;
  readonly #phrases: readonly string[];

  constructor(config: DeskConfig) {
    this.name = config.name;
    this.forward = config.forward;
    this.handOver = config.handOver;
    this.#when = config.when;
    this.#subjects = config.when?.subject?.map((subject) => glob(folded(subject)));
    this.#phrases = [config.name, ...config.words]
      .map(phrase)
      .filter((words) => words.trim() !== '');
  }

  /** Whether its rule sends this invitation here; all that the rule names must hold. */
  claims(invitation: Invitation): boolean {
    const { from } = this.#when ?? {};
    if (from === undefined && this.#subjects === undefined) return false;
    const { subject, inviter } = invitation;
    return (
      (from === undefined || from.some((pattern) => pattern.matches(inviter.address))) &&
      (this.#subjects === undefined ||
        (subject !== undefined &&
          this.#subjects.some((matches) => matches(folded(subject).trim()))))
    );
  }

  /** Whether somebody who says this wants this desk: one of its words or phrases is among what was said. */
  isMeantBy(answer: string): boolean {
    const said = phrase(answer);
    return this.#phrases.some((words) => said.includes(words));
  }
}

/** A text as its words alone, each between spaces, so that a word is found only whole. */
function phrase(text: string): string {
  return ` ${folded(text)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')} `;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
