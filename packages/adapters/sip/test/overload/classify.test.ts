/** The classes of messages, told by a glance, and never by more than that. */
import { describe, expect, it } from '@jest/globals';

import { classify, type Known } from '../../src/overload/classify.js';
import {
  CONCLUDING,
  EMERGENCY,
  INVITING,
  OTHER,
  PAGING,
  WITHIN,
} from '../../src/overload/priority.js';
import { transactionKey } from '../../src/overload/transaction-key.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { hasBranch, serverKey } from '../../src/transaction/key.js';
import { FOLDERS, octets, request, samples } from '../syntax/corpora.js';

/** A request of this method whose To is this. */
function addressed(method: string, to = '<sip:bot@127.0.0.1>'): Uint8Array {
  return request({ '': `${method} sip:bot@127.0.0.1 SIP/2.0`, To: to, CSeq: `1 ${method}` });
}

const TAGGED = '<sip:bot@127.0.0.1>;tag=ours';

/** A house that knows these keys and this tag. */
function knowing(keys: readonly string[], tag?: string): Known {
  return {
    transaction: (key) => keys.includes(key),
    dialog: (each) => each === tag,
    request: (branch) => branch === 'z9hG4bK-ours',
  };
}

describe('a message is classed by its first line and its To tag', () => {
  it.each([
    ['ACK', CONCLUDING],
    ['BYE', CONCLUDING],
    ['CANCEL', CONCLUDING],
    ['INVITE', INVITING],
    ['MESSAGE', PAGING],
    ['OPTIONS', OTHER],
    ['REGISTER', OTHER],
    ['invite', OTHER],
    ['INVITED', OTHER],
  ])('%s outside any dialog is of class %d', (method, priority) => {
    expect(classify(addressed(method))).toBe(priority);
  });

  it.each(['INVITE', 'MESSAGE', 'INFO', 'UPDATE', 'NOTIFY', 'OPTIONS', 'X-NEW'])(
    '%s within a dialog is talk in progress',
    (method) => {
      expect(classify(addressed(method, TAGGED))).toBe(WITHIN);
    },
  );

  it('a response concludes something', () => {
    expect(classify(octets('SIP/2.0 200 OK\n\n'))).toBe(CONCLUDING);
    expect(classify(octets('sip/2.0 503 \n'))).toBe(CONCLUDING);
  });

  it('a sign of life costs nothing and goes first', () => {
    expect(classify(octets('\n\n'))).toBe(CONCLUDING);
    expect(classify(new Uint8Array(0))).toBe(CONCLUDING);
  });

  it('line ends before a message are passed over', () => {
    const message = addressed('MESSAGE', TAGGED);
    const late = new Uint8Array(message.length + 4);
    late.set(octets('\n\n'));
    late.set(message, 4);
    expect(classify(late)).toBe(WITHIN);
  });
});

describe('the To tag is found however it is written', () => {
  it.each([
    ['in the compact form', 't: <sip:b@h>;tag=1'],
    ['in any case', 'tO: <sip:b@h>;TAG=1'],
    ['with white space around everything', 'To \t: <sip:b@h> ; tag = 1'],
    ['behind a fold', 'To: <sip:b@h>\n ;tag=1'],
    ['split by a fold', 'To: <sip:b@h>;\n\ttag\n  =1'],
    ['behind other parameters', 'To: <sip:b@h>;x=";tag";y;tag=1'],
    ['behind a display name', 'To: "a \\" b" <sip:b@h>;tag=1'],
    ['without brackets', 'To: sip:b@h;tag=1'],
  ])('%s', (_how, line) => {
    expect(classify(octets(`MESSAGE sip:b@h SIP/2.0\nFrom: a\n${line}\n\n`))).toBe(WITHIN);
  });

  it.each([
    ['in a display name', 'To: ";tag=1" <sip:b@h>'],
    ['in a URI', 'To: <sip:b@h;tag=1>'],
    ['as a part of a longer name', 'To: <sip:b@h>;tagged=1'],
    ['without a value', 'To: <sip:b@h>;tag='],
    ['behind a quote that never ends', 'To: "x <sip:b@h>;tag=1'],
    ['in a header field of another name', 'Tool: x;tag=1\nTo: <sip:b@h>'],
    ['in a second To', 'To: <sip:b@h>\nTo: <sip:b@h>;tag=1'],
    ['in a fold of another field', 'Subject: x\n To: <sip:b@h>;tag=1\nTo: <sip:b@h>'],
    ['behind a thousand octets', `To: <sip:b@h>;x=${'y'.repeat(1_100)};tag=1`],
  ])('but not %s', (_how, line) => {
    expect(classify(octets(`MESSAGE sip:b@h SIP/2.0\n${line}\n\n`))).toBe(PAGING);
  });

  it('but not in the body', () => {
    expect(classify(octets('MESSAGE sip:b@h SIP/2.0\nTo: <sip:b@h>\n\nTo: <a>;tag=1\n'))).toBe(
      PAGING,
    );
  });
});

