/** Offer and answer for messages within the dialog (RFC 3264). */
import { describe, expect, test } from '@jest/globals';

import { RemoteProtocolError } from '@usher/core';

import {
  agreedMessages,
  answerMessageOffer,
  type MessageAnswer,
  messageForm,
  offerMessage,
} from '../../src/sdp/message-media.js';
import type { Sdp } from '../../src/sdp/sdp.js';
import { parseSdp } from '../../src/sdp/sdp-parser.js';
import { printSdp } from '../../src/sdp/sdp-printer.js';
import { bytesOf, octets } from '../syntax/corpora.js';
import { readRequest, readResponse } from '../syntax/reading.js';

const OURS = {
  address: '192.0.2.50',
  port: 5061,
  uri: 'sip:helpbot@contoso.com',
  acceptTypes: ['text/plain', 'text/html'],
  id: '7',
};

function read(bytes: Uint8Array): Sdp {
  const sdp = parseSdp(bytes);
  if (sdp instanceof RemoteProtocolError) throw sdp;
  return sdp;
}

function offer(media: string): Sdp {
  return read(
    octets(
      `v=0\no=- 0 0 IN IP4 192.0.2.10\ns=session\nc=IN IP4 192.0.2.10\nt=3034423619 3042462419\n${media}`,
    ),
  );
}

function answer(media: string): MessageAnswer {
  return answerMessageOffer(offer(media), OURS);
}

/** The answer that takes an offer, or the test fails. */
function taken(offered: Sdp, ours = OURS): Extract<MessageAnswer, { accepted: 'message' }> {
  const answered = answerMessageOffer(offered, ours);
  if (answered.accepted === undefined) throw new Error(`refused with ${answered.warning}`);
  return answered;
}

function text(sdp: Sdp): string {
  return new TextDecoder().decode(printSdp(sdp)).replaceAll('\r\n', '\n');
}

describe('an offer', () => {
  test.each([
    'captures/02-sipe-invite-ocs2007-m-message.sip',
    'captures/03-sipe-invite-lcs2005-m-x-ms-message.sip',
    'captures/50-sipjs-ws-invite-ms-im-sdp.sip',
    'examples/01-lync-im-invite.sip',
  ])('of messages within the dialog is taken: %s', (file) => {
    const answered = taken(read(readRequest(bytesOf(file)).body));
    expect(answered.peer.uri).toBeUndefined();
    expect(answered.peer.acceptTypes).toContain('text/plain');
    expect(answered.sdp.media).toHaveLength(1);
  });

  test.each([
    'captures/40-sipsimple-invite-msrp.sip',
    'captures/46-doubango-invite-msrp.sip',
    'examples/07-msrp-invite.sip',
  ])('of MSRP alone is answered 488 with warning 302: %s', (file) => {
    const sdp = read(readRequest(bytesOf(file)).body);
    expect(sdp.media.map(messageForm)).toEqual(['msrp']);
    expect(answerMessageOffer(sdp, OURS)).toEqual({
      accepted: undefined,
      warning: 302,
      text: 'Incompatible transport protocol',
    });
  });

  test('is answered in full: its times, its sections in their places, ours taken, the others with port 0', () => {
    const answered = taken(
      offer(
        'm=audio 49170 RTP/AVP 0 8\na=rtpmap:0 PCMU/8000\nm=x-ms-message 5060 sip sip:alice@contoso.com\na=accept-types:Text/Plain IMAGE/gif \nm=message 5060 sip null\nm=message 1 TCP/MSRP *\n',
      ),
    );
    expect(answered.peer).toEqual({
      acceptTypes: ['text/plain', 'image/gif'],
      uri: 'sip:alice@contoso.com',
    });
    expect(text(answered.sdp)).toBe(
      'v=0\no=- 7 1 IN IP4 192.0.2.50\ns=session\nc=IN IP4 192.0.2.50\nt=3034423619 3042462419\n' +
        'm=audio 0 RTP/AVP 0 8\n' +
        'm=x-ms-message 5061 sip sip:helpbot@contoso.com\na=accept-types:text/plain text/html\n' +
        'm=message 0 sip null\n' +
        'm=message 0 TCP/MSRP *\n',
    );
  });

  test('a section that the peer refuses itself (port 0) is not taken', () => {
    expect(answer('m=message 0 sip null\n')).toMatchObject({ accepted: undefined, warning: 304 });
  });

  test('without messages is answered 488 with warning 304', () => {
    expect(answer('m=audio 49170 RTP/AVP 0\n')).toEqual({
      accepted: undefined,
      warning: 304,
      text: 'Media type not available',
    });
    expect(answer('')).toMatchObject({ warning: 304 });
    expect(answer('m=message 1 TCP/WSS/X *\n')).toMatchObject({ warning: 302 });
  });

  test('of types that we have none of is answered 488 with warning 305', () => {
    expect(answer('m=message 5060 sip null\na=accept-types:image/gif\n')).toEqual({
      accepted: undefined,
      warning: 305,
      text: 'Incompatible media format',
    });
  });

  test.each(['*', 'text/*', 'image/gif text/html', '', 'TEXT/PLAIN'])(
    'that takes "%s" takes a type of ours',
    (types) => {
      expect(answer(`m=message 5060 sip null\na=accept-types:${types}\n`).accepted).toBe('message');
    },
  );
});

describe('our own offer', () => {
  test('is of messages within the dialog, in the form that the clients of this dialect send', () => {
    expect(text(offerMessage({ ...OURS, version: 3 }))).toBe(
      'v=0\no=- 7 3 IN IP4 192.0.2.50\ns=session\nc=IN IP4 192.0.2.50\nt=0 0\nm=message 5061 sip null\na=accept-types:text/plain text/html\n',
    );
  });

  test.each(['2001:db8::1', '[2001:db8::1]'])('names an IPv6 address (%s) as such', (address) => {
    expect(offerMessage({ ...OURS, address }).connection).toEqual({
      type: 'IP6',
      address: '2001:db8::1',
    });
  });

  test('is agreed to by an answer that takes messages within the dialog', () => {
    const sdp = read(readResponse(bytesOf('captures/08-sipe-200-to-invite-answer-sdp.sip')).body);
    expect(agreedMessages(sdp)).toMatchObject({ uri: 'sip:alice@example.test' });
    expect(agreedMessages(sdp)?.acceptTypes).toContain('text/html');
  });

  test('is not agreed to by an answer that refuses it, or names another protocol', () => {
    expect(agreedMessages(offer('m=message 0 sip null\n'))).toBeUndefined();
    expect(agreedMessages(offer('m=message 5060 TCP/MSRP *\n'))).toBeUndefined();
    expect(
      agreedMessages(offer('m=audio 5060 RTP/AVP 0\nm=message 5060 sip null\n')),
    ).toBeUndefined();
    expect(agreedMessages(offer(''))).toBeUndefined();
  });

  test('can be answered by ourselves', () => {
    const answered = taken(read(printSdp(offerMessage(OURS))), {
      ...OURS,
      uri: 'sip:other@contoso.com',
    });
    expect(agreedMessages(answered.sdp)?.uri).toBe('sip:other@contoso.com');
  });
});
