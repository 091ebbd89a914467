/** Who said what, and what became of it: the books against which delivery is checked. Every text is said once in a run. */

/** One text of a peer to a bot, or of a bot to a peer. */
export interface Said {
  readonly text: string;
  readonly by: string;
  /** By what its dialog is known, where whoever said it knows that. */
  readonly callId: string | undefined;
  /** Undefined while nobody has told. */
  fate: 'delivered' | 'failed' | undefined;
}

/** Who said what. */
export class Ledger {
  /** What peers said. */
  readonly asked = new Map<string, Said>();
  /** What bots said, in the order in which they did. */
  readonly replied: Said[] = [];
  /** The texts of peers that some house took, as its activity told. */
  readonly taken = new Set<string>();
  /** How often each text of the house was seen by a peer that goes by Call-ID and CSeq. */
  readonly seen = new Map<string, number>();

  /** A peer says something. */
  ask(text: string, by: string, callId?: string): Said {
    const said: Said = { text, by, callId, fate: undefined };
    this.asked.set(text, said);
    return said;
  }

  /** A bot says something. */
  reply(text: string, by: string): Said {
    const said: Said = { text, by, callId: undefined, fate: undefined };
    this.replied.push(said);
    return said;
  }

  /** A peer has seen a text of the house. */
  see(text: string): void {
    this.seen.set(text, (this.seen.get(text) ?? 0) + 1);
  }
}
