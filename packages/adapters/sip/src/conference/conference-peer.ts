/** What is kept of the one who relays the messages of a conference: besides, it says who has sent each of them (MS-CONFIM). */
import { type Address, RemoteProtocolError } from '@usher/core';

import { MicrosoftPeer } from '../dialect/microsoft-peer.js';
import { flat } from '../dialog/flat.js';
import type { SipRequest } from '../syntax/message.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import { toAddress } from '../syntax/uri.js';

/** What is kept of the one who relays the messages of a conference. */
export class ConferencePeer extends MicrosoftPeer {
  /** In a conference it is the word of who relays that counts: `Ms-Sender`. */
  override senderOf(request: SipRequest): Address | undefined {
    const value = request.get('Ms-Sender');
    if (value === undefined) return undefined;
    try {
      return toAddress(flat(parseNameAddr(value).uri));
    } catch (error) {
      if (error instanceof RemoteProtocolError) return undefined;
      throw error;
    }
  }
}
