export type { ConfiguredUser } from './authentication/configured-credentials.js';
export type { DigestAlgorithm } from './authentication/digest-algorithm.js';
export type { DigestHash } from './authentication/digest-hash.js';
export {
  type CertificateFault,
  type CertificateFiles,
  readCertificate,
} from './node/certificates.js';
export type { Clients, Secured } from './node/secured.js';
export { SipNetwork } from './node/sip-network.js';
export type { SipNetworkOptions } from './node/sip-network-options.js';
export { type SipLimits, DEFAULT_LIMITS } from './syntax/limits.js';
export type { Resolver } from './transport/resolver.js';
export type { SecureListener } from './user-agent/listen-uri.js';
export type { AuthenticationOptions } from './user-agent/authentication-options.js';
export { sip, type SipOptions } from './user-agent/sip.js';
export { SipUserAgent } from './user-agent/sip-user-agent.js';
export type { SipUserAgentOptions } from './user-agent/sip-user-agent-options.js';
