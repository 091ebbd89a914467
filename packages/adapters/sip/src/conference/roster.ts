/** Who takes part in a conference, put together from what its focus tells (RFC 4575, 4). */
import type { Address, Participant } from '@usher/core';

import { flat } from '../dialog/flat.js';
import { toAddress } from '../syntax/uri.js';
import type { ConferenceInfo, UserInfo } from './conference-info.js';

/** So many users are kept, and so many devices of each; whoever comes after them is not shown. */
const MOST_USERS = 1_000;
const MOST_ENDPOINTS = 16;

/** What became of a document: `gap`, one before it is missing, and all is to be told anew. */
export type Applied = 'changed' | 'stale' | 'gap';

/** What is known of one user. */
interface Known {
  readonly address: Address;
  displayName: string | undefined;
  roles: readonly string[];
  /** The status of each device, by its name. */
  readonly endpoints: Map<string, string | undefined>;
}

/** Who takes part. */
export class Roster {
  readonly #local: Address;
  readonly #users = new Map<string, Known>();
  /** Of the last document; undefined where the next one has to say all. */
  #version: number | undefined;

  /** @param local who we are. */
  constructor(local: Address) {
    this.#local = local;
  }

  /** Takes in a document (RFC 4575, 4.4). */
  apply({ state, version, users, allUsers }: ConferenceInfo): Applied {
    const last = this.#version;
    if (state === 'deleted') {
      this.#users.clear();
      return 'changed';
    }
    if (state === 'partial') {
      if (last === undefined || version > last + 1) return 'gap';
      if (version <= last) return 'stale';
    } else if (last !== undefined && version < last) return 'stale';
    this.#version = version;
    if (state === 'full' || allUsers) this.#users.clear();
    for (const user of users) this.#take(user);
    return 'changed';
  }

  /** Something is missing: only a document that says all will do now. */
  forget(): void {
    this.#version = undefined;
  }

  get participants(): readonly Participant[] {
    return Array.from(this.#users.values(), ({ address, displayName, roles, endpoints }) => ({
      address,
      ...(displayName !== undefined && { displayName }),
      local: address.equals(this.#local),
      roles,
      connected: endpoints.size === 0 || [...endpoints.values()].some(isConnected),
    }));
  }

  #take({ entity, state, displayName, roles, endpoints }: UserInfo): void {
    const key = entity.toLowerCase();
    if (state !== 'partial') this.#users.delete(key);
    if (state === 'deleted') return;
    let known = this.#users.get(key);
    if (known === undefined) {
      const address = toAddress(flat(entity));
      if (address === undefined || this.#users.size >= MOST_USERS) return;
      known = { address, displayName: undefined, roles: [], endpoints: new Map() };
      this.#users.set(flat(key), known);
    }
    if (displayName !== undefined) known.displayName = flat(displayName);
    if (roles !== undefined) known.roles = roles.map(flat);
    for (const endpoint of endpoints) {
      if (endpoint.state === 'deleted') known.endpoints.delete(endpoint.entity);
      else if (known.endpoints.size < MOST_ENDPOINTS || known.endpoints.has(endpoint.entity)) {
        const before =
          endpoint.state === 'partial' ? known.endpoints.get(endpoint.entity) : undefined;
        const { status = before } = endpoint;
        known.endpoints.set(flat(endpoint.entity), status && flat(status));
      }
    }
  }
}

/** Where nothing is said of it, a device that is told of is there (RFC 4575, 5.7.3). */
function isConnected(status: string | undefined): boolean {
  return status === undefined || status === 'connected';
}
