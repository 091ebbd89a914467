/** What requests within a dialog, and answers in it, have in common. */
import type { SipRequest } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import type { Dialog } from './dialog.js';

/** What every request within a dialog begins with (RFC 3261, 12.2.1.1). */
export function outline(
  dialog: Dialog,
  method: string,
  sequence: number,
): { readonly uri: string; readonly hop: string; readonly fields: Field[] } {
  const { uri, hop, routes } = dialog.target;
  const fields: Field[] = [
    ['Max-Forwards', '70'],
    ['From', dialog.local],
    ['To', dialog.remote],
    ['Call-ID', dialog.callId],
    ['CSeq', `${sequence} ${method}`],
  ];
  for (const route of routes) fields.push(['Route', route]);
  return { uri, hop, fields };
}

/** The Record-Route that an answer copies (RFC 3261, 12.1.1). */
export function recordRoutes(request: SipRequest): Field[] {
  return request.recordRoutes.map((route) => ['Record-Route', route.raw]);
}

/** What a peer says of why it leaves (RFC 3326). */
export function reasonOf(request: SipRequest): string | undefined {
  return request.get('Reason')?.slice(0, 256);
}