describe('what is unclear is of the last class', () => {
  const text = new TextEncoder();
  it.each([
    ['a line that ends with LF alone', 'INVITE sip:b SIP/2.0\r\nX: y\nTo: <sip:b>;tag=1\r\n\r\n'],
    ['a message without a To', 'INVITE sip:b SIP/2.0\r\nFrom: <sip:a>\r\n\r\n'],
    ['a first line that never ends', `INVITE ${'a'.repeat(60_000)}`],
    [
      'a To behind eight thousand octets',
      `INVITE sip:b SIP/2.0\r\nX: ${'y'.repeat(9_000)}\r\nTo: <sip:b>;tag=1\r\n\r\n`,
    ],
    [
      'a To behind a hundred lines',
      `INVITE sip:b SIP/2.0\r\n${'X: y\r\n'.repeat(101)}To: <sip:b>;tag=1\r\n\r\n`,
    ],
    ['a hundred line ends', `${'\r\n'.repeat(100)}INVITE sip:b SIP/2.0\r\nTo: <sip:b>\r\n\r\n`],
    ['a first line that begins with a space', ' INVITE sip:b SIP/2.0\r\nTo: <sip:b>\r\n\r\n'],
    ['noise', '\0\u0001\u0002 \r\n\r\n'],
  ])('%s', (_what, message) => {
    expect(classify(text.encode(message))).toBe(OTHER);
  });
});

describe('an emergency is told apart', () => {
  it('by the service it calls (RFC 5031)', () => {
    for (const uri of ['urn:service:sos', 'URN:Service:SOS', 'urn:service:sos.police']) {
      const line = `INVITE ${uri} SIP/2.0`;
      expect(classify(request({ '': line, CSeq: '1 INVITE' }))).toBe(EMERGENCY);
    }
    const line = 'INVITE urn:service:sosx SIP/2.0';
    expect(classify(request({ '': line, CSeq: '1 INVITE' }))).toBe(INVITING);
  });

  it('by its Resource-Priority (RFC 4412)', () => {
    expect(classify(request({ 'resource-Priority': 'esnet.0' }))).toBe(EMERGENCY);
    expect(classify(request({ 'Resource-Priority-X': 'esnet.0' }))).toBe(PAGING);
  });

  it('but not where nothing is begun', () => {
    const options = {
      '': 'OPTIONS sip:b SIP/2.0',
      CSeq: '1 OPTIONS',
      'Resource-Priority': 'dsn.flash',
    };
    expect(classify(request(options))).toBe(OTHER);
  });
});

describe('where the house is asked what it knows', () => {
  const KEY = '127.0.0.1:5070 z9hG4bK-1';

  it.each(['INVITE', 'MESSAGE', 'OPTIONS', 'BYE'])('a retransmitted %s concludes', (method) => {
    expect(classify(addressed(method), knowing([`${method} ${KEY}`]))).toBe(CONCLUDING);
  });

  it('an ACK and a CANCEL are of their INVITE', () => {
    expect(classify(addressed('ACK'), knowing([`INVITE ${KEY}`]))).toBe(CONCLUDING);
    expect(classify(addressed('CANCEL'), knowing([`INVITE ${KEY}`]))).toBe(CONCLUDING);
  });

  it('a CANCEL of an INVITE that nobody has seen comes behind the INVITEs that wait', () => {
    expect(classify(addressed('CANCEL'), knowing([]))).toBe(INVITING);
    expect(classify(addressed('CANCEL'), knowing([`CANCEL ${KEY}`]))).toBe(CONCLUDING);
  });

  it('a response to nothing of ours comes last', () => {
    const response = (branch: string): Uint8Array =>
      request({ '': 'SIP/2.0 200 OK', Via: `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch};rport` });
    expect(classify(response('z9hG4bK-ours'), knowing([]))).toBe(CONCLUDING);
    expect(classify(response('z9hG4bK-theirs'), knowing([]))).toBe(OTHER);
    expect(classify(octets('SIP/2.0 200 OK\n\n'), knowing([]))).toBe(OTHER);
  });

  it('a dialog that there is keeps its rank', () => {
    expect(classify(addressed('MESSAGE', TAGGED), knowing([], 'ours'))).toBe(WITHIN);
    expect(classify(addressed('BYE', TAGGED), knowing([], 'ours'))).toBe(CONCLUDING);
    expect(classify(addressed('ACK', TAGGED), knowing([], 'ours'))).toBe(CONCLUDING);
  });

  it.each(['MESSAGE', 'INVITE', 'BYE', 'ACK'])(
    'a %s of a dialog that there is none of comes last',
    (method) => {
      expect(classify(addressed(method, TAGGED), knowing([], 'another'))).toBe(OTHER);
    },
  );
});

describe('on every message file there is', () => {
  const read = samples(...FOLDERS).map(({ file, bytes }) => ({
    file,
    bytes,
    message: parseMessage(bytes),
  }));

  it('nothing is taken for talk in progress that the parser finds no To tag in', () => {
    const wrong = read.filter(
      ({ bytes, message }) =>
        classify(bytes) === WITHIN && message.type === 'request' && message.toTag === undefined,
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('every request with a To tag is talk in progress or concludes', () => {
    const wrong = read.filter(
      ({ bytes, message }) =>
        message.type === 'request' && message.toTag !== undefined && classify(bytes) > WITHIN,
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('every response concludes', () => {
    const wrong = read.filter(
      ({ bytes, message }) => message.type === 'response' && classify(bytes) !== CONCLUDING,
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('the key of a transaction is that of the transaction layer, or none', () => {
    let keys = 0;
    for (const { file, bytes, message } of read) {
      if (message.type !== 'request' || !hasBranch(message)) continue;
      const via = new TextDecoder('latin1').decode(bytes).search(/^(?:via|v)[ \t]*:/im);
      const value = bytes.indexOf(0x3a, via) + 1;
      const key = transactionKey(bytes, value, message.method);
      if (key === undefined) continue;
      keys += 1;
      expect(`${file} ${key}`).toBe(`${file} ${serverKey(message, message.method)}`);
    }
    expect(keys).toBeGreaterThan(150);
  });
});
