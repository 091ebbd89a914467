/** Every message that a real program was heard to send, taken as it was meant: read, told apart, and answered. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { parseIsComposing } from '../../src/composing/is-composing.js';
import { isMicrosoft } from '../../src/dialect/dialect.js';
import { parseKeyboardActivity } from '../../src/dialect/keyboard-activity.js';
import { agreedMessages } from '../../src/sdp/message-media.js';
import { parseSdp } from '../../src/sdp/sdp-parser.js';
import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { readResponse, TCP, UDP, WS } from '../endpoint/bench.js';
import { ack } from '../endpoint/peer.js';
import { bytesOf, samples } from '../syntax/corpora.js';
import { Stage } from '../user-agent/stage.js';

/** What a client meant, as far as a house that it meets for the first time can tell. */
interface Meant {
  /** What is answered; undefined where nothing is. */
  readonly status?: number;
  /** Header fields of the answer, each with a part of its value. */
  readonly says?: Readonly<Record<string, string>>;
  /** The kind of invitation that bots are asked about, where they are. */
  readonly type?: 'im' | 'audio-video' | 'application';
  readonly inviter?: string;
  readonly conversationId?: string;
  readonly referredBy?: string;
  /** The message that is delivered first. */
  readonly first?: string;
  /** A line of the description in the answer. */
  readonly media?: string;
  /** Whether it is a Microsoft peer's. */
  readonly microsoft?: true;
}

const SIPE: Meant = { inviter: 'alice@example.test', microsoft: true };
const MSRP: Meant = { status: 488, type: 'im', says: { Warning: '302 ' } };
/** It belongs to a dialog that this house does not have: the dialogue as a whole is played elsewhere. */
const ELSEWHERE: Meant = { status: 481 };
const STRAY: Meant = {};
const DEFLATED: Meant = { status: 415, says: { 'Accept-Encoding': 'identity' } };
const page = (first: string, inviter: string): Meant => ({
  status: 200,
  type: 'im',
  first,
  inviter,
});

const MEANT: Readonly<Record<string, Meant>> = {
  '01-sipe-register': { status: 405, says: { Allow: 'INVITE' }, microsoft: true },
  '02-sipe-invite-ocs2007-m-message': {
    ...SIPE,
    status: 200,
    type: 'im',
    first: 'hello world',
    conversationId: '48687982',
    media: 'm=message 5060 sip sip:bot@example.test',
    says: { Supported: 'ms-text-format', Allow: 'INFO' },
  },
  '03-sipe-invite-lcs2005-m-x-ms-message': {
    ...SIPE,
    status: 200,
    type: 'im',
    first: 'hello world',
    conversationId: '57562229',
    media: 'm=x-ms-message 5060 sip sip:bot@example.test',
    says: { Supported: 'ms-text-format' },
  },
  '04-sipe-ack-no-via-branch': STRAY,
  '05-sipe-in-dialog-message': ELSEWHERE,
  '06-sipe-info-keyboardactivity-typing': { status: 405 },
  '07-sipe-bye': ELSEWHERE,
  '08-sipe-200-to-invite-answer-sdp': { microsoft: true },
  '09-sipe-bye-without-totag-instead-of-CANCEL': ELSEWHERE,
  '10-sipe-415-unknown-content-type': STRAY,
  '11-sipe-500-to-refer-in-1to1': STRAY,
  '12-sipe-subscribe-self': { status: 405, microsoft: true },
  '13-sipe-multiparty-invite-roster-manager': {
    status: 420,
    says: { Unsupported: 'com.microsoft.rtc-multiparty' },
    microsoft: true,
  },
  '14-sipe-multiparty-triggered-invite': {
    status: 420,
    says: { Unsupported: 'com.microsoft.rtc-multiparty' },
    microsoft: true,
  },
  '20-linphone-cpim-text-requesting-imdn': { status: 415, says: { Accept: 'text/*' } },
  '21-linphone-cpim-imdn-delivered-deflate': DEFLATED,
  '22-linphone-cpim-imdn-displayed-deflate': DEFLATED,
  '23-linphone-cpim-iscomposing-deflate': DEFLATED,
  '24-linphone-imdn-content-encoding-deflate': DEFLATED,
  '25-linphone-iscomposing': { status: 200 },
  '26-linphone-daemon-pager': page('hello from linphone daemon', 'lin@example.test'),
  '30-prpl-simple-pager-html-in-text-plain': page('hello <b>bot</b>', 'alice@example.test'),
  '31-prpl-simple-iscomposing': { status: 200 },
  '32-baresip-pager-after-proxy': { status: 200, type: 'im' },
  '33-twinkle-pager-after-proxy': { status: 200, type: 'im' },
  '34-rakia-pager-after-proxy': { status: 200, type: 'im' },
  '35-jami-pager-after-proxy': page('hello from jami', 'jam@example.test'),
  '40-sipsimple-invite-msrp': MSRP,
  '41-sipsimple-200-invite-msrp-answer': STRAY,
  '42-sipsimple-refer': ELSEWHERE,
  '43-sipsimple-notify-sipfrag-200': ELSEWHERE,
  '44-sipsimple-invite-referred-by': { ...MSRP, referredBy: 'sip:bob@example.test' },
  '45-sipsimple-in-dialog-sip-message': ELSEWHERE,
  '46-doubango-invite-msrp': MSRP,
  '47-sipe-200-answers-msrp-offer-with-sip-proto': { microsoft: true },
  '50-sipjs-ws-invite-ms-im-sdp': {
    status: 200,
    type: 'im',
    inviter: 'webalice@example.test',
    media: 'm=message 5060 sip sip:bot@example.test',
  },
  '51-sipjs-ws-in-dialog-message': ELSEWHERE,
  '52-jssip-ws-pager-message': page('pager from jssip', 'webbob@example.test'),
  '53-jssip-ws-register': { status: 405 },
  '60-kamailio-dispatcher-options-probe': { status: 200, says: { Accept: 'application/sdp' } },
};

