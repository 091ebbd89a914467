/** A Microsoft peer whose dialog is dead: that is dropped, and what had not arrived is said in the next one. */
import { describe, expect, it } from '@jest/globals';

import { RELAYING } from '../conference/conference.js';
import type { Line } from '../conference/party.js';
import { Escalation } from '../invitation/escalated.js';

/** A peer who can be invited at the address that it has. */
async function talking(fields?: readonly string[]): Promise<Escalation> {
  const scene = new Escalation();
  scene.inviter.domain = '192.0.2.2';
  if (fields !== undefined) scene.fields = fields;
  await scene.begin();
  scene.inviter.answers.set('INVITE', () => RELAYING);
  return scene;
}

/** From now on the first dialog is dead at the peer. */
function forget(scene: Escalation, status: number | undefined): void {
  const { inviter, line } = scene;
  const talk = inviter.answers.get('MESSAGE');
  const isDead = (one: Line): boolean => one.callId === line.callId;
  inviter.answers.set('MESSAGE', (request, one) => {
    if (!isDead(one)) return talk?.(request, one);
    return status === undefined ? undefined : { status };
  });
  inviter.answers.set('INFO', (_request, one) => ({ status: isDead(one) ? (status ?? 408) : 200 }));
}

describe('a dialog that is dead at a Microsoft peer', () => {
  it.each([
    ['by 481', 481],
    ['by 480', 480],
    ['by 408', 408],
    ['by silence', undefined],
  ] as const)(
    '%s: it is dropped, and the peer invited anew to the same conversation',
    async (_how, status) => {
      const scene = await talking();
      const { inviter, clock, line } = scene;
      scene.say('one');
      await clock.advance(1_000);
      forget(scene, status);
      scene.say('two');
      scene.say('three');
      await clock.advance(60_000);
      scene.say('four');
      await clock.advance(1_000);
      const again = inviter.heard.find(({ method }) => method === 'INVITE');
      expect(again?.uri).toBe('sip:alice@192.0.2.2');
      expect(again?.get('Ms-Conversation-ID')).toBe('AdKjt1Xy');
      expect(again?.callId).not.toBe(line.callId);
      expect(scene.here.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
      expect(scene.said.map(({ fate }) => fate)).toMatchObject(
        scene.said.map(() => ({ type: 'delivered' })),
      );
      expect(
        inviter.heard.filter(({ method }) => method === 'BYE').map(({ callId }) => callId),
      ).toEqual([line.callId]);
      expect(scene.told('moved')).toMatchObject([{ why: 'lost' }]);
      expect(scene.session.signal.aborted).toBe(false);
      expect(scene.host.sessions).toBe(1);
      await scene.end();
    },
  );

  it.each([408, 480, 481])('is known by news of typing as well (%d)', async (status) => {
    const scene = await talking();
    forget(scene, status);
    scene.session.compose();
    await scene.clock.advance(5_000);
    expect(scene.byeAt).toBeDefined();
    expect(scene.told('moved')).toHaveLength(1);
    scene.say('hello');
    await scene.clock.advance(1_000);
    expect(scene.here.map(({ text }) => text)).toEqual(['hello']);
    await scene.end();
  });

  it('hears in the next one what the peer says there', async () => {
    const scene = await talking();
    forget(scene, 481);
    scene.say('one');
    await scene.clock.advance(2_000);
    const line = [...scene.inviter.lines.values()].at(-1);
    if (line === undefined) throw new Error('no line');
    void scene.inviter.ask(line, 'MESSAGE', ['Content-Type: text/plain'], 'and I');
    await scene.clock.advance(1_000);
    expect(scene.read).toEqual(['and I']);
    await scene.end();
  });

  it('is known by the peer coming anew, where the place of the bot says so', async () => {
    const scene = new Escalation();
    scene.placement = { session: { again: 'replace' } };
    await scene.begin();
    scene.inviter.answers.set('MESSAGE', () => undefined);
    scene.say('one');
    scene.say('two');
    await scene.clock.advance(1_000);
    const heard: string[] = [];
    scene.inviter.answers.set('MESSAGE', ({ callId, body }) => {
      if (callId !== scene.line.callId) heard.push(new TextDecoder().decode(body));
      return callId === scene.line.callId ? undefined : { status: 200 };
    });
    const next = await scene.talk2(scene.inviter);
    void scene.inviter.ask(next, 'MESSAGE', ['Content-Type: text/plain'], 'back again');
    await scene.clock.advance(2_000);
    expect(heard).toEqual(['one', 'two']);
    expect(scene.read).toEqual(['back again']);
    expect(scene.byeAt).toBeDefined();
    expect(scene.sessions).toHaveLength(1);
    expect(scene.host.sessions).toBe(1);
    await scene.end();
  });

  it('is the end where the peer does not accept', async () => {
    const scene = await talking();
    forget(scene, 481);
    scene.inviter.answers.set('INVITE', () => ({ status: 486 }));
    scene.say('one');
    scene.say('two');
    await scene.clock.advance(5_000);
    expect(scene.said.map(({ fate }) => fate)).toMatchObject([{ status: 481 }, 'ended']);
    await expect(scene.session.ended).resolves.toMatchObject({ why: 'lost', status: 481 });
    expect(scene.host.sessions).toBe(0);
    await scene.end();
  });

  it('is the end of a session with anybody else', async () => {
    const scene = await talking(['Content-Type: application/sdp']);
    forget(scene, 481);
    scene.say('one');
    await scene.clock.advance(5_000);
    expect(scene.inviter.methods).not.toContain('INVITE');
    await expect(scene.session.ended).resolves.toMatchObject({ why: 'lost', status: 481 });
    await scene.end();
  });

  it('is not looked for where nobody has ever confirmed the session: its address may be another’s', async () => {
    const scene = await talking();
    const { inviter } = scene;
    const before = inviter.heard.length;
    inviter.silent = true;
    void inviter.invite('sip:bot@192.0.2.1', scene.way, scene.fields, RELAYING.body);
    await scene.clock.advance(200_000);
    expect(inviter.heard.slice(before).map(({ method }) => method)).toEqual(['BYE']);
    await scene.end();
  });
});
