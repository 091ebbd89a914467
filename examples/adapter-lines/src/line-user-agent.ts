/** A user agent for a protocol of one's own: JSON lines over TCP, a connection for each session. */
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

import { type Address, type Delivery, LocalProtocolError } from '@usher/core';
import { systemChance } from '@usher/core/adapter';
import type {
  Door,
  Invited,
  InviteOptions,
  Listening,
  Receiver,
  UserAgent,
} from '@usher/core/adapter';

import { factsOf, LineKnock } from './line-knock.js';
import { LineMedium } from './line-medium.js';
import { type Frame, Link, statusOf, textOf } from './link.js';

const CANCELLED: Invited = { type: 'rejected', status: 487, text: 'Request Terminated' };
/** A connection that says nothing is not kept for longer, in milliseconds. */
const PATIENCE = 10_000;

/** JSON lines over TCP. */
export class LineUserAgent implements UserAgent {
  #server: Server | undefined;
  #draining = false;
  /** What there is to do for each invitation and session when we close. */
  readonly #leaving = new Set<() => Promise<void>>();

  constructor(
    private readonly address: Address,
    private readonly port: number,
    readonly name = 'lines',
  ) {}

  get addresses(): readonly Address[] {
    return [this.address];
  }

  get listening(): readonly Listening[] {
    const place = this.#server?.address();
    if (typeof place !== 'object' || place === null) return [];
    return [{ transport: 'tcp', address: place.address, port: place.port }];
  }

  async open(door: Door): Promise<void> {
    if (this.#server !== undefined) {
      throw new LocalProtocolError('already-open', `${this.name} is open already`);
    }
    const server = createServer((socket) => this.#visited(new Link(socket), door));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    const { from = this.address, displayName, subject, signal } = options;
    if (signal?.aborted === true) return Promise.resolve(CANCELLED);
    const link = new Link(connect(target.port ?? this.port, target.host));
    const question = { invite: from.toString(), to: target.toString(), displayName, subject };
    return new Promise((resolve) => {
      const settle = (invited: Invited): void => {
        signal?.removeEventListener('abort', cancel);
        if (invited.type !== 'accepted') link.close();
        resolve(invited);
      };
      const cancel = (): void => settle(CANCELLED);
      signal?.addEventListener('abort', cancel);
      const forget = this.#keep(link, async () => cancel());
      link.ask(question, (reply) => {
        forget();
        if (statusOf(reply) >= 300) return settle(refusalOf(reply));
        const medium = new LineMedium(link, target, receiver);
        this.#keep(link, () => medium.end());
        settle({ type: 'accepted', medium, peer: target });
      });
    });
  }

  /** This protocol has no messages outside a session. */
  async send(): Promise<Delivery> {
    return { type: 'failed', status: 405, reason: 'invite first' };
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#server?.close();
    this.#server = undefined;
    await Promise.all(Array.from(this.#leaving, (leave) => leave()));
  }

  /** Somebody has opened a connection to us: the first line invites. */
  #visited(link: Link, door: Door): void {
    link.socket.setTimeout(PATIENCE, () => link.socket.destroy());
    link.heard = (frame, reply) => {
      link.heard = () => undefined;
      link.socket.setTimeout(0);
      const abort = new AbortController();
      const facts = factsOf(frame, systemChance.token(), abort.signal);
      if (facts === undefined) {
        const peer = `tcp ${link.socket.remoteAddress}`;
        door.violated({ code: 'bad-invite', message: 'the first line invites nobody', peer });
        return link.close();
      }
      const knock = new LineKnock(facts, abort, link, reply);
      const refusal = this.#draining ? { status: 503 } : door.knock(knock);
      if (refusal !== undefined) return knock.refuse(refusal.status);
      this.#keep(link, () => knock.leave());
    };
  }

  /** Does this when we close, unless it is forgotten, or the connection is gone by then. */
  #keep(link: Link, leave: () => Promise<void>): () => void {
    const forget = (): void => void this.#leaving.delete(leave);
    this.#leaving.add(leave);
    link.socket.once('close', forget);
    return forget;
  }
}

function refusalOf(reply: Frame): Invited {
  const [status, { targets }] = [statusOf(reply), reply];
  if (!Array.isArray(targets))
    return { type: 'rejected', status, text: textOf(reply, 'text') ?? '' };
  const texts: unknown[] = targets;
  return { type: 'forwarded', status, targets: texts.filter((one) => typeof one === 'string') };
}
