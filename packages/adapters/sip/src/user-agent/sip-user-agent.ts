/** Our end of SIP, as the house sees it: an endpoint in motion, on a network. */
import {
  type Address,
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
  type RegistrationState,
  systemChance,
  systemClock,
  type UserAgent,
  type UserAgentState,
} from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import { ApplicationTypes } from '../body/application-types.js';
import type { DigestClient } from '../authentication/digest-client.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import type { Place } from '../endpoint/places.js';
import { SipEndpoint } from '../endpoint/sip-endpoint.js';
import type { Binding } from '../registration/binding.js';
import { Trust } from '../endpoint/trust.js';
import { type EventLoop, loopBy } from '../overload/event-loop.js';
import { offerMessage } from '../sdp/message-media.js';
import { printSdp } from '../sdp/sdp-printer.js';
import { DEFAULT_LIMITS, type SipLimits } from '../syntax/limits.js';
import { authenticationOf } from './authentication-options.js';
import { credentialsOf } from './credentials-option.js';
import { Doorkeeper } from './doorkeeper.js';
import { findWays } from './find-ways.js';
import { placesOf } from './listening-places.js';
import { Ourselves } from './ourselves.js';
import { outgoingFields } from './outgoing-fields.js';
import { OutgoingInvitation } from './outgoing-invitation.js';
import { type Passports, passportsOf } from './passport-options.js';
import { bindingsOf } from './registration-options.js';
import { ownAddresses } from './own-addresses.js';
import { Redirections } from './redirections.js';
import { Reading } from './read-invite.js';
import { type Route, routeTo } from './route-to.js';
import { sipState, type SipStateParts } from './sip-state.js';
import { intervalOf } from './session-timer-option.js';
import type { SipUserAgentOptions } from './sip-user-agent-options.js';
import { Standings } from './standings.js';
import { Vestibule } from './vestibule.js';

/** Connections to somebody else can be opened by these, whether or not we listen. */
const CONNECTING = ['tcp', 'tls', 'ws', 'wss'];
/** How long those are waited for who are told that we go. */
const FAREWELL = 2_000;
/** Octets that a proof of who we are takes in a head: nonces and realms of the usual lengths, and what is ours. */
const PROOF = 500;
/** So many events wait until all places are listened at; more is dropped, as if we did not listen yet. */
const MOST_EARLY = 1_000;

/** Everything that is there while it is open. */
interface Opened {
  readonly drive: Drive<EndpointCommand, EndpointEvent>;
  readonly endpoint: SipEndpoint;
  readonly doorkeeper: Doorkeeper;
  /** There where PASSporTs are looked at. */
  readonly vestibule: Vestibule | undefined;
  readonly listening: readonly Listening[];
  readonly ourselves: Ourselves;
  readonly addresses: readonly Address[];
  readonly standings: Standings;
  /** No longer listens to how late the event loop is. */
  readonly unwatch: Cancel;
}

/** Our end of SIP. */
export class SipUserAgent implements UserAgent {
  readonly name: string;
  readonly #options: Omit<SipUserAgentOptions, 'authentication' | 'credentials' | 'digestHash'>;
  readonly #clock: Clock;
  readonly #limits: SipLimits;
  readonly #pagers: { readonly idle: number; readonly most: number };
  /** Seconds after which a session that nobody refreshes is over. */
  readonly #interval: number;
  readonly #loop: EventLoop;
  readonly #route: Route | undefined;
  readonly #bindings: readonly Binding[];
  readonly #authentication: Authentication | undefined;
  readonly #trust: Trust;
  readonly #passports: Passports | undefined;
  readonly #credentials: DigestClient | undefined;
  readonly #reading: Reading;
  #opened: Opened | undefined;
  #opening = false;
  #closing: Promise<void> | undefined;

