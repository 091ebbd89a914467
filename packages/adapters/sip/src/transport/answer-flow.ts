/** Where the answer to a request goes (RFC 3261, 18.2.2; RFC 3581, 4). */
import type { Flow } from '@usher/core/adapter';

import type { Via } from '../syntax/via.js';

const PORT = 5060;
const SECURE_PORT = 5061;

/**
 * The flow for answers to a request with this top Via that came on `source`. Always to the address that was observed:
 * neither `maddr` nor a `received` of the peer's is believed.
 */
export function answerFlow(via: Via, source: Flow): Flow {
  switch (source.transport) {
    case 'udp':
      // RFC 3581, 4: to the source port where rport is asked for, else to the port of sent-by.
      return via.params.has('rport') ? source : withPort(source, via.port ?? PORT);
    case 'tcp':
      // On the same connection; where that is gone, on a new one to the port of sent-by.
      return withPort(source, via.port ?? PORT);
    case 'tls':
      // A new connection must lead to whom sent-by names (RFC 5922, 7.3).
      return { ...withPort(source, via.port ?? SECURE_PORT), name: via.host };
    default:
      // Nobody listens at the other end of a WebSocket (RFC 7118, 5.3: its sent-by is no address).
      return source;
  }
}

function withPort(flow: Flow, port: number): Flow {
  return port === flow.remote.port
    ? flow
    : { ...flow, remote: { address: flow.remote.address, port } };
}
