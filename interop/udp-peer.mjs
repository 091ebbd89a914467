/** A peer that speaks SIP by datagrams, its messages written by hand, from an address of its own on the loopback interface. */
import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { readSip, sipText } from './sip-text.mjs';

const token = () => randomBytes(8).toString('hex');

/** One socket, and what came in on it. */
export class UdpPeer {
  #socket;
  #port;
  #arrived = () => {};
  /** Every datagram that came and was not looked at yet. */
  inbox = [];
  /** Datagrams and octets, either way. */
  sent = { datagrams: 0, octets: 0 };
  heard = { datagrams: 0, octets: 0 };

  /** @param address on the loopback interface: a house that has not heard of it knows nothing of whoever is there */
  static async open(port, address = '127.0.0.1', ownPort = 0) {
    const peer = new UdpPeer();
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    peer.#socket = socket;
    peer.#port = port;
    socket.bind({ address, port: ownPort });
    await once(socket, 'listening');
    peer.address = address;
    peer.port = socket.address().port;
    socket.on('message', (bytes) => {
      peer.heard.datagrams += 1;
      peer.heard.octets += bytes.length;
      peer.inbox.push(bytes);
      peer.#arrived();
    });
    return peer;
  }

  close() {
    this.#socket.close();
  }

  send(bytes) {
    const octets = Buffer.from(bytes);
    this.sent.datagrams += 1;
    this.sent.octets += octets.length;
    this.#socket.send(octets, this.#port, '127.0.0.1');
  }

  /** The next datagram; undefined where none comes in time. */
  async next(milliseconds) {
    if (this.inbox.length === 0) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.inbox.shift();
  }

  /** A request outside any dialog, like no other. */
  request(method, { user = 'echo', toTag, fields = {}, body = '', id = token() } = {}) {
    return sipText(
      `${method} sip:${user}@127.0.0.1:${this.#port} SIP/2.0`,
      {
        Via: `SIP/2.0/UDP ${this.address}:${this.port};branch=z9hG4bK${id}`,
        'Max-Forwards': '70',
        From: `<sip:peer@${this.address}>;tag=${id}`,
        To: `<sip:${user}@127.0.0.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
        'Call-ID': `${id}@${this.address}`,
        CSeq: `1 ${method}`,
        ...fields,
      },
      body,
    );
  }

  /** An invitation, like no other. */
  invite(user, id, usual = {}) {
    const fields = {
      ...usual,
      Contact: `<sip:peer@${this.address}:${this.port}>`,
      'Content-Type': 'application/sdp',
    };
    const lines = ['v=0', `o=- 0 0 IN IP4 ${this.address}`, 's=-', `c=IN IP4 ${this.address}`];
    lines.push('t=0 0', `m=message ${this.port} sip null`, 'a=accept-types:text/plain', '');
    return this.request('INVITE', { user, fields, body: lines.join('\r\n'), id });
  }
}

/** Somebody shows that he is where he seems to be: he is turned away, and confirms that he has heard it. */
export async function meet(port, address) {
  const peer = await UdpPeer.open(port, address);
  try {
    const id = token();
    peer.send(peer.invite('busy', id));
    const answer = readSip((await peer.next(5000))?.toString('utf8') ?? '');
    assert.equal(answer.status, 486);
    const tag = /;tag=(.*)$/.exec(answer.get('To'))?.[1];
    peer.send(peer.request('ACK', { user: 'busy', toTag: tag, id }));
  } finally {
    peer.close();
  }
}