const all = samples('captures').map(({ file, bytes }) => ({
  name: file.slice('captures/'.length, -'.sip'.length),
  bytes,
}));

function flowOf(text: string): Flow {
  if (/^Via: SIP\/2\.0\/WS/m.test(text)) return WS;
  return /^Via: SIP\/2\.0\/tcp/im.test(text) ? TCP : UDP;
}

it('each message that was captured has its meaning here', () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual(Object.keys(MEANT).toSorted());
});

describe('a message that was captured', () => {
  it.each(all.map(({ name, bytes }) => [name, bytes] as const))(
    '%s is taken as it was meant',
    async (name, bytes) => {
      const meant = MEANT[name] ?? {};
      const message = parseMessage(bytes);
      if (!(message instanceof SipRequest || message instanceof SipResponse))
        throw new Error('unread');
      expect(isMicrosoft(message, 'detect')).toBe(meant.microsoft === true);

      const stage = await Stage.open();
      await stage.receive(bytes, flowOf(new TextDecoder('latin1').decode(bytes)));
      const [sent, ...more] = stage.take();
      expect(more).toEqual([]);
      const answer = sent && readResponse(sent);
      expect(answer?.status).toBe(meant.status);
      for (const [field, value] of Object.entries(meant.says ?? {})) {
        expect(answer?.all(field).join(', ')).toContain(value);
      }
      if (meant.media !== undefined) {
        expect(new TextDecoder().decode(answer?.body)).toContain(`${meant.media}\r\n`);
      }

      const invitation = stage.house.knocks[0]?.invitation;
      expect(invitation?.type).toBe(meant.type);
      if (meant.inviter !== undefined && meant.type !== undefined) {
        expect(invitation?.inviter.userAtHost).toBe(meant.inviter);
      }
      expect(invitation?.conversationId).toBe(meant.conversationId);
      expect(invitation?.context.get('10000')).toBe(meant.conversationId);
      expect(invitation?.referredBy?.toString()).toBe(meant.referredBy);
      if (meant.first !== undefined) expect(invitation?.firstMessage?.text).toBe(meant.first);
    },
  );
});

/** A message that was captured, in a dialog with us: by our tag. */
function within(name: string, stub: RegExp, tag: string): string {
  const text = new TextDecoder('latin1').decode(bytesOf(`captures/${name}.sip`));
  return text.replace(stub, `;tag=${tag}`);
}

