import { describe, expect, it } from '@jest/globals';
import type { Knock } from '@usher/core/adapter';

import { readRequest, readResponse } from '../endpoint/bench.js';
import { ack, invite } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const NEW = { callId: 'call-2', tag: 'other' };

/** A session, and an INVITE that is to take its place. */
async function replacing(decide?: (knock: Knock) => void) {
  const stage = await Stage.open();
  const ok = await stage.session();
  const { talk } = stage;
  if (decide !== undefined) stage.house.decide = decide;
  const name = `${ok.callId};to-tag=${ok.toTag ?? ''};from-tag=${ok.fromTag ?? ''}`;
  await stage.receive(invite({ ...NEW, extra: [`Replaces: ${name}`] }));
  return { stage, talk };
}

describe('a session whose place another one takes', () => {
  it('is named to whoever judges the new one, and ends when that is confirmed, not before', async () => {
    const { stage, talk } = await replacing();
    const [sent] = stage.take();
    const ok = readResponse(sent ?? { bytes: new Uint8Array() });
    expect(ok.status).toBe(200);
    expect(stage.talk.knock.invitation.replaces).toBe(talk.heard);
    expect(talk.heard.ends).toEqual([]);
    await stage.receive(ack(ok, NEW));
    expect(talk.heard.ends).toEqual([{ by: 'peer', why: 'replaced' }]);
    const bye = stage.request();
    expect([bye.method, bye.callId]).toEqual(['BYE', 'call-1']);
    await stage.respond(bye);
    expect(talk.heard.ends).toHaveLength(1);
    expect(stage.talk.heard.ends).toEqual([]);
  });

  it('goes on where the house rejects the new one', async () => {
    const { stage, talk } = await replacing((knock) => {
      void knock.answer({ type: 'reject', status: 486 });
    });
    expect(stage.response().status).toBe(486);
    expect(talk.heard.ends).toEqual([]);
    expect(stage.userAgent.counts).toMatchObject({ dialogs: 1 });
  });

  it('goes on where the new one is never confirmed', async () => {
    const { stage, talk } = await replacing();
    stage.take();
    await stage.clock.advance(32_000);
    expect(stage.talk.heard.ends).toMatchObject([{ by: 'network', status: 408 }]);
    expect(talk.heard.ends).toEqual([]);
    const last = stage.take().at(-1) ?? { bytes: new Uint8Array() };
    expect(readRequest(last).callId).toBe('call-2');
  });
});
