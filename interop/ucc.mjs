/** The cases of `examples/ucc-port`: an application of UCC in front of SIPp. */
import { strict as assert } from 'node:assert';

import { play } from './play.mjs';

const UDP = 'u1';
const TCP = 't1';
const SESSIONS = 20;

const run = (fill = {}) => ({ service: 'desk', fill, sessions: SESSIONS, rate: 20, seconds: 20 });

/** A session of one kind, accepted. */
const accepted = (contact, media, expect) => async (house, options) => {
  const fill = {
    CONTACT: contact,
    MEDIA: media.map((line) => `    ${line}`).join('\n'),
    EXPECT: expect,
  };
  await play(house, options, 'accepted', run(fill));
  await house.until('every session ended', () => house.sessions === 0, 5);
  return `${SESSIONS} sessions accepted`;
};

/** The conversation ID finds the original session, which ends; or ends nothing where somebody else claims it. */
const escalated = (name, seen) => async (house, options) => {
  const before = house.count('ended');
  await play(house, options, name, run());
  await house.until('every session ended', () => house.sessions === 0, 5);
  assert.equal(house.count('ended') - before, 2 * SESSIONS);
  return `${SESSIONS} conversations, ${seen}`;
};

/** A session of a kind that the application accepts, and that nobody has media for. */
async function sound(house, options) {
  const before = house.count('started');
  await play(house, options, 'sound', run());
  assert.equal(house.count('started'), before);
  return `${SESSIONS} × 488, and no session`;
}

const AUDIO = 'm=audio [local_port] RTP/AVP 0';
const TEXT = ['m=text [local_port] RTP/AVP 98', 'a=rtpmap:98 t140/1000'];
const MESSAGES = ['m=message [local_port] sip null', 'a=accept-types:text/plain'];

export const ucc = [
  { name: 'ucc-im', run: accepted('', MESSAGES, 'm=message [1-9]') },
  { name: 'ucc-audio-video', run: accepted('', [AUDIO, ...TEXT], 'm=audio 0 .*m=text [1-9]') },
  { name: 'ucc-sound', run: sound },
  { name: 'ucc-conference', run: accepted(';isfocus', MESSAGES, 'm=message [1-9]') },
  { name: 'ucc-escalation', run: escalated('escalation', 'each ended by its conversation ID') },
  { name: 'ucc-foreign', run: escalated('foreign-escalation', 'none ended by who is not in it') },
]
  // oxlint-disable-next-line oxc/no-map-spread -- a handful, once
  .map((one) => ({ ...one, house: 'ucc', transports: [UDP, TCP] }));
