import { describe, expect, it } from '@jest/globals';

import { Dialog } from '../../src/dialog/dialog.js';
import { flat } from '../../src/dialog/flat.js';
import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { wire } from '../endpoint/bench.js';
import { invite, request } from '../endpoint/peer.js';

const TARGET = 'sip:alice@192.0.2.2:5080';

function read(text: string): SipRequest {
  const message = parseMessage(new TextEncoder().encode(text));
  if (message instanceof SipRequest) return message;
  throw new Error('no request');
}

function readResponse(...extra: string[]): SipResponse {
  const lines = [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx',
    'From: <sip:bot@example.com>;tag=ours',
    'To: "A" <sip:alice@example.com>;tag=theirs;x=y',
    'Call-ID: abc',
    'CSeq: 7 INVITE',
  ];
  const message = parseMessage(new TextEncoder().encode(wire([...lines, ...extra])));
  if (message instanceof SipResponse) return message;
  throw new Error('no response');
}

const served = (extra: readonly string[] = [], secure = false, uri = 'sip:bot@192.0.2.1') =>
  Dialog.ofServer(read(invite({ extra, uri, sequence: 4 })), 'ours', TARGET, secure);

describe('the dialog of an INVITE that a peer sent (RFC 3261, 12.1.1)', () => {
  it('has our tag, the tag of its From, its Call-ID, and swaps From and To', () => {
    const dialog = served();
    expect([dialog.callId, dialog.localTag, dialog.remoteTag]).toEqual(['call-1', 'ours', 'peer']);
    expect(dialog.local).toBe('<sip:bot@example.com>;tag=ours');
    expect(dialog.remote).toBe('"Alice" <sip:alice@example.com>;tag=peer');
    expect(dialog.remoteTarget).toBe(TARGET);
  });

  it('takes the Record-Route as its route set, in order', () => {
    const dialog = served(['Record-Route: <sip:a;lr>, <sip:b;lr>', 'Record-Route: <sip:c;lr>']);
    expect(dialog.routes).toEqual(['<sip:a;lr>', '<sip:b;lr>', '<sip:c;lr>']);
  });

  it('has an empty remote tag where the peer gave none, as clients of RFC 2543 may', () => {
    const dialog = Dialog.ofServer(read(invite({ from: 'sip:old@example.com' })), 'ours', TARGET);
    expect(dialog.remoteTag).toBe('');
    expect(dialog.remote).toBe('sip:old@example.com');
    expect(
      dialog.matches(read(request('BYE', { from: 'sip:old@example.com', toTag: 'ours' }))),
    ).toBe(true);
  });

  it('is secure where a sips URI was asked for over TLS, and only there', () => {
    expect(served([], true, 'sips:bot@192.0.2.1').secure).toBe(true);
    expect(served([], false, 'sips:bot@192.0.2.1').secure).toBe(false);
    expect(served([], true).secure).toBe(false);
  });
});

describe('the dialog of an INVITE of ours (RFC 3261, 12.1.2)', () => {
  const dialog = Dialog.ofClient(
    readResponse('Record-Route: <sip:a;lr>, <sip:b;lr>'),
    '<sip:bot@example.com>;tag=ours',
    'ours',
    'sips:alice@example.com',
    TARGET,
  );

  it('has both tags, the peer as its answer names it, and the Record-Route in reverse order', () => {
    expect([dialog.callId, dialog.localTag, dialog.remoteTag]).toEqual(['abc', 'ours', 'theirs']);
    expect(dialog.remote).toBe('"A" <sip:alice@example.com>;tag=theirs;x=y');
    expect(dialog.routes).toEqual(['<sip:b;lr>', '<sip:a;lr>']);
    expect(dialog.secure).toBe(true);
  });

  it('goes on with the CSeq of the INVITE', () => {
    expect([dialog.nextSequence(), dialog.nextSequence()]).toEqual([8, 9]);
  });

  it('takes any first CSeq of the peer', () => {
    expect([dialog.follows(1), dialog.follows(1), dialog.follows(2)]).toEqual([true, false, true]);
  });
});

describe('a dialog', () => {
  it('is that of a request with its Call-ID and both tags (RFC 3261, 12.2.2)', () => {
    const dialog = served();
    expect(dialog.matches(read(request('BYE', { toTag: 'ours' })))).toBe(true);
    expect(dialog.matches(read(request('BYE', { toTag: 'ours', callId: 'other' })))).toBe(false);
    expect(dialog.matches(read(request('BYE', { toTag: 'ours', tag: 'other' })))).toBe(false);
  });

  it('takes requests whose CSeq grows, with gaps or without, and no others', () => {
    const dialog = served();
    const seen = [4, 3, 5, 5, 9, 8, 10].map((sequence) => dialog.follows(sequence));
    expect(seen).toEqual([false, false, true, false, true, false, true]);
  });

  it('counts our requests from 1 where the peer began it', () => {
    const dialog = served();
    expect([dialog.nextSequence(), dialog.nextSequence()]).toEqual([1, 2]);
  });

  it('sends straight to the remote target where there are no routes', () => {
    const dialog = served();
    expect(dialog.target).toEqual({ uri: TARGET, routes: [], hop: TARGET });
    dialog.retarget('sip:alice@192.0.2.9');
    expect(dialog.target.uri).toBe('sip:alice@192.0.2.9');
  });

  it('sends by loose routers with the remote target in the Request-URI', () => {
    const dialog = served(['Record-Route: "p <1>" <sip:p1;lr;x=y>;z, <sip:p2;LR>']);
    expect(dialog.target).toEqual({
      uri: TARGET,
      routes: ['"p <1>" <sip:p1;lr;x=y>;z', '<sip:p2;LR>'],
      hop: 'sip:p1;lr;x=y',
    });
  });

  it('sends by a strict router with that in the Request-URI, and the remote target as the last route', () => {
    const dialog = served(['Record-Route: <sip:p1;x=lr>, <sip:p2;lr>']);
    expect(dialog.target).toEqual({
      uri: 'sip:p1;x=lr',
      routes: ['<sip:p2;lr>', `<${TARGET}>`],
      hop: 'sip:p1;x=lr',
    });
  });
});

describe('a flat copy', () => {
  it.each(['', 'a', 'Grüße, 世界 🙂', 'x'.repeat(500)])('of %j is the same text', (text) => {
    expect(flat(`before${text}after`.slice(6, 6 + text.length))).toBe(text);
  });
});
