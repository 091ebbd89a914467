/** RTP packets as octets and in their parts (RFC 3550, 5.1). */

/** Text comes by a few characters at a time: whatever is larger than this is none. */
const LARGEST = 4_096;
const FIXED = 12;

/** One RTP packet. */
export interface RtpPacket {
  /** The first one after a silence (RFC 4103, 3.5). */
  readonly marker: boolean;
  /** 0 to 127. */
  readonly payloadType: number;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in units of the payload's clock. */
  readonly timestamp: number;
  /** Who sends: 32 bits. */
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** The packet that the octets are; undefined where they are none. Contributing sources and extensions are passed over. */
export function parseRtp(octets: Uint8Array): RtpPacket | undefined {
  if (octets.length < FIXED || octets.length > LARGEST) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const first = view.getUint8(0);
  if (first >> 6 !== 2) return undefined;
  const second = view.getUint8(1);
  let start = FIXED + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (start + 4 > octets.length) return undefined;
    start += 4 + 4 * view.getUint16(start + 2);
  }
  let end = octets.length;
  if ((first & 0x20) !== 0) {
    const padding = view.getUint8(end - 1);
    if (padding === 0) return undefined;
    end -= padding;
  }
  if (start > end) return undefined;
  return {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: octets.subarray(start, end),
  };
}

/** The octets of a packet. */
export function printRtp(packet: RtpPacket): Uint8Array {
  const octets = new Uint8Array(FIXED + packet.payload.length);
  const view = new DataView(octets.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, (packet.marker ? 0x80 : 0) | packet.payloadType);
  view.setUint16(2, packet.sequence);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  octets.set(packet.payload, FIXED);
  return octets;
}
