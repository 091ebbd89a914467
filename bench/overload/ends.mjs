/** Where callers are: an address each, with a UDP socket or a TCP connection to the house. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/**
 * Opens an end at each of these addresses.
 * @param {string[]} addresses on the loopback: `127.0.0.2`
 * @param {'udp' | 'tcp'} transport
 * @param {{ address: string, port: number }} house
 * @param {(text: string, end: object) => void} hear takes each message that comes
 */
export async function openEnds(addresses, transport, house, hear) {
  const ends = new Map();
  for (const address of addresses) {
    ends.set(address, await (transport === 'udp' ? datagrams : stream)(address, house, hear));
  }
  return ends;
}

async function datagrams(address, house, hear) {
  const socket = createSocket({
    type: 'udp4',
    lookup: (host, _options, found) => found(null, host, 4),
  });
  await new Promise((resolve) => socket.bind(0, address, resolve));
  socket.setRecvBufferSize(4 * 1024 * 1024);
  socket.setSendBufferSize(4 * 1024 * 1024);
  const end = {
    transport: 'UDP',
    local: `${address}:${socket.address().port}`,
    send: (bytes) => socket.send(bytes, house.port, house.address),
    close: () => socket.close(),
  };
  socket.on('message', (bytes) => hear(bytes.latin1Slice(), end));
  return end;
}

async function stream(address, house, hear) {
  const socket = connect({ host: house.address, port: house.port, localAddress: address });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const end = {
    transport: 'TCP',
    local: `${address}:${socket.localPort}`,
    lost: false,
    send: (bytes) => {
      if (!end.lost) socket.write(bytes);
    },
    close: () => socket.destroy(),
  };
  socket.on('error', () => {});
  socket.on('close', () => {
    end.lost = true;
  });
  let rest = '';
  socket.on('data', (piece) => {
    rest += piece.latin1Slice();
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\nContent-Length: *(\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
      if (rest.length < head + 4 + length) return;
      const message = rest.slice(0, head + 4 + length);
      rest = rest.slice(head + 4 + length);
      hear(message, end);
    }
  });
  return end;
}
