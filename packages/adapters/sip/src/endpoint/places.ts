/** Where we can be reached: what our Via and Contact say (RFC 3261, 8.1.1.7, 8.1.1.8; RFC 7118). */
import type { Flow } from '@usher/core/adapter';

/** One place at which we can be reached. */
export interface Place {
  /** `udp`, `tcp`, `tls`, `ws` or `wss`. */
  readonly transport: string;
  /** A name or a numeric address, IPv6 without brackets: what peers are told. */
  readonly host: string;
  /** What peers are told. */
  readonly port: number;
  /** The port of our socket, where that is another one. */
  readonly localPort?: number;
}

/** Where we can be reached. */
export class Places {
  readonly #places: readonly Place[];
  /** The host of one that cannot be reached but on the connection that it opened (RFC 7118, 5.1). */
  readonly #nowhere: string;

  constructor(places: readonly Place[], token: string) {
    this.#places = places;
    this.#nowhere = `${token}.invalid`;
  }

  /** Where responses to a request by this transport can reach us: the sent-by of our Via. */
  sentBy(flow: Flow): string {
    const place = this.#placeOf(flow);
    return place === undefined ? this.#nowhere : hostport(place);
  }

  /** The value of our Contact where this flow is used. */
  contact(flow: Flow, user: string | undefined): string {
    const userinfo = user === undefined ? '' : `${user}@`;
    const { transport } = flow;
    const place = this.#placeOf(flow) ?? (isWebSocket(transport) ? undefined : this.#places[0]);
    if (place === undefined) return `<sip:${userinfo}${this.#nowhere};transport=${transport};ob>`;
    // RFC 7118, 5.4: both kinds of WebSocket are `ws` in a URI; and UDP is what is meant where nothing is said.
    const parameter = isWebSocket(place.transport) ? 'ws' : place.transport;
    const suffix = parameter === 'udp' ? '' : `;transport=${parameter}`;
    return `<sip:${userinfo}${hostport(place)}${suffix}>`;
  }

  #placeOf(flow: Flow): Place | undefined {
    let found: Place | undefined;
    for (const place of this.#places) {
      if (place.transport !== flow.transport) continue;
      if ((place.localPort ?? place.port) === flow.local?.port) return place;
      found ??= place;
    }
    return found;
  }
}

function hostport({ host, port }: Place): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function isWebSocket(transport: string): boolean {
  return transport === 'ws' || transport === 'wss';
}
