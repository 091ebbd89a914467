/** One request of ours on its way: to the first hop, and where that one fails, to the next (RFC 3263, 4.3). */
import type { Flow } from '@usher/core/adapter';

import type { DigestExchange } from '../authentication/digest-exchange.js';
import type { SipResponse } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import type { ClientTransaction } from '../transaction/client-transaction.js';
import type { Credit } from '../transaction/credit.js';
import type { Dialog } from './dialog.js';

/** What UDP over IPv4 can carry at all (RFC 768). */
const LARGEST_DATAGRAM = 65_507;

/** What a request of ours came to. */
export interface Outcome {
  /** Without a response, a status of our own: 408 no answer came, 503 there was no way (RFC 3261, 8.1.3.1). */
  readonly status: number;
  readonly text: string;
  readonly response?: SipResponse;
  /** The way that the response came. */
  readonly from?: Flow;
}

/** What a request is made of. */
export interface RequestParts {
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  /** The URI that names the next hop: the first route, or the Request-URI (RFC 3261, 8.1.2). */
  readonly hop: string;
  /** Every header field but Via and Content-Length. */
  readonly fields: readonly Field[];
  readonly body?: Uint8Array | undefined;
}

/** One request of ours on its way. */
export class OutgoingRequest {
  readonly method: string;
  readonly uri: string;
  readonly hop: string;
  fields: readonly Field[];
  readonly body: Uint8Array | undefined;
  /** The dialog that it belongs to; undefined outside any. */
  readonly dialog: Dialog | undefined;
  /** Told of the final outcome, once; of a 2xx to an INVITE each time that one comes. */
  readonly conclude: (outcome: Outcome, request: OutgoingRequest) => void;
  /** Told of each provisional response. */
  readonly progress: ((response: SipResponse) => void) | undefined;
  /** Makes the value of Contact for the way that is taken; undefined where none is sent. */
  contact: ((way: Flow) => string) | undefined;
  /** Where to send it if its hop is found nowhere. */
  fallback: Flow | undefined;
  /** The ways that are left to try. */
  hops: Flow[] = [];
  /** The most octets that it may have in one datagram. */
  limit = LARGEST_DATAGRAM;
  /** What may go to where nobody has proved to be; undefined where that does not matter. */
  credit: Credit | undefined = undefined;
  /** The way of the last attempt. */
  flow: Flow | undefined;
  /** Its transaction; an ACK has none. */
  transaction: ClientTransaction<OutgoingRequest> | undefined;
  /** Whether its sender has been told of an outcome. */
  concluded = false;
  /** Whether its sender has taken it back: it is not sent again, whatever is answered. */
  cancelled = false;
  /** The challenges to it; undefined where we have nothing to prove ourselves by. */
  exchange: DigestExchange | undefined;

  constructor(
    parts: RequestParts,
    conclude: (outcome: Outcome, request: OutgoingRequest) => void,
    progress?: (response: SipResponse) => void,
    dialog?: Dialog,
  ) {
    this.method = parts.method;
    this.uri = parts.uri;
    this.hop = parts.hop;
    this.fields = parts.fields;
    this.body = parts.body;
    this.conclude = conclude;
    this.progress = progress;
    this.dialog = dialog;
  }
}
