/** Takes up what an invitation offers of real-time text, so that such a caller converses with the same bots (RFC 4103). */
import { type Duration, LocalProtocolError, milliseconds } from '@usher/core';
import {
  type Chance,
  type Clock,
  type Gauge,
  type MediaAnswerer,
  type MediaOffer,
  type MediaOutcome,
  type MediaParty,
  systemChance,
  systemClock,
} from '@usher/core/adapter';

import type { Datagrams } from './datagrams.js';
import { ipAddress } from './text/ip-address.js';
import type { Sources } from './text/remote-end.js';
import { TextEnd, type TextSettings } from './text/text-end.js';
import { isText, textLine } from './text/text-line.js';
import { answerWith, TextMedium } from './text-medium.js';

/** How real-time text is set up. */
export interface RealTimeTextOptions {
  readonly datagrams: Datagrams;
  /** The system's unless given, as is chance. */
  readonly clock?: Clock;
  readonly chance?: Chance;
  /** The host that peers are told to send to, where that is not the address that we listen at. */
  readonly advertise?: string;
  /** What was written is a message after so long without a new line; 5 s unless given. */
  readonly pause?: Duration;
  /** Characters of one message of the peer; 4,000 unless given. */
  readonly longest?: number;
  /** Whose packets are taken; `peer` unless given. */
  readonly sources?: Sources;
  /** Whether text goes to a host that nothing was heard of; `wait` unless given. */
  readonly unheard?: 'wait' | 'send';
}

const FULL = {
  type: 'refused',
  status: 503,
  warning: 399,
  text: 'no port is free for real-time text',
} as const;

/** Takes up what an invitation offers of real-time text. */
export class RealTimeText implements MediaAnswerer {
  readonly name = 'text';
  readonly #datagrams: Datagrams;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #address: string;
  readonly #isV6: boolean;
  readonly #settings: Omit<TextSettings, 'host'>;

  /** @throws LocalProtocolError `bad-text-place` where peers could not be told where to send. */
  constructor(options: RealTimeTextOptions) {
    const { datagrams, pause = '5s', longest = 4_000 } = options;
    const { sources = 'peer', unheard = 'wait' } = options;
    this.#datagrams = datagrams;
    this.#clock = options.clock ?? systemClock;
    this.#chance = options.chance ?? systemChance;
    this.#address = options.advertise ?? datagrams.address;
    if (options.advertise === undefined && ipAddress(datagrams.address) === undefined) {
      const message = `real-time text at ${datagrams.address} needs \`advertise\`: the host that peers send to, such as 192.0.2.1`;
      throw new LocalProtocolError('bad-text-place', message);
    }
    this.#isV6 = datagrams.address.includes(':');
    this.#settings = { pause: milliseconds(pause), longest, sources, unheard };
  }

  /** How many sessions there are, and may be. */
  get places(): Gauge {
    return this.#datagrams.places;
  }

  concerns(offer: MediaOffer): boolean {
    return offer.some(isText);
  }

  async answer(offer: MediaOffer, party: MediaParty): Promise<MediaOutcome> {
    const line = textLine(offer, this.#isV6);
    if (!('terms' in line)) return { type: 'refused', ...line };
    let media: TextMedium | undefined;
    const place = await this.#datagrams.open({
      receive: (bytes, from) => media?.receive(bytes, from),
      lost: party.lost,
    });
    if (place === undefined) return FULL;
    const address = this.#address;
    const settings = { ...this.#settings, host: party.host };
    const end = new TextEnd(line.terms, settings, this.#chance);
    const isV6 = this.#isV6;
    media = new TextMedium({ end, place, party, clock: this.#clock, address, isV6 });
    const ours = line.answer({ address, port: place.port });
    return { type: 'answered', answer: answerWith(offer, line.index, ours), media };
  }

  close(): Promise<void> {
    return this.#datagrams.close();
  }
}
