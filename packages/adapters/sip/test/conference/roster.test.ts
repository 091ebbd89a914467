/** Who takes part in a conference, as its focus tells it (RFC 4575). */
import { describe, expect, it } from '@jest/globals';
import { Address, type Participant, RemoteProtocolError } from '@usher/core';
import { SeededChance } from '@usher/core/testing';

import { codeOfResponse, printAddUser } from '../../src/conference/cccp.js';
import { type ConferenceInfo, parseConferenceInfo } from '../../src/conference/conference-info.js';
import { undeliveredIn } from '../../src/conference/delivery-report.js';
import { Roster } from '../../src/conference/roster.js';
import { RELAY, conferenceInfo, user } from './conference.js';

const encoder = new TextEncoder();

function read(xml: string): ConferenceInfo {
  const info = parseConferenceInfo(encoder.encode(xml));
  if (info instanceof RemoteProtocolError) throw info;
  return info;
}

/** A roster to which this was told. */
function told(...documents: readonly string[]): Roster {
  const roster = new Roster(Address.parse('sip:bot@EXAMPLE.com'));
  for (const xml of documents) roster.apply(read(xml));
  return roster;
}

const names = (roster: Roster): string[] =>
  roster.participants.map(
    ({ address, connected }) => `${address.user}${connected ? '' : ' (away)'}`,
  );
const all = (...users: readonly string[]): string =>
  `<users state="full">${users.join('')}</users>`;
const some = (...users: readonly string[]): string =>
  `<users state="partial">${users.join('')}</users>`;
const changed = (version: number, ...users: readonly string[]): string =>
  conferenceInfo(some(...users), { state: 'partial', version });
const FIRST = conferenceInfo(all(user('alice'), user('bot')), { version: 7 });

describe('a full document', () => {
  it('says who takes part, which of them we are, and where talk by text is', () => {
    expect(read(FIRST).relay).toBe(RELAY);
    const [alice, bot]: readonly Participant[] = told(FIRST).participants;
    expect(alice).toEqual({
      address: Address.parse('sip:alice@example.com'),
      displayName: 'alice',
      local: false,
      roles: ['attendee'],
      connected: true,
    });
    expect(bot?.local).toBe(true);
  });

  it('takes the place of all before it', () => {
    expect(names(told(FIRST, conferenceInfo(all(user('carol')), { version: 9 })))).toEqual([
      'carol',
    ]);
  });

  it('that is older than what is known says nothing', () => {
    expect(names(told(FIRST, conferenceInfo(all(), { version: 6 })))).toEqual(['alice', 'bot']);
  });

  it('is taken whatever its number, where something was missing', () => {
    const roster = told(FIRST);
    roster.forget();
    expect(roster.apply(read(conferenceInfo(all(user('dave')), { version: 0 })))).toBe('changed');
    expect(names(roster)).toEqual(['dave']);
  });
});

describe('a partial document', () => {
  it('changes what it names, and nothing else', () => {
    expect(names(told(FIRST, changed(8, user('carol'))))).toEqual(['alice', 'bot', 'carol']);
    expect(names(told(FIRST, changed(8, user('alice', '', 'deleted'))))).toEqual(['bot']);
    expect(names(told(FIRST, changed(8, user('alice', 'disconnected', 'partial'))))).toEqual([
      'alice (away)',
      'bot',
    ]);
  });

  it('of one device leaves the others as they were', () => {
    const second =
      '<user entity="sip:alice@example.com" state="partial"><endpoint entity="{phone}"><status>disconnected</status></endpoint></user>';
    const gone =
      '<user entity="sip:alice@example.com" state="partial"><endpoint entity="{alice}" state="deleted"/></user>';
    expect(names(told(FIRST, changed(8, second)))).toEqual(['alice', 'bot']);
    expect(names(told(FIRST, changed(8, second), changed(9, gone)))).toEqual([
      'alice (away)',
      'bot',
    ]);
  });

  it.each([
    [7, 'stale'],
    [6, 'stale'],
    [8, 'changed'],
    [9, 'gap'],
  ])('of the version %d, after 7, is: %s', (version, applied) => {
    expect(told(FIRST).apply(read(changed(version, user('carol'))))).toBe(applied);
  });

  it('before any full one leaves a gap', () => {
    expect(told().apply(read(changed(0)))).toBe('gap');
  });
});

