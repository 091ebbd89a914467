export { Gatekeeper } from './gatekeeper.js';
export { GatekeeperConfig } from './gatekeeper-config.js';
