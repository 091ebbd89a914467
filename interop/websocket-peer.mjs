/** A peer that speaks SIP over a WebSocket (RFC 7118), its messages written by hand: SIPp has no such transport. */
/* oxlint-disable no-await-in-loop -- one message after the other is what is meant */
import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';

import { WebSocket } from 'ws';

import { answerTo, readSip, sipText } from './sip-text.mjs';

const token = () => randomBytes(8).toString('hex');

/** One connection, and the messages that came in on it and were not looked at yet. */
export class WebSocketPeer {
  #socket;
  #inbox = [];
  #arrived = () => {};
  // RFC 7118, 5: a browser does not know its address, so a name that cannot be resolved stands for it.
  #host = `${token()}.invalid`;

  static async connect(url) {
    const peer = new WebSocketPeer();
    const socket = new WebSocket(url, 'sip');
    peer.#socket = socket;
    socket.on('message', (data) => {
      peer.#inbox.push(readSip(Buffer.from(data).toString('utf8')));
      peer.#arrived();
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    assert.equal(socket.protocol, 'sip', 'the subprotocol that was agreed on');
    return peer;
  }

  close() {
    this.#socket.terminate();
  }

  /** A whole session: INVITE, 200, ACK, messages that must come back, BYE, 200. */
  async converse(target, texts) {
    const me = `sip:browser@${this.#host}`;
    const dialog = {
      callId: token(),
      from: `<${me}>;tag=${token()}`,
      to: `<${target}>`,
      cseq: 1,
      target,
    };

    const invite = this.#request(
      'INVITE',
      dialog,
      {
        Contact: `<sip:browser@${this.#host};transport=ws>`,
        'Content-Type': 'application/sdp',
      },
      sdp(),
    );
    let answer = await this.#next('an answer to INVITE');
    while (answer.status < 200) answer = await this.#next('a final answer to INVITE');
    assert.equal(answer.status, 200, answer.startLine);
    assert.equal(answer.get('CSeq'), '1 INVITE');
    assert.equal(answer.get('Via').includes(invite.branch), true, 'the Via that we sent');
    assert.match(answer.body, /^m=message [1-9][0-9]* \S+ /m, 'an accepted message line');
    dialog.to = answer.get('To');
    dialog.target = /<([^>]+)>/.exec(answer.get('Contact'))[1];
    assert.match(dialog.target, /;transport=ws\b/i, 'a Contact that is reached over WebSocket');
    this.#request('ACK', dialog);

    for (const text of texts) await this.#sayAndHear(dialog, text);

    dialog.cseq += 1;
    this.#request('BYE', dialog);
    const bye = await this.#next('the answer to BYE');
    assert.equal(`${bye.status} ${bye.get('CSeq')}`, `200 ${dialog.cseq} BYE`);
    await this.#nothingMore();
  }

  /** One request outside a dialog, and the status that answers it. */
  async ask(method, target, fields = {}) {
    const me = `sip:browser@${this.#host}`;
    const dialog = {
      callId: token(),
      from: `<${me}>;tag=${token()}`,
      to: `<${target}>`,
      cseq: 1,
      target,
    };
    this.#request(method, dialog, fields);
    return (await this.#next(`the answer to ${method}`)).status;
  }

  /** The 200 to our MESSAGE and the echo may come in either order. */
  async #sayAndHear(dialog, text) {
    dialog.cseq += 1;
    this.#request('MESSAGE', dialog, { 'Content-Type': 'text/plain;charset=UTF-8' }, text);
    const both = [await this.#next('200 or echo'), await this.#next('echo or 200')];
    const delivered = both.find((message) => message.status !== undefined);
    const echo = both.find((message) => message.method !== undefined);
    assert.equal(`${delivered?.status} ${delivered?.get('CSeq')}`, `200 ${dialog.cseq} MESSAGE`);
    assert.equal(echo?.method, 'MESSAGE');
    assert.equal(echo.body, text);
    assert.equal(echo.get('To'), dialog.from, 'the echo is addressed to us, with our tag');
    assert.equal(echo.get('From'), dialog.to, 'the echo comes from the bot, with its tag');
    this.#socket.send(answerTo(echo, 200, 'OK'));
  }

  #request(method, dialog, fields = {}, body = '') {
    const branch = `z9hG4bK${token()}`;
    const common = {
      Via: `SIP/2.0/WS ${this.#host};branch=${branch}`,
      'Max-Forwards': '70',
      From: dialog.from,
      To: dialog.to,
      'Call-ID': dialog.callId,
      CSeq: `${dialog.cseq} ${method}`,
    };
    this.#socket.send(
      sipText(`${method} ${dialog.target} SIP/2.0`, { ...common, ...fields }, body),
    );
    return { branch };
  }

  async #next(what, milliseconds = 5000) {
    if (this.#inbox.length === 0) {
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${what} did not come`)), milliseconds);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#inbox.shift();
  }

  /** A reliable transport repeats nothing. */
  async #nothingMore() {
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.deepEqual(
      this.#inbox.map((message) => message.startLine),
      [],
      'messages after the end',
    );
  }
}

function sdp() {
  const lines = ['v=0', 'o=- 0 0 IN IP4 0.0.0.0', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0'];
  return [...lines, 'm=message 9 sip null', 'a=accept-types:text/plain', ''].join('\r\n');
}
