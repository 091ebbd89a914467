import { describe, expect, it } from '@jest/globals';

import { chatTarget } from '../../src/chat/chat-target.js';

const found = (...args: Parameters<typeof chatTarget>): [string, string] | string => {
  const target = chatTarget(...args);
  return typeof target === 'string' ? target : [target.address.toString(), target.transport];
};

describe('whom to chat with', () => {
  it.each([
    ['sip:echo@127.0.0.1', undefined, 'sip:echo@127.0.0.1', 'udp'],
    ['echo@example.com:5070', undefined, 'sip:echo@example.com:5070', 'udp'],
    ['sip:echo@127.0.0.1', 'tcp', 'sip:echo@127.0.0.1', 'tcp'],
    ['sip:echo@127.0.0.1;transport=tls', undefined, 'sip:echo@127.0.0.1', 'tls'],
    ['sip:echo@127.0.0.1;transport=WSS', 'wss', 'sip:echo@127.0.0.1', 'wss'],
    ['sip:echo@127.0.0.1;lr;transport=ws', undefined, 'sip:echo@127.0.0.1', 'ws'],
    ['sips:echo@127.0.0.1', undefined, 'sips:echo@127.0.0.1', 'tls'],
    ['sips:echo@127.0.0.1;transport=tcp', undefined, 'sips:echo@127.0.0.1', 'tls'],
    ['sips:echo@127.0.0.1;transport=ws', undefined, 'sips:echo@127.0.0.1', 'wss'],
    ['sips:echo@127.0.0.1', 'ws', 'sips:echo@127.0.0.1', 'wss'],
  ] as const)('%s, by %s: %s by %s', (text, asked, address, transport) => {
    expect(found(text, asked)).toEqual([address, transport]);
  });

  it.each([
    ['tel:+49301234', undefined, 'Write an address like sip:echo@127.0.0.1'],
    ['', undefined, 'Write an address'],
    ['sip:a@b;transport=pigeon', undefined, 'the transports udp, tcp, tls, ws and wss'],
    // What wants TLS never goes without.
    ['sips:a@b', 'udp', 'the transports tls and wss'],
    ['sips:a@b;transport=udp', undefined, 'the transports tls and wss'],
    ['sip:a@b;transport=tls', 'tcp', 'leave one of them out'],
    ['sips:a@b;transport=ws', 'tls', 'leave one of them out'],
  ] as const)('%s, by %s, is told what is wrong', (text, asked, why) => {
    expect(found(text, asked)).toContain(why);
  });
});
