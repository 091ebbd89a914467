/** What the DNS knows of a domain, as far as SIP asks (RFC 3263, 4). */

/** An SRV record (RFC 2782). */
export interface ServiceRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** A NAPTR record (RFC 3403), as far as SIP uses it. */
export interface PointerRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  /** `SIP+D2U`, `SIP+D2T`, `SIPS+D2T`, … */
  readonly service: string;
  readonly replacement: string;
}

/** Who to ask. An empty list says that there is none; a failure is taken for the same. */
export interface Resolver {
  /** Numeric addresses of a host, IPv4 and IPv6, the best first. */
  addresses(host: string): Promise<readonly string[]>;
  services(name: string): Promise<readonly ServiceRecord[]>;
  pointers(domain: string): Promise<readonly PointerRecord[]>;
}
