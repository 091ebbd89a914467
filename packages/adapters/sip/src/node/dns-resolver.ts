/** The DNS, asked through Node. */
import { lookup, Resolver as Dns } from 'node:dns/promises';

import type { PointerRecord, Resolver, ServiceRecord } from '../transport/resolver.js';

/** The DNS as this system has it configured. */
export class DnsResolver implements Resolver {
  readonly #dns: Dns;

  /** @param servers numeric addresses of DNS servers to ask for SRV and NAPTR; the system's own unless given. */
  constructor(servers?: readonly string[]) {
    this.#dns = new Dns({ timeout: 2_000, tries: 2 });
    if (servers !== undefined) this.#dns.setServers(servers);
  }

  /** By the system's own way, so that names such as `localhost` are known, too. */
  async addresses(host: string): Promise<readonly string[]> {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  }

  async services(name: string): Promise<readonly ServiceRecord[]> {
    return this.#dns.resolveSrv(name);
  }

  async pointers(domain: string): Promise<readonly PointerRecord[]> {
    return this.#dns.resolveNaptr(domain);
  }
}
