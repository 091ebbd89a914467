/** What registrations need of the endpoint that they are part of. */
import type { Binding } from '../registration/binding.js';
import { Registrations } from '../registration/registrations.js';
import type { EndpointCore } from './endpoint-core.js';

/** All that an endpoint registers; undefined where that is nothing. */
export function registrationsOf(
  core: EndpointCore,
  bindings: readonly Binding[] = [],
): Registrations | undefined {
  if (bindings.length === 0) return undefined;
  return new Registrations(
    {
      get now() {
        return core.now;
      },
      chance: core.chance,
      tell: (event) => core.tell(event),
      complain: ({ code, message }, flow) => core.tell({ type: 'violated', code, message, flow }),
      start: (after, ring) => core.start(after, ring),
      stop: (alarm) => core.stop(alarm),
      send: (request, way) => core.send(request, way),
      forget: (request) => core.forget(request),
      transmit: (bytes, flow) => core.transmit(bytes, flow),
      alive: (way) => core.alive(way),
      placeOf: (way, user) => core.placeOf(way, user),
      prove: (flow) => core.prove(flow),
      rely: (flow, relied) => core.trust.rely(flow, relied),
    },
    bindings,
  );
}
