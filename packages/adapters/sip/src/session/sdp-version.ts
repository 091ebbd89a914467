/** By what our descriptions of one session are known, and which of them is the last (RFC 3264, 8; RFC 8866, 5.2). */
import type { Chance } from '@usher/core/adapter';

/** By what our descriptions of one session are known, and which of them is the last. */
export class SdpVersion {
  #version = 0;

  private constructor(readonly id: number) {}

  static begin(chance: Chance): SdpVersion {
    const [a = 0, b = 0, c = 0, d = 0] = chance.octets(4);
    return new SdpVersion(((a & 0x3f) << 24) | (b << 16) | (c << 8) | d);
  }

  /** The same as it stands, for the last description to be said once more (RFC 4028, 7.4). */
  again(): SdpVersion {
    const again = new SdpVersion(this.id);
    again.#version = this.#version - 1;
    return again;
  }

  /** The number of one more description: one above the last. */
  next(): number {
    return (this.#version += 1);
  }
}