describe('a dialogue that was captured comes to its end', () => {
  it('of pidgin-sipe: its first message once, its typing, and its BYE', async () => {
    const stage = await Stage.open();
    await stage.receive(bytesOf('captures/02-sipe-invite-ocs2007-m-message.sip'), TCP);
    const tag = stage.response().toTag ?? '';
    const play = async (name: string): Promise<void> =>
      stage.receive(within(name, /;tag=stub0874dd7e8452/, tag), TCP);
    await play('04-sipe-ack-no-via-branch');
    await play('05-sipe-in-dialog-message');
    await play('06-sipe-info-keyboardactivity-typing');
    await play('07-sipe-bye');
    expect(stage.take().map(({ text }) => text.slice(8, 11))).toEqual(['200', '200', '200']);
    const { knock, heard } = stage.talk;
    expect(knock.invitation.firstMessage?.text).toBe('hello world');
    expect([heard.texts, heard.composing]).toEqual([[], ['active']]);
    expect(heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
    expect(stage.userAgent.counts).toMatchObject({ dialogs: 0, pending: 0, parties: 0 });
  });

  it('of pidgin-sipe that is not told that its first message was taken: it is heard as a message', async () => {
    // What any house does that does not know the dialect.
    const stage = await Stage.open({ dialects: { microsoft: 'never' } });
    await stage.receive(bytesOf('captures/02-sipe-invite-ocs2007-m-message.sip'), TCP);
    const ok = stage.response();
    expect(ok.supported).not.toContain('ms-text-format');
    const stub = /;tag=stub0874dd7e8452/;
    const tag = ok.toTag ?? '';
    await stage.receive(within('04-sipe-ack-no-via-branch', stub, tag), TCP);
    await stage.receive(within('05-sipe-in-dialog-message', stub, tag), TCP);
    expect(stage.talk.knock.invitation.firstMessage).toBeUndefined();
    expect(stage.talk.heard.texts).toEqual(['hello world']);
  });

  it('of SIP.js over WebSocket', async () => {
    const stage = await Stage.open();
    await stage.receive(bytesOf('captures/50-sipjs-ws-invite-ms-im-sdp.sip'), WS);
    const ok = stage.response();
    const { callId } = ok;
    const wish = { callId, tag: 'fjo7s484cn', via: 'SIP/2.0/WS x.invalid;branch=z9hG4bKack' };
    await stage.receive(ack(ok, wish), WS);
    await stage.receive(
      within('51-sipjs-ws-in-dialog-message', /;tag=32471SIPpTag7/, ok.toTag ?? ''),
      WS,
    );
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.texts).toEqual(['in-dialog from sip.js']);
  });
});

describe('what is in them', () => {
  const messageIn = (name: string): SipRequest | SipResponse => {
    const message = parseMessage(bytesOf(`captures/${name}.sip`));
    if (message instanceof SipRequest || message instanceof SipResponse) return message;
    throw new Error(name);
  };
  const answerIn = (name: string) => {
    const sdp = parseSdp(messageIn(name).body);
    if (sdp instanceof Error) throw sdp;
    return agreedMessages(sdp);
  };

  it('news of typing by INFO, and by isComposing', () => {
    const info = messageIn('06-sipe-info-keyboardactivity-typing');
    expect(parseKeyboardActivity(info.body)).toBe('active');
    const simple = messageIn('31-prpl-simple-iscomposing');
    expect(parseIsComposing(simple.body)).toEqual({ state: 'active', refresh: 60 });
  });

  it('an answer names the peer and what it takes', () => {
    const peer = answerIn('08-sipe-200-to-invite-answer-sdp');
    expect(peer?.uri).toBe('sip:alice@example.test');
    expect(peer?.acceptTypes).toContain('text/html');
  });

  it('an answer by another protocol than was offered is told apart from one that was', () => {
    const sdp = parseSdp(messageIn('47-sipe-200-answers-msrp-offer-with-sip-proto').body);
    if (sdp instanceof Error) throw sdp;
    expect(sdp.media[0]?.protocol).toBe('sip');
  });
});
