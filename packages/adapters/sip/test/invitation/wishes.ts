/** What somebody says who invites by hand over TCP: nothing of it was said before. */
import { OFFER, type Wish } from '../endpoint/peer.js';

const CONTACT = '<sip:alice@192.0.2.2:5080;transport=tcp>';
let count = 0;

/** An invitation that nobody has made before. */
export function fresh(wish: Wish = {}): Wish {
  count += 1;
  const name = `fresh-${count}`;
  const via = `SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK${name}`;
  return { contact: CONTACT, via, callId: name, tag: name, ...wish };
}

/** A further request in the dialog that this invitation began, told apart by `what`. */
export function further({ callId = '', tag = '' }: Wish, what: string): Wish {
  const via = `SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK${callId}${what}`;
  return { contact: null, callId, tag, via };
}

/** An offer of these media. */
export function sdp(...media: readonly string[]): string {
  return OFFER.replace(/m=[^]*/, [...media, ''].join('\r\n'));
}

export const IM = sdp('m=message 5080 sip null', 'a=accept-types:text/plain');
export const AUDIO_VIDEO = sdp('m=audio 4000 RTP/AVP 0', 'm=video 4002 RTP/AVP 31');
