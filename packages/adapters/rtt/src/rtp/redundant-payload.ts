/** Payloads that say again what earlier packets said (RFC 2198, 3): the oldest block first, the newest one last. */

/** More blocks than this are in no packet that anybody means. */
const MOST_BLOCKS = 16;
/** 14 bits. */
export const LARGEST_OFFSET = 0x3fff;
/** 10 bits. */
export const LARGEST_BLOCK = 0x3ff;

/** One block of a payload. */
export interface Block {
  readonly payloadType: number;
  /** By how much its timestamp is below the packet's; 0 for the newest one. */
  readonly offset: number;
  readonly data: Uint8Array;
}

/** The blocks of a payload; undefined where it is none. */
export function parseRedundant(payload: Uint8Array): readonly Block[] | undefined {
  const heads: { payloadType: number; offset: number; length: number }[] = [];
  let at = 0;
  let last: number | undefined;
  while (last === undefined) {
    const first = payload[at];
    if (first === undefined || heads.length === MOST_BLOCKS) return undefined;
    if ((first & 0x80) === 0) {
      last = first;
      at += 1;
    } else {
      const [second, third, fourth] = [payload[at + 1], payload[at + 2], payload[at + 3]];
      if (second === undefined || third === undefined || fourth === undefined) return undefined;
      const offset = (second << 6) | (third >> 2);
      heads.push({ payloadType: first & 0x7f, offset, length: ((third & 3) << 8) | fourth });
      at += 4;
    }
  }
  const blocks: Block[] = [];
  for (const { payloadType, offset, length } of heads) {
    if (at + length > payload.length) return undefined;
    blocks.push({ payloadType, offset, data: payload.subarray(at, at + length) });
    at += length;
  }
  blocks.push({ payloadType: last, offset: 0, data: payload.subarray(at) });
  return blocks;
}

/** The octets of a payload; of the newest block only type and data count. */
export function printRedundant(blocks: readonly Block[]): Uint8Array {
  const last = blocks.length - 1;
  const size = blocks.reduce((sum, { data }) => sum + data.length, 1 + 4 * last);
  const octets = new Uint8Array(size);
  let at = 0;
  for (const [index, { payloadType, offset, data }] of blocks.entries()) {
    if (index === last) {
      octets[at] = payloadType;
      at += 1;
    } else {
      octets[at] = 0x80 | payloadType;
      octets[at + 1] = offset >> 6;
      octets[at + 2] = ((offset & 0x3f) << 2) | (data.length >> 8);
      octets[at + 3] = data.length & 0xff;
      at += 4;
    }
  }
  for (const { data } of blocks) {
    octets.set(data, at);
    at += data.length;
  }
  return octets;
}
