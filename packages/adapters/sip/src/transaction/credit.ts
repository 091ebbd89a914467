/** How many octets may go to where nobody has proved to be: as many as have come from there. */

/**
 * A provisional answer takes no more than one part of so many. What is left is enough for the final one to go about four times: a peer
 * that has heard a provisional one sends its INVITE no more, and is lost if all of those are.
 */
const PROVISIONAL = 8.5;

/**
 * The octets that may still go to a source of datagrams that has not proved to be there. Whoever feigns the address of another so
 * gets no more sent there than he sends himself.
 */
export class Credit {
  /** What is left. */
  octets: number;
  /** The tag of our answer: whoever knows it got that answer. */
  tag: string | undefined;

  /** @param isExtensible whether more may be lent to whoever has it, once. */
  constructor(
    octets: number,
    readonly isExtensible = true,
  ) {
    this.octets = octets;
  }

  /** Takes as many octets; false where there are not as many, and then none is taken. */
  pays(octets: number): boolean {
    if (octets > this.octets) return false;
    this.octets -= octets;
    return true;
  }

  /** The same for an answer after which the peer sends its request no more, and so brings no more credit. */
  paysProvisional(octets: number): boolean {
    return this.coversProvisional(octets) && this.pays(octets);
  }

  /** Whether it would. */
  coversProvisional(octets: number): boolean {
    return octets * PROVISIONAL <= this.octets;
  }

  /** Whether a request with this To tag shows that its sender got our answer. */
  shows(tag: string | undefined): boolean {
    return tag !== undefined && tag !== '' && tag === this.tag;
  }
}