  /** @throws LocalProtocolError `bad-proxy`, `bad-session-timer`, `bad-authentication`, `bad-user`, `bad-account`, `bad-address`, `bad-trust`, `bad-pattern`, `bad-registrar`. */
  constructor({ authentication, credentials, digestHash, ...options }: SipUserAgentOptions) {
    // Passwords are not kept: what is left of them are hashes, but for credentials that are for any realm.
    this.#options = options;
    this.#authentication =
      authentication &&
      authenticationOf(authentication, digestHash, options.chance ?? systemChance);
    this.#credentials =
      credentials && credentialsOf(credentials, digestHash, options.chance ?? systemChance);
    this.#trust = new Trust(options.trust);
    this.#passports = options.trust?.passports && passportsOf(options.trust.passports);
    const applications = new ApplicationTypes(options.applications);
    this.#reading = new Reading(applications, options.dialects?.microsoft);
    this.name = options.name ?? 'sip';
    this.#clock = options.clock ?? systemClock;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { idle = '30m', sessions: most = 10_000 } = options.pager ?? {};
    this.#pagers = { idle: milliseconds(idle), most };
    this.#interval = intervalOf(options.sessionTimer);
    this.#loop = options.eventLoop ?? loopBy(this.#clock);
    this.#route = options.proxy === undefined ? undefined : routeTo(options.proxy);
    this.#bindings = bindingsOf(
      options.registrations ?? [],
      this.#route,
      options.instance,
      options.chance ?? systemChance,
    );
  }

  get listening(): readonly Listening[] {
    return this.#opened?.listening ?? [];
  }

  /** Who we are where nobody says, and where we can be reached; nothing while closed. */
  get addresses(): readonly Address[] {
    return this.#opened?.addresses ?? [];
  }

  /** How much there is of everything; all zero at rest, but for connections that are open. Undefined while closed. */
  get counts(): (SipEndpoint['counts'] & Doorkeeper['counts']) | undefined {
    const opened = this.#opened;
    return opened && { ...opened.endpoint.counts, ...opened.doorkeeper.counts };
  }

  get state(): UserAgentState | undefined {
    const opened = this.#opened;
    return (
      opened &&
      sipState({
        endpoint: opened.endpoint.state(this.#clock.now()),
        doorkeeper: opened.doorkeeper.counts,
        undelivered: opened.doorkeeper.undelivered,
        connections: this.#options.network.connections,
        registrations: this.#registrationsOf(opened.standings),
        mostPagers: this.#pagers.most,
        media: this.#options.media ?? [],
      })
    );
  }

  get registrations(): readonly RegistrationState[] {
    return this.#opened?.standings.states ?? [];
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
    let opened: Opened;
    try {
      const listening = await network.open(this.#eventsOf(early, door));
      try {
        opened = this.#assemble(door, listening, placesOf(listening, advertise));
        this.#opened = opened;
      } catch (error) {
        await network.close();
        throw error;
      }
    } finally {
      this.#opening = false;
    }
    for (const event of early) event();
    opened.drive.execute({ type: 'register' });
  }

  async invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    const { doorkeeper, ourselves, standings } = this.#open();
    if (options.signal?.aborted === true) {
      return { type: 'rejected', status: 487, text: 'Request Terminated' };
    }
    const { uri, value, user } = ourselves.from(options);
    const way = new Redirections(
      { uri: options.introduction?.uri ?? target.toString(), address: target },
      options,
    );
    const route = standings.routeFor(options.from) ?? this.#route;
    const send = (outgoing: OutgoingInvitation): void => {
      const body = printSdp(offerMessage(ourselves.end(uri, outgoing.version)));
      const fields = outgoingFields(options, way);
      const { hops } = options;
      // RFC 3261, 8.1.3.4: who is sent on keeps From and To.
      const [to, from] = [target.toString(), value];
      doorkeeper.invite(outgoing, {
        uri: way.current.uri,
        to,
        hops,
        route,
        from,
        user,
        fields,
        body,
      });
    };
    const outgoing = new OutgoingInvitation(doorkeeper, way, receiver, options, send);
    send(outgoing);
    return outgoing.outcome;
  }

  async send(
    target: Address,
    { contentType, body }: Content,
    options: Pick<InviteOptions, 'from' | 'displayName'> = {},
  ): Promise<Delivery> {
    const { doorkeeper, ourselves, standings } = this.#open();
    const { chance } = doorkeeper;
    const parts = {
      uri: target.toString(),
      route: standings.routeFor(options.from) ?? this.#route,
      from: `${ourselves.from(options).value};tag=${chance.token()}`,
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
    opened.vestibule?.dismiss();
    let overdue: Cancel = () => {};
    await Promise.race([
      Promise.all([opened.doorkeeper.dismiss(), opened.standings.gone()]),
      new Promise<void>((resolve) => {
        overdue = this.#clock.at(this.#clock.now() + FAREWELL, resolve);
      }),
    ]);
    overdue();
    opened.unwatch();
    opened.drive.stop();
    this.#opened = undefined;
    opened.doorkeeper.abandon();
    await Promise.all([
      this.#options.network.close(),
      ...(this.#options.media ?? []).map(async (one) => one.close()),
    ]);
  }

  #assemble(door: Door, listening: readonly Listening[], places: readonly Place[]): Opened {
    const { chance = systemChance, network, timing, messages } = this.#options;
    const { overload = {}, address, transactions, resolver } = this.#options;
    const { transports: wanted = [...places.map(({ transport }) => transport), ...CONNECTING] } =
      this.#options;
    const transports = [...new Set(wanted)];
    const limits = this.#limits;
    const ourselves = new Ourselves(places[0], address, messages);
    const addresses = ownAddresses(ourselves, places);
    const endpoint = new SipEndpoint({
      chance,
      transports,
      places,
      limits,
      timing,
      transactions,
      interval: this.#interval,
      overload: overload === 'off' ? undefined : overload,
      messages,
      applications: this.#reading.applications.ranges,
      authentication: this.#authentication,
      trust: this.#trust,
      credentials: this.#credentials,
      registrations: this.#bindings,
    });
    const standings = new Standings(door, this.#bindings);
    const doorkeeper = new Doorkeeper({
      door,
      clock: this.#clock,
      chance,
      limit: limits.body,
      proof: this.#credentials === undefined ? 0 : PROOF,
      pagers: this.#pagers,
      media: this.#options.media ?? [],
      execute: (command) => drive.execute(command),
      reading: this.#reading,
      ours: (uri, version) => ourselves.end(uri, version),
      outbound: (from) => {
        const { uri, value, user } = ourselves.from({ from });
        return { uri, from: value, user, route: standings.routeFor(from) ?? this.#route };
      },
      locate: (request, uri) =>
        void findWays(uri, transports, resolver, chance).then((hops) =>
          this.#opened?.drive.execute({ type: 'located', request, hops }),
        ),
      disconnect: (flow) => network.disconnect(flow),
    });
    const pipe = {
      transmit: (bytes: Uint8Array, to: Flow | undefined): void => {
        if (to !== undefined) network.transmit(bytes, to);
      },
    };
    const passports = this.#passports;
    const vestibule = passports && new Vestibule(doorkeeper, this.#clock, passports);
    const first = vestibule ?? doorkeeper;
    const loop = this.#loop;
    const turn = (): void => drive.execute({ type: 'turn' });
    const drive = new Drive(endpoint, pipe, this.#clock, (event: EndpointEvent) => {
      if (event.type === 'crowded') loop.turn(turn);
      else if (event.type === 'registration') standings.observe(event);
      else first.observe(event);
    });
    const unwatch = loop.watch((delay, busy) => drive.execute({ type: 'late', delay, busy }));
    return {
      drive,
      endpoint,
      doorkeeper,
      vestibule,
      listening,
      ourselves,
      addresses,
      standings,
      unwatch,
    };
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
      needed: () =>
        new Set([
          ...(this.#opened?.doorkeeper.needed ?? []),
          ...(this.#opened?.standings.connections() ?? []),
        ]),
    };
  }

  /** What is registered, of how much that is to be; undefined where nothing is to be. */
  #registrationsOf({ registered, failures }: Standings): SipStateParts['registrations'] {
    const limit = this.#bindings.length;
    return limit === 0 ? undefined : { used: registered, limit, failures };
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    throw new LocalProtocolError('not-open', `the user agent "${this.name}" is not open`);
  }
}
