export { SipNetwork, type SipNetworkOptions } from './node/sip-network.js';
export { type SipLimits, DEFAULT_LIMITS } from './syntax/limits.js';
export type { Resolver } from './transport/resolver.js';
export { sip, type SipOptions } from './user-agent/sip.js';
export { SipUserAgent } from './user-agent/sip-user-agent.js';
export type { SipUserAgentOptions } from './user-agent/sip-user-agent-options.js';