it('a conference that is no more has nobody in it', () => {
  expect(names(told(FIRST, conferenceInfo('', { state: 'deleted', version: 8 })))).toEqual([]);
});

describe('no document is', () => {
  it.each([
    ['', 'nothing'],
    ['<users/>', 'another root'],
    ['<conference-info/>', 'one without a version'],
    ['<conference-info version="-1"/>', 'one with a version that is none'],
    ['<conference-info version="1">', 'one without an end'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><conference-info version="1"/>', 'one with entities'],
    [
      `<conference-info version="1">${'<a>'.repeat(17)}${'</a>'.repeat(17)}</conference-info>`,
      'too deep a one',
    ],
    [`<conference-info version="1">${'<a/>'.repeat(20_000)}</conference-info>`, 'too long a one'],
    ['<conference-info version="1">\u0000', 'binary'],
  ])('%j', (xml) => {
    expect(parseConferenceInfo(encoder.encode(xml))).toMatchObject({ code: 'bad-conference-info' });
  });
});

it('whatever happens to a document on its way, it is read or refused, and nothing is thrown', () => {
  const chance = new SeededChance(5);
  const original = encoder.encode(changed(8, user('alice'), user('carol', 'pending', 'partial')));
  const roster = told(FIRST);
  let readable = 0;
  for (let count = 0; count < 3_000; count += 1) {
    const bytes = original.slice(
      0,
      chance.integer(4) === 0 ? chance.integer(original.length) : undefined,
    );
    for (let change = chance.integer(4); change > 0 && bytes.length > 0; change -= 1) {
      bytes[chance.integer(bytes.length)] = '<>/"=& a1\u0000'.charCodeAt(chance.integer(11));
    }
    const info = parseConferenceInfo(bytes);
    if (info instanceof RemoteProtocolError) continue;
    readable += 1;
    roster.apply(info);
    expect(roster.participants.length).toBeGreaterThan(0);
  }
  expect(readable).toBeGreaterThan(300);
});

it('at most a thousand users are kept, with sixteen devices each', () => {
  const devices = Array.from({ length: 3 }, (_, at) => `<endpoint entity="{${at}}"/>`).join('');
  const users = Array.from(
    { length: 1_500 },
    (_, at) => `<user entity="sip:u${at}@example.com">${devices}</user>`,
  );
  expect(told(conferenceInfo(all(...users), { relay: '' })).participants).toHaveLength(1_000);
});

it('a user whose address is none is not shown', () => {
  expect(names(told(conferenceInfo(all('<user entity="no uri"/>', '<user/>'))))).toEqual([]);
});

describe('letting oneself in', () => {
  it('says the focus and ourselves so that nothing of them is taken for something else', () => {
    const asked = printAddUser('sip:a@b;x="<&>"', Address.parse('sip:bot@example.com'), 'id');
    expect(new TextDecoder().decode(asked)).toContain(
      'confEntity="sip:a@b;x=&quot;&lt;&amp;&gt;&quot;"',
    );
  });

  it.each([
    ['<c:response xmlns:c="urn:ietf:params:xml:ns:cccp" code="success"/>', 'success'],
    ['<response code="failure" reason="locked"><x/></response>', 'failure'],
    ['<response/>', undefined],
    ['<answer code="success"/>', undefined],
    [`<response code="${'x'.repeat(100)}"/>`, 'x'.repeat(64)],
  ])('is answered by %s: %s', (xml, code) => {
    expect(codeOfResponse(encoder.encode(xml))).toBe(code);
  });
});

describe('a report of what became of a message', () => {
  const recipient = (status: string): string => `<recipient uri="sip:a@b">${status}</recipient>`;
  it.each([
    [`${recipient('<status>200</status>')}${recipient('<status>202</status>')}`, 0],
    [`${recipient('<status>200</status>')}${recipient('<status>408</status>')}`, 1],
    [`${recipient('')}${recipient('<status>?</status>')}${recipient('<status>300</status>')}`, 3],
    ['', 0],
  ])('%s: %d have not got it', (recipients, count) => {
    const xml = `<imdn><message-id>17</message-id>${recipients}</imdn>`;
    expect(undeliveredIn(encoder.encode(xml))).toBe(count);
  });

  it('is none where it is something else', () => {
    expect(undeliveredIn(encoder.encode('<other/>'))).toBeUndefined();
  });
});
