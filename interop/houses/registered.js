/** Bots that send everybody to the echo, by way of the registrar. */
import { forward } from '@usher/core';

const ECHO = `sip:echo@127.0.0.1:${process.env.REGISTRAR_PORT}`;

/** Tells the inviter where to go (302). */
export const moved = { decide: () => forward(ECHO) };

/** Leaves it to whoever stands between (303). */
export const served = { decide: () => forward(ECHO, { mode: 'server' }) };
