/** Bots that send everybody to the same address at another house, which sends them back. */
import { forward } from '@usher/core';

const OTHER = `127.0.0.1:${process.env.OTHER_PORT}`;

/** Tells the inviter to go there (302). */
export const redirecting = { decide: () => forward(`sip:redirected@${OTHER}`) };

/** Invites it there itself. */
export const bridging = { decide: () => forward(`sip:bridged@${OTHER}`, { mode: 'bridge' }) };
