/** Our end of SIP, as the house sees it: an endpoint in motion, on a network. */
import {
  Address,
  type Content,
  type Delivery,
  LocalProtocolError,
  milliseconds,
} from '@usher/core';
import {
  type Cancel,
  type Clock,
  type Door,
  Drive,
  type Flow,
  type Invited,
  type InviteOptions,
  type Listening,
  type NetworkEvents,
  type Receiver,
  systemChance,
  systemClock,
  type UserAgent,
} from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import { IS_COMPOSING } from '../composing/is-composing.js';
import { ALLOW } from '../dialog/allow.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import type { Place } from '../endpoint/places.js';
import { flowTo } from '../endpoint/request-sender.js';
import { SipEndpoint } from '../endpoint/sip-endpoint.js';
import { isSecure } from '../node/connection.js';
import { type MessageEnd, offerMessage } from '../sdp/message-media.js';
import { printSdp } from '../sdp/sdp-printer.js';
import { DEFAULT_LIMITS, type SipLimits } from '../syntax/limits.js';
import { printNameAddr } from '../syntax/name-addr.js';
import type { Field } from '../syntax/printer.js';
import type { SdpVersion } from '../session/sdp-version.js';
import type { SipUri } from '../syntax/uri.js';
import { type Hop, locate } from '../transport/locate.js';
import { authenticationOf } from './authentication-options.js';
import { Doorkeeper } from './doorkeeper.js';
import { placesOf } from './listening-places.js';
import { OutgoingInvitation } from './outgoing-invitation.js';
import { type Route, routeTo } from './route-to.js';
import type { SipUserAgentOptions } from './sip-user-agent-options.js';

/** Connections to somebody else can be opened by these, whether or not we listen. */
const CONNECTING = ['tcp', 'tls', 'ws', 'wss'];
/** How long those are waited for who are told that we go. */
const FAREWELL = 2_000;
/** So many events wait until all places are listened at; more is dropped, as if we did not listen yet. */
const MOST_EARLY = 1_000;

/** Everything that is there while it is open. */
interface Opened {
  readonly drive: Drive<EndpointCommand, EndpointEvent>;
  readonly endpoint: SipEndpoint;
  readonly doorkeeper: Doorkeeper;
  readonly listening: readonly Listening[];
  readonly places: readonly Place[];
}

/** Our end of SIP. */
export class SipUserAgent implements UserAgent {
  readonly name: string;
  readonly #options: Omit<SipUserAgentOptions, 'authentication' | 'digestHash'>;
  readonly #clock: Clock;
  readonly #limits: SipLimits;
  readonly #route: Route | undefined;
  readonly #authentication: Authentication | undefined;
  #opened: Opened | undefined;
  #opening = false;
  #closing: Promise<void> | undefined;

  /** @throws LocalProtocolError `bad-proxy`, `bad-authentication`, `bad-user`, `bad-address`. */
  constructor({ authentication, digestHash, ...options }: SipUserAgentOptions) {
    // Passwords are not kept: what is left of them are hashes.
    this.#options = options;
    this.#authentication =
      authentication &&
      authenticationOf(authentication, digestHash, options.chance ?? systemChance);
    this.name = options.name ?? 'sip';
    this.#clock = options.clock ?? systemClock;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#route = options.proxy === undefined ? undefined : routeTo(options.proxy);
  }

  get listening(): readonly Listening[] {
    return this.#opened?.listening ?? [];
  }

  /** How much there is of everything; all zero at rest, but for connections that are open. Undefined while closed. */
  get counts(): (SipEndpoint['counts'] & Doorkeeper['counts']) | undefined {
    const opened = this.#opened;
    return opened && { ...opened.endpoint.counts, ...opened.doorkeeper.counts };
  }

