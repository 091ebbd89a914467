/** SIP in one line: a user agent with sockets of its own. */
import type { TrustOptions } from '../endpoint/trust.js';
import { DnsResolver } from '../node/dns-resolver.js';
import { nodeEventLoop } from '../node/node-event-loop.js';
import { instanceOf } from '../node/instance-of.js';
import { nodeDigestHash } from '../node/node-digest-hash.js';
import { type PassportFiles, passportVerifier } from '../node/passport-files.js';
import { SipNetwork } from '../node/sip-network.js';
import type { SipNetworkOptions } from '../node/sip-network-options.js';
import { listenPlace, type SecureListener } from './listen-uri.js';
import type { PassportRules } from './passport-options.js';
import { SipUserAgent } from './sip-user-agent.js';
import type { SipUserAgentOptions } from './sip-user-agent-options.js';

/** How `sip` is set up. */
export interface SipOptions extends Omit<SipUserAgentOptions, 'network' | 'trust'> {
  /** Where to listen: `sip:127.0.0.1:5060;transport=udp`, or `tcp`, or `ws`; for `tls` and `wss` with their certificates. */
  readonly listen: readonly (string | SecureListener)[];
  /** Which peers are trusted, and by whose signatures others are known. */
  readonly trust?: TrustOptions & { readonly passports?: PassportFiles & PassportRules };
  /** How much the sockets take, and from whom. */
  readonly sockets?: SipNetworkOptions;
}

/**
 * A user agent that listens at these places.
 * @throws LocalProtocolError `bad-listener`, `no-certificate` or `bad-passports`, which say what to write.
 */
export function sip({ listen, sockets, trust, ...options }: SipOptions): SipUserAgent {
  const { clock } = options;
  const ours = { ...(clock !== undefined && { clock }), ...sockets };
  const network = new SipNetwork(listen.map(listenPlace), ours);
  return new SipUserAgent({
    resolver: new DnsResolver(),
    digestHash: nodeDigestHash,
    eventLoop: nodeEventLoop,
    ...(options.registrations !== undefined && {
      instance: instanceOf(listen.map((one) => (typeof one === 'string' ? one : one.uri))),
    }),
    ...options,
    ...(trust !== undefined && { trust: trustBy(trust) }),
    network,
  });
}

function trustBy({
  passports,
  ...trust
}: NonNullable<SipOptions['trust']>): NonNullable<SipUserAgentOptions['trust']> {
  if (passports === undefined) return trust;
  return { ...trust, passports: { ...passports, verifier: passportVerifier(passports) } };
}
