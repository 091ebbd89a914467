/** Messages that RFCs show as right, and messages of real programs: none may be refused without a reason that is written here. */
import { describe, expect, test } from '@jest/globals';

import { Malformed } from '../../src/syntax/malformed.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { bytesOf, reviewed, samples, verdicts } from './corpora.js';
import { readAll, readRequest, readResponse } from './reading.js';

/** Refused for what is wrong in the RFC's own text. */
const REFUSED = reviewed('refused');
/** Wrong in the RFC's own text as well, but only in a value that is refused no earlier than somebody reads it. */
const UNREADABLE = reviewed('unreadable');
/** Wrong in a header field that this parser does not know. */
const UNREAD = reviewed('unread');

const flows = verdicts('valid-callflows/manifest.json').map(
  ({ file, known_rfc_defect: defect }) => ({
    file,
    name: file.slice('valid-callflows/'.length, -'.sip'.length),
    defect,
  }),
);

describe('the call flows of RFC 3261, 3665, 5359, 7118 and others', () => {
  test('all of them are messages, but for those on the reviewed list', () => {
    const refused = flows
      .filter(({ file }) => parseMessage(bytesOf(file)) instanceof Malformed)
      .map(({ name }) => name);
    expect(refused).toEqual([...REFUSED]);
    expect(flows).toHaveLength(410);
  });

  test('every known defect of an RFC is on one of the reviewed lists', () => {
    const defective = flows.filter(({ defect }) => Array.isArray(defect)).map(({ name }) => name);
    expect(
      defective.filter((name) => !REFUSED.has(name) && !UNREADABLE.has(name) && !UNREAD.has(name)),
    ).toEqual([]);
  });

  test('every value of them can be read, but for those on the reviewed list', () => {
    const unreadable = flows
      .filter(({ name }) => !REFUSED.has(name))
      .filter(({ file }) => readAll(parseMessage(bytesOf(file))).length > 0)
      .map(({ name }) => name);
    expect(unreadable).toEqual([...UNREADABLE]);
  });
});

describe('what real programs send', () => {
  test.each(samples('captures', 'examples').filter(({ file }) => !file.endsWith('.msrp')))(
    '$file is a message',
    ({ bytes }) => {
      const message = parseMessage(bytes);
      expect(message).not.toBeInstanceOf(Malformed);
      expect(readAll(message)).toEqual([]);
    },
  );

  test('a Via with its transport in lower case and without a branch is read', () => {
    const message = readRequest(bytesOf('captures/02-sipe-invite-ocs2007-m-message.sip'));
    expect(message.via).toMatchObject({
      transport: 'TCP',
      host: '127.0.0.1',
      port: 38_612,
      branch: undefined,
    });
    expect(message.fromTag).toBe('5663714272');
    expect(message.from.params.get('epid')).toBe('b34afb6ebb23');
    expect(message.contacts[0]?.params.get('proxy')).toBe('replace');
    expect(message.mediaType).toBe('application/sdp');
  });

  test('a BYE in the place of a CANCEL has no To tag', () => {
    const message = readRequest(
      bytesOf('captures/09-sipe-bye-without-totag-instead-of-CANCEL.sip'),
    );
    expect(message).toMatchObject({ method: 'BYE', toTag: undefined });
  });

  test('a body of deflated octets stays as it is', () => {
    const message = readRequest(bytesOf('captures/24-linphone-imdn-content-encoding-deflate.sip'));
    expect(message.list('Content-Encoding')).toEqual(['deflate']);
    expect(message.body).toHaveLength(Number(message.get('Content-Length')));
    expect(message.body[0]).toBe(0x78);
  });

  test('several Contacts of a forward come in their order, each with its rank', () => {
    const message = readResponse(bytesOf('examples/05-forward-303.sip'));
    expect(message.status).toBe(303);
    expect(
      message.contacts.map(({ displayName, params }) => [displayName, params.get('q')]),
    ).toEqual([
      ['Human desk', '1.0'],
      [undefined, '0.5'],
    ]);
  });
});
