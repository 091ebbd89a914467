/** A place to serve HTTP, as operators write it: `http://127.0.0.1:9080`. */
import { IPV4 } from './listen.js';
import type { Place } from './problem.js';

/** Where to serve HTTP. */
export interface HttpPlace {
  /** As it was written. */
  readonly text: string;
  /** An IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where this is written. */
  readonly place?: Place;
}

const FORM = /^http:\/\/(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})\/?$/i;

/** Reads a place to serve HTTP; what is wrong with it is returned in words. */
export function httpPlace(text: string): HttpPlace | string {
  if (/^https:/i.test(text)) return 'without TLS; put a proxy before it where others are to come';
  const parts = FORM.exec(text);
  if (parts === null) return 'an address with a port, and nothing behind that';
  const [, v6, v4 = '', digits] = parts;
  const port = Number(digits);
  if (port > 65_535) return 'of a port from 0 to 65535';
  // A name may mean several addresses, and other ones tomorrow.
  if (v6 === undefined && !IPV4.test(v4))
    return 'at an address in numbers, such as 127.0.0.1, not at a name';
  return { text, host: (v6 ?? v4).toLowerCase(), port };
}
