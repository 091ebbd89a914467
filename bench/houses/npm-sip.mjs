/** The answering end of `interop/sipp/im-session.xml` with the npm package `sip`: the least that a program on it has to do. */
import { randomBytes } from 'node:crypto';

import sip from 'sip';

const address = '127.0.0.1';
const port = Number(process.argv[2]);

/** By their Call-IDs: where the peer is, the two ends, and the number of our last request. */
const dialogs = new Map();

// Another name than the callers have: it takes its own for the name of a connection of its.
sip.start({ address, port, publicAddress: 'localhost', tcp: false }, (request) => {
  switch (request.method) {
    case 'INVITE':
      return accept(request);
    case 'MESSAGE':
      return echo(request);
    case 'BYE':
      dialogs.delete(request.headers['call-id']);
      return sip.send(sip.makeResponse(request, 200, 'OK'));
    case 'ACK':
      return undefined;
    default:
      return sip.send(sip.makeResponse(request, request.method === 'OPTIONS' ? 200 : 405));
  }
});

function accept(request) {
  const { headers } = request;
  headers.to.params.tag = randomBytes(8).toString('hex');
  dialogs.set(headers['call-id'], {
    uri: headers.contact[0].uri,
    from: headers.to,
    to: headers.from,
    sequence: 0,
  });
  const answer = sip.makeResponse(request, 200, 'OK');
  answer.headers.contact = [{ uri: `sip:${address}:${port}` }];
  answer.headers['content-type'] = 'application/sdp';
  answer.content =
    `v=0\r\no=- 0 0 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\n` +
    `m=message ${port} sip null\r\na=accept-types:text/plain\r\n`;
  sip.send(answer);
}

function echo(request) {
  const { headers, content } = request;
  const dialog = dialogs.get(headers['call-id']);
  sip.send(sip.makeResponse(request, 200, 'OK'));
  dialog.sequence += 1;
  sip.send({
    method: 'MESSAGE',
    uri: dialog.uri,
    headers: {
      from: dialog.from,
      to: dialog.to,
      'call-id': headers['call-id'],
      cseq: { method: 'MESSAGE', seq: dialog.sequence },
      'max-forwards': 70,
      'content-type': headers['content-type'],
    },
    content,
  });
}
