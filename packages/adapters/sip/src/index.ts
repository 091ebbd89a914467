export type { Account } from './authentication/account.js';
export type { ConfiguredUser } from './authentication/configured-credentials.js';
export type { DigestAlgorithm } from './authentication/digest-algorithm.js';
export type { DigestHash } from './authentication/digest-hash.js';
export type { ApplicationType } from './body/application-types.js';
export {
  CONFERENCE_INVITATION,
  type ConferenceInvitation,
  parseConferenceInvitation,
} from './dialect/conference-invitation.js';
export type { DialectRule } from './dialect/dialect.js';
export {
  type CertificateFault,
  type CertificateFiles,
  readCertificate,
} from './node/certificates.js';
export type { Clients, Secured } from './node/secured.js';
export { authorityFault } from './node/authority.js';
export { SipNetwork } from './node/sip-network.js';
export type { SipNetworkOptions } from './node/sip-network-options.js';
export { sourceOf } from './overload/source-of.js';
export type { EventLoop } from './overload/event-loop.js';
export type { OverloadSettings } from './overload/overload-options.js';
export { type SipLimits, DEFAULT_LIMITS } from './syntax/limits.js';
export type { Resolver } from './transport/resolver.js';
export type { SecureListener } from './user-agent/listen-uri.js';
export { Trust, type TrustOptions } from './endpoint/trust.js';
export type { AuthenticationOptions } from './user-agent/authentication-options.js';
export type { RegistrationOptions } from './user-agent/registration-options.js';
export { sip, type SipOptions } from './user-agent/sip.js';
export { SipUserAgent } from './user-agent/sip-user-agent.js';
export type { SipUserAgentOptions } from './user-agent/sip-user-agent-options.js';
