/** What the person at this desk would press, by who invites. */
import { Address, AddressPattern } from '@usher/core';
import * as z from 'zod';

const pattern = z.string().transform((written, context) => {
  const read = AddressPattern.from(written);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: 'write a pattern such as *@example.com' });
  return z.NEVER;
});

const address = z.string().transform((written, context) => {
  const read = Address.from(written);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: 'write an address such as sip:bob@example.com' });
  return z.NEVER;
});

/** What is pressed: the first rule that is for the inviter counts, and `Yes` where none is. */
export const Settings = z.strictObject({
  no: z.array(pattern).default([]),
  forward: z.array(z.strictObject({ from: pattern, to: address })).default([]),
});

/** What is pressed, checked and with its defaults. */
export type Settings = z.output<typeof Settings>;
