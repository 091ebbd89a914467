/** A session description in its parts (RFC 8866). */

/** The bounds of one description. */
export interface SdpLimits {
  /** Octets of the whole. */
  readonly octets: number;
  /** Lines of the whole. */
  readonly lines: number;
  /** Media sections: an answer has to mirror each. */
  readonly media: number;
}

/** The limits where nothing else is configured. */
export const DEFAULT_SDP_LIMITS: SdpLimits = { octets: 65_536, lines: 1_024, media: 32 };

/** One `a=` line. */
export interface Attribute {
  readonly name: string;
  /** What stands behind the colon; undefined where there is none. */
  readonly value?: string;
}

/** One line of another type, kept as it is: `i`, `u`, `e`, `p`, `b`, `r`, `z`, `k`. */
export interface Line {
  readonly type: string;
  readonly value: string;
}

/** Who made the description (RFC 8866, 5.2). */
export interface Origin {
  readonly username: string;
  /** Decimal digits; may be larger than any number. */
  readonly id: string;
  /** Decimal digits; grows with each change of the description. */
  readonly version: string;
  readonly address: SdpAddress;
}

/** `IN IP4 192.0.2.1` (RFC 8866, 5.7); a name may stand in the place of the address. */
export interface SdpAddress {
  /** `IP4` or `IP6`. */
  readonly type: string;
  readonly address: string;
}

/** One `m=` line and what belongs to it (RFC 8866, 5.14). */
export interface MediaDescription {
  /** `audio`, `video`, `message`, …. */
  readonly media: string;
  /** 0: refused, or not wanted (RFC 3264, 5.1 and 6). */
  readonly port: number;
  /** How many ports from there on, where it says so. */
  readonly ports?: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly connection?: SdpAddress;
  readonly attributes: readonly Attribute[];
  readonly others: readonly Line[];
}

/** A session description. */
export interface Sdp {
  readonly origin: Origin;
  readonly name: string;
  readonly connection?: SdpAddress;
  /** Each `t=` line's value; at least one. */
  readonly times: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly others: readonly Line[];
  readonly media: readonly MediaDescription[];
}

/** The value of the first attribute of this name; undefined where there is none, or it has no value. */
export function attribute(
  of: { readonly attributes: readonly Attribute[] },
  name: string,
): string | undefined {
  return of.attributes.find((candidate) => candidate.name === name)?.value;
}
