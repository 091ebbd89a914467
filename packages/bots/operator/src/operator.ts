/** A front desk: it sends people on by rule before a word is said, or asks them whom they want and puts them through. */
import {
  accept,
  type Address,
  bot,
  type Bot,
  Config,
  type Decision,
  forward,
  type Invitation,
  LocalProtocolError,
  pass,
  type Session,
  SessionEnded,
  Unanswered,
} from '@usher/core';

import { Desk, type Way } from './desk.js';
import { OperatorConfig } from './operator-config.js';

/** Forwards by rule; greets everybody else, asks, and puts them through to the desk that their answer names. */
@bot({ name: 'operator', config: OperatorConfig, inject: [Config] })
export class Operator implements Bot {
  readonly #config: OperatorConfig;
  readonly #desks: readonly Desk[];

  constructor(config: OperatorConfig) {
    this.#config = config;
    this.#desks = config.desks.map((desk) => new Desk(desk));
  }

  decide(invitation: Invitation): Decision {
    // Whom we talk with already goes to a conference: the talk goes on there.
    if (invitation.escalates !== undefined) return accept((session) => this.#converse(session));
    const message = invitation.type === 'im';
    for (const desk of this.#desks) {
      if (!desk.claims(invitation)) continue;
      const targets = desk.forward?.filter((target) => !goesInCircles(target, invitation)) ?? [];
      if (targets.length > 0) return forward(targets);
      if (message && desk.handOver !== undefined) {
        return accept((session) => this.#putThrough(session, desk));
      }
    }
    if (!message) return pass('not a message session, and no rule of a desk is for it');
    return accept((session) => this.#converse(session));
  }

  async #converse(session: Session): Promise<void> {
    const { greeting, texts, fallback } = this.#config;
    if (greeting !== undefined) await session.send(greeting);
    try {
      const desk = await this.#find(session);
      const way = desk ?? (fallback && { name: 'nobody', ...fallback });
      if (way === undefined) await session.send(texts.lost);
      else await this.#putThrough(session, way);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      await session.send(texts.silent);
    }
  }

  /** The desk that somebody wants, by what the invitation says, or by the answer to one question, or to a second. */
  async #find(session: Session): Promise<Desk | undefined> {
    const { question, texts } = this.#config;
    return (
      this.#meantBy(firstWords(session.invitation)) ??
      this.#meantBy(await this.#ask(session, question)) ??
      this.#meantBy(await this.#ask(session, this.#fill(texts.unknown)))
    );
  }

  /** What somebody answers; nothing where the answer is no text. */
  async #ask(session: Session, question: string): Promise<string> {
    const { timeout, attempts, texts } = this.#config;
    try {
      return await session.ask(question, { timeout, attempts, retry: this.#fill(texts.retry) });
    } catch (error) {
      if (error instanceof LocalProtocolError && error.code === 'not-text') return '';
      throw error;
    }
  }

  async #putThrough(session: Session, way: Way): Promise<void> {
    const { texts, fallback } = this.#config;
    if (way.handOver === undefined) {
      const addresses = way.forward?.join(', ') ?? '';
      await session.send(this.#fill(texts.writeTo, { desk: way.name, address: addresses }));
      return;
    }
    if (texts.through !== undefined) {
      await session.send(this.#fill(texts.through, { desk: way.name }));
    }
    try {
      await session.handOver(way.handOver);
    } catch (error) {
      if (!(error instanceof LocalProtocolError) || error instanceof SessionEnded) throw error;
      await session.send(this.#fill(texts.away, { desk: way.name }));
      // Where the fallback is what failed, there is nothing left to fall back on.
      if (fallback !== undefined && fallback.handOver !== way.handOver) {
        await this.#putThrough(session, { name: way.name, ...fallback });
      }
    }
  }

  #meantBy(answer: string): Desk | undefined {
    return this.#desks.find((desk) => desk.isMeantBy(answer));
  }

  #fill(text: string, facts: { readonly desk?: string; readonly address?: string } = {}): string {
    const values = new Map(
      Object.entries({
        question: this.#config.question,
        desks: this.#desks.map(({ name }) => name).join(', '),
        ...facts,
      }),
    );
    return text.replaceAll(
      /\{([a-z]{1,16})\}/g,
      (written, name: string) => values.get(name) ?? written,
    );
  }
}

/** What the invitation itself says, where it carries a first message of text. */
function firstWords({ firstMessage }: Invitation): string {
  if (firstMessage?.contentType.toLowerCase().startsWith('text/') !== true) return '';
  try {
    return firstMessage.text;
  } catch {
    return '';
  }
}

/** Nobody is sent back to themselves, to us, or to where the invitation has been already. */
function goesInCircles(target: Address, { inviter, endpoint, history }: Invitation): boolean {
  return (
    target.equals(inviter.address) ||
    target.equals(endpoint) ||
    history.some(({ address }) => target.equals(address))
  );
}
