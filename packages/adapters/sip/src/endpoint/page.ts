/** Sends a message outside any dialog (RFC 3428, 4). */
import type { Flow } from '@usher/core/adapter';

import { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { Field } from '../syntax/printer.js';
import type { PagerParts } from './endpoint-command.js';
import type { EndpointCore } from './endpoint-core.js';

/** RFC 3428, 8: outside a session, no more than this goes where congestion is not controlled. */
const LARGEST = 1_300;

/** Sends a message outside any dialog; what becomes of it is told under its reference. */
export function page(
  core: EndpointCore,
  reference: number,
  parts: PagerParts,
  way: Flow | undefined,
): void {
  const { uri, route, body } = parts;
  const fields: Field[] = [
    ['Max-Forwards', '70'],
    ['From', parts.from],
    ['To', `<${uri}>`],
    ['Call-ID', parts.callId],
    ['CSeq', `${parts.sequence} MESSAGE`],
    ...parts.fields,
  ];
  if (route !== undefined) fields.push(['Route', route.value]);
  const request = new OutgoingRequest(
    { method: 'MESSAGE', uri, hop: route?.uri ?? uri, fields, body },
    ({ status, text }) => core.tell({ type: 'delivered', reference, status, text }),
  );
  request.limit = LARGEST;
  if (way === undefined) {
    core.send(request, undefined);
    return;
  }
  request.fallback = way;
  if (!core.isProven(way)) request.credit = core.reachability.purse(way);
  core.send(request, core.alive(way) ? way : core.wayBack(request.hop, way, true));
}
