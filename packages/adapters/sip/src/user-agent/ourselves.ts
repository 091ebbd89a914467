/** Who we are in what we send on our own account, and where we say we can be reached. */
import { Address } from '@usher/core';
import type { InviteOptions } from '@usher/core/adapter';

import { ALTERNATIVE } from '../body/multipart.js';
import { IS_COMPOSING } from '../composing/is-composing.js';
import type { Place } from '../endpoint/places.js';
import type { MessageEnd } from '../sdp/message-media.js';
import type { SdpVersion } from '../session/sdp-version.js';
import { printNameAddr } from '../syntax/name-addr.js';

/** Who we are in what we send on our own account. */
export class Ourselves {
  readonly #place: Place | undefined;
  readonly #address: string | Address | undefined;
  readonly #acceptTypes: readonly string[];

  /** @param messages media types that are let in. */
  constructor(
    place: Place | undefined,
    address: string | Address | undefined,
    messages: readonly string[] = [],
  ) {
    this.#place = place;
    this.#address = address;
    const named = messages.filter((type) => !type.includes('*'));
    this.#acceptTypes = [
      ...new Set(['text/plain', 'text/html', ...named, IS_COMPOSING, ALTERNATIVE]),
    ];
  }

  /** Our end of a session of messages. */
  end(uri: string, version: SdpVersion): MessageEnd {
    return {
      address: this.#host,
      port: this.#place?.port ?? 9,
      uri,
      acceptTypes: this.#acceptTypes,
      id: String(version.id),
      version: version.next(),
    };
  }

  /** From whom something goes out: the URI, the value of From without a tag, and the user in it. */
  from(options: Pick<InviteOptions, 'from' | 'displayName'>): {
    readonly uri: string;
    readonly value: string;
    readonly user: string | undefined;
  } {
    const host = this.#host;
    const own = typeof this.#address === 'string' ? Address.parse(this.#address) : this.#address;
    const from =
      options.from ?? own ?? Address.parse(`sip:usher@${host.includes(':') ? `[${host}]` : host}`);
    const uri = from.toString();
    const value = printNameAddr({ uri, displayName: options.displayName });
    return { uri, value, user: from.user === '' ? undefined : from.user };
  }

  get #host(): string {
    return this.#place?.host ?? 'anonymous.invalid';
  }
}