  /** @throws LocalProtocolError `already-open`, `no-advertise`, `bad-advertise`; and what the network throws. */
  async open(door: Door): Promise<void> {
    if (this.#opening || this.#opened !== undefined) {
      throw new LocalProtocolError('already-open', `the user agent "${this.name}" is open already`);
    }
    this.#opening = true;
    const { network, advertise } = this.#options;
    // What arrives while not all places are listened at waits until they are.
    const early: (() => void)[] = [];
    try {
      const listening = await network.open(this.#eventsOf(early, door));
      try {
        this.#opened = this.#assemble(door, listening, placesOf(listening, advertise));
      } catch (error) {
        await network.close();
        throw error;
      }
    } finally {
      this.#opening = false;
    }
    for (const event of early) event();
  }

  async invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    const { doorkeeper } = this.#open();
    if (options.signal?.aborted === true) {
      return { type: 'rejected', status: 487, text: 'Request Terminated' };
    }
    const { uri, value, user } = this.#us(options);
    const fields: Field[] = [];
    if (options.subject !== undefined) fields.push(['Subject', options.subject]);
    fields.push(['Allow', ALLOW], ['Content-Type', 'application/sdp']);
    const outgoing = new OutgoingInvitation(doorkeeper, target, receiver, options);
    const body = printSdp(offerMessage(this.#ours(uri, outgoing.version)));
    const route = this.#route;
    const parts = { uri: target.toString(), route, from: value, user, fields, body };
    doorkeeper.invite(outgoing, parts);
    return outgoing.outcome;
  }

  async send(
    target: Address,
    { contentType, body }: Content,
    options: Pick<InviteOptions, 'from' | 'displayName'> = {},
  ): Promise<Delivery> {
    const { doorkeeper } = this.#open();
    const { chance } = doorkeeper;
    const parts = {
      uri: target.toString(),
      route: this.#route,
      from: `${this.#us(options).value};tag=${chance.token()}`,
      callId: chance.token(),
      sequence: 1,
      fields: [['Content-Type', contentType]] as const,
      body,
    };
    return doorkeeper.deliver((reference) => ({ type: 'page', reference, parts }));
  }

  drain(): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    opened.doorkeeper.paging.draining = true;
    opened.drive.execute({ type: 'drain' });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    }));
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.drain();
    let overdue: Cancel = () => {};
    await Promise.race([
      opened.doorkeeper.dismiss(),
      new Promise<void>((resolve) => {
        overdue = this.#clock.at(this.#clock.now() + FAREWELL, resolve);
      }),
    ]);
    overdue();
    opened.drive.stop();
    this.#opened = undefined;
    opened.doorkeeper.abandon();
    await this.#options.network.close();
  }

  #assemble(door: Door, listening: readonly Listening[], places: readonly Place[]): Opened {
    const { chance = systemChance, network, timing, messages, applications, pager } = this.#options;
    const transports = [...new Set([...places.map(({ transport }) => transport), ...CONNECTING])];
    const limits = this.#limits;
    const endpoint = new SipEndpoint({
      chance,
      transports,
      places,
      limits,
      timing,
      messages,
      applications,
      authentication: this.#authentication,
    });
    const doorkeeper = new Doorkeeper({
      door,
      clock: this.#clock,
      chance,
      limit: limits.body,
      pagers: {
        idle: milliseconds(pager?.idle ?? '30m'),
        most: pager?.sessions ?? 10_000,
      },
      execute: (command) => drive.execute(command),
      ours: (uri, version) => this.#ours(uri, version),
      locate: (request, uri) => this.#locate(request, uri, transports),
      disconnect: (flow) => network.disconnect(flow),
    });
    const pipe = {
      transmit: (bytes: Uint8Array, to: Flow | undefined): void => {
        if (to !== undefined) network.transmit(bytes, to);
      },
    };
    const drive = new Drive(endpoint, pipe, this.#clock, (event) => doorkeeper.observe(event));
    return { drive, endpoint, doorkeeper, listening, places };
  }

  #eventsOf(early: (() => void)[], door: Door): NetworkEvents {
    const tell = (event: (drive: Opened['drive']) => void): void => {
      const opened = this.#opened;
      if (opened !== undefined) event(opened.drive);
      else if (this.#opening && early.length < MOST_EARLY) early.push(() => tell(event));
    };
    return {
      receive: (bytes, from) => {
        const opened = this.#opened;
        if (opened !== undefined) opened.drive.receive(bytes, from);
        else tell((drive) => drive.receive(bytes, from));
      },
      closed: (flow) => tell((drive) => drive.execute({ type: 'closed', flow })),
      failed: (flow) => tell((drive) => drive.execute({ type: 'failed', flow })),
      violated: (violation) => door.violated(violation),
      needed: () => this.#opened?.doorkeeper.needed ?? new Set(),
    };
  }

  #locate(request: OutgoingRequest, uri: SipUri, transports: readonly string[]): void {
    const { resolver, chance = systemChance } = this.#options;
    const { scheme, port, params } = uri;
    const sought = {
      scheme,
      port,
      host: params.get('maddr') ?? uri.host,
      transport: params.get('transport')?.toLowerCase(),
    };
    // RFC 5922, 7.3: whoever is there must be who was sought, whatever names the DNS gave on the way.
    const flowOf = (hop: Hop): Flow =>
      isSecure(hop.transport) ? { ...flowTo(hop), name: sought.host } : flowTo(hop);
    const found = (hops: readonly Hop[]): void =>
      this.#opened?.drive.execute({ type: 'located', request, hops: hops.map(flowOf) });
    const search =
      resolver === undefined ? Promise.resolve([]) : locate(sought, transports, resolver, chance);
    search.then(found, () => found([]));
  }

  /** Our end of a session of messages. */
  #ours(uri: string, version: SdpVersion): MessageEnd {
    const { messages = [] } = this.#options;
    const [place] = this.#open().places;
    const named = messages.filter((type) => !type.includes('*'));
    return {
      address: place?.host ?? 'anonymous.invalid',
      port: place?.port ?? 9,
      uri,
      acceptTypes: [...new Set(['text/plain', 'text/html', ...named, IS_COMPOSING])],
      id: String(version.id),
      version: version.next(),
    };
  }

  /** Who we are in what we send. */
  #us(options: Pick<InviteOptions, 'from' | 'displayName'>): {
    readonly uri: string;
    readonly value: string;
    readonly user: string | undefined;
  } {
    const { address } = this.#options;
    const [place] = this.#open().places;
    const host = place === undefined ? 'anonymous.invalid' : place.host;
    const own = typeof address === 'string' ? Address.parse(address) : address;
    const from =
      options.from ?? own ?? Address.parse(`sip:usher@${host.includes(':') ? `[${host}]` : host}`);
    const uri = from.toString();
    const value = printNameAddr({ uri, displayName: options.displayName });
    return { uri, value, user: from.user === '' ? undefined : from.user };
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    throw new LocalProtocolError('not-open', `the user agent "${this.name}" is not open`);
  }
}
