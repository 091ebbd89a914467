/** Somebody who answers for text, as a test says. */
import type { Content, Delivery } from '@usher/core';
import type {
  AnsweredMedia,
  MediaAnswer,
  MediaAnswerer,
  MediaLine,
  MediaOffer,
  MediaOutcome,
  MediaParty,
} from '@usher/core/adapter';

/** Media that do as a test says. */
class ScriptedMedia implements AnsweredMedia {
  readonly name = 'text';
  readonly limit = 100;
  readonly said: string[] = [];
  readonly offers: MediaOffer[] = [];
  closed = 0;
  confirmations = 0;
  /** What it answers to a further offer. */
  again: (offer: MediaOffer) => MediaAnswer | undefined = taken;

  confirmed(): void {
    this.confirmations += 1;
  }

  async send({ body }: Content): Promise<Delivery> {
    this.said.push(new TextDecoder().decode(body));
    return { type: 'delivered', status: 200 };
  }

  compose(): void {}

  answer(offer: MediaOffer): MediaAnswer | undefined {
    this.offers.push(offer);
    return this.again(offer);
  }

  close(): void {
    this.closed += 1;
  }
}

/** Somebody who answers for text. */
export class ScriptedAnswerer implements MediaAnswerer {
  readonly name = 'text';
  readonly media = new ScriptedMedia();
  readonly offers: MediaOffer[] = [];
  party: MediaParty | undefined;
  closed = 0;
  /** What comes of an offer. */
  outcome: (offer: MediaOffer) => Promise<MediaOutcome> = async (offer) => ({
    type: 'answered',
    answer: taken(offer),
    media: this.media,
  });

  concerns(offer: MediaOffer): boolean {
    return offer.some(({ kind, port }) => kind === 'text' && port !== 0);
  }

  answer(offer: MediaOffer, party: MediaParty): Promise<MediaOutcome> {
    this.offers.push(offer);
    this.party = party;
    return this.outcome(offer);
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

/** The lines of text are taken, and no others. */
function taken(offer: MediaOffer): MediaAnswer {
  return offer.map((line): MediaLine | undefined =>
    line.kind === 'text'
      ? { ...line, port: 30_000, address: '192.0.2.99', attributes: [], bandwidths: ['RS:0'] }
      : undefined,
  );
}
