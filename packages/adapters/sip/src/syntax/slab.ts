/** Memory for messages that we print, taken a slab at a time: an array buffer for each would cost more than what it holds. */

/** Octets of one slab. What is printed together is let go of together: of a slab, nothing is kept for longer than a transaction. */
const SLAB = 16_384;
/** What is larger has memory of its own, so that little of a slab is ever left over. */
const LARGE = SLAB / 8;

/** Memory of one kind. */
class Slab {
  #buffer = new ArrayBuffer(SLAB);
  #used = 0;

  /** Octets that nobody else has. */
  octets(length: number): Uint8Array {
    if (length > LARGE) return new Uint8Array(length);
    if (this.#used + length > SLAB) {
      this.#buffer = new ArrayBuffer(SLAB);
      this.#used = 0;
    }
    const octets = new Uint8Array(this.#buffer, this.#used, length);
    this.#used += length;
    return octets;
  }
}

/** For what a transaction may keep. */
export const KEPT = new Slab();
/** For what nobody keeps once it is sent: a flood of it is not to be kept alive by the few messages between that are. */
export const PASSING = new Slab();
