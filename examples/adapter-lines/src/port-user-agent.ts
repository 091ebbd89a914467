/** An adapter in a hundred lines: houses of one process invite each other, each session through a message port of its own. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

import { type Address, type Delivery, LocalProtocolError } from '@usher/core';
import type {
  Door,
  InvitationFacts,
  Invited,
  InviteOptions,
  Listening,
  Receiver,
  UserAgent,
} from '@usher/core/adapter';

import { PortKnock } from './port-knock.js';
import { PortMedium } from './port-medium.js';

/** Who can be invited in this process, by address. */
const places = new Map<string, PortUserAgent>();
const GONE: Invited = { type: 'rejected', status: 487, text: 'Request Terminated' };

/** One house among those of this process. */
export class PortUserAgent implements UserAgent {
  readonly name = 'port';
  #door: Door | undefined;
  #draining = false;
  /** What there is to do for each invitation and session when we close. */
  readonly #leaving = new Set<() => Promise<void>>();

  constructor(private readonly address: Address) {}

  get listening(): readonly Listening[] {
    return this.#door ? [{ transport: 'port', address: this.address.userAtHost, port: 0 }] : [];
  }

  async open(door: Door): Promise<void> {
    const { userAtHost } = this.address;
    if (places.has(userAtHost)) {
      throw new LocalProtocolError('already-open', `${userAtHost} can be invited already`);
    }
    places.set(userAtHost, this);
    this.#door = door;
  }

  async invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
  }
