/** The endpoint that a sequence happens to, the same each time. */
import { SeededChance } from '@usher/core/testing';

import { ConfiguredCredentials } from '../../packages/adapters/sip/src/authentication/configured-credentials.js';
import { DigestClient } from '../../packages/adapters/sip/src/authentication/digest-client.js';
import { DigestServer } from '../../packages/adapters/sip/src/authentication/digest-server.js';
import { SipEndpoint } from '../../packages/adapters/sip/src/endpoint/sip-endpoint.js';
import { Trust } from '../../packages/adapters/sip/src/endpoint/trust.js';
import { nodeDigestHash } from '../../packages/adapters/sip/src/node/node-digest-hash.js';
import type { Binding } from '../../packages/adapters/sip/src/registration/binding.js';
import type { Sequence } from './step.js';

const REALM = 'example.com';
/** Somebody who has a password on either side. */
export const ALICE = { username: 'alice', password: 'secret', realm: REALM } as const;
const algorithms = ['SHA-256'] as const;
const credentials = new ConfiguredCredentials([ALICE], {
  realm: REALM,
  algorithms,
  hash: nodeDigestHash,
});

const REGISTRATION: Binding = {
  address: 'sip:bot@example.com',
  registrar: 'sip:192.0.2.2:40000;transport=tcp',
  user: 'bot',
  expires: 600,
  outbound: true,
  instance: 'urn:uuid:00000000-0000-1000-8000-000a95a0e128',
  regId: 1,
  retry: 30_000,
};

/** An endpoint that has heard of nothing yet. */
export function endpointOf({
  overload,
  authentication,
  credentials: ours,
  trust,
  narrow,
  timers,
  registers,
}: Sequence): SipEndpoint {
  const chance = new SeededChance(1);
  return new SipEndpoint({
    chance,
    transports: ['udp', 'tcp', 'tls', 'ws', 'wss'],
    places: [
      { transport: 'udp', host: '192.0.2.1', port: 5060 },
      { transport: 'tcp', host: '192.0.2.1', port: 5060 },
      { transport: 'ws', host: '192.0.2.1', port: 8080 },
    ],
    applications: ['message/cpim'],
    ...(timers === true && { interval: 120 }),
    ...(registers === true && { registrations: [REGISTRATION] }),
    ...(overload && { overload: {} }),
    ...(narrow && { transactions: { open: 3, lingering: 3 } }),
    ...(authentication && {
      authentication: {
        server: new DigestServer({
          realm: REALM,
          credentials,
          hash: nodeDigestHash,
          chance,
          algorithms,
        }),
        hash: nodeDigestHash,
      },
    }),
    ...(ours && {
      credentials: new DigestClient({ hash: nodeDigestHash, chance, accounts: [ALICE] }),
    }),
    ...(trust && {
      trust: new Trust({ networks: ['10.0.0.0/8'], certificates: ['example.com'] }),
    }),
  });
}
