import { describe, expect, it } from '@jest/globals';
import {
  accept,
  type Converse,
  createHost,
  type Host,
  type Invitation,
  type Referred,
  type Session,
  type SessionEnd,
  type Transferred,
} from '@usher/core';
import { SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';
import { map } from 'rxjs';

import { SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';

const [BOT, ALICE, CAROL] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;

/** One house on the wire, with everything that happened in it. */
class Place {
  readonly sessions: Session[] = [];
  readonly invitations: Invitation[] = [];
  readonly heard: string[] = [];
  readonly ends = new Map<string, SessionEnd>();
  host!: Host;

  constructor(readonly address: string) {}

  /** Keeps a session, and hears all that is said in it. */
  readonly keep: Converse = (session) => {
    this.sessions.push(session);
    void session.ended.then((end) => this.ends.set(session.id, end));
    session.messages.subscribe((message) => this.heard.push(message.text));
  };
}

/** Three houses on one wire. */
class Scene {
  readonly clock = new VirtualClock(1_000);
  readonly bot = new Place(BOT);
  readonly alice = new Place(ALICE);
  readonly carol = new Place(CAROL);

  static async open(
    weather: { readonly seed?: number; readonly loss?: number } = {},
    options: Record<string, Partial<SipUserAgentOptions>> = {},
  ): Promise<Scene> {
    const scene = new Scene();
    const { clock } = scene;
    const { seed = 1, loss = 0 } = weather;
    const chance = new SeededChance(seed);
    const wire = new SimulatedWire({ clock, chance, loss, delay: { min: 5, max: 40 } });
    for (const place of [scene.bot, scene.alice, scene.carol]) {
      const { address } = place;
      const network = wire.network([{ transport: 'udp', address, port: 5060 }]);
      const userAgent = new SipUserAgent({ clock, chance, network, ...options[address] });
      const bots = [
        {
          id: 'keeper',
          order: 1,
          plugin: {
            decide: (invitation: Invitation) => {
              place.invitations.push(invitation);
              return accept(place.keep);
            },
          },
        },
      ];
      // oxlint-disable-next-line no-await-in-loop -- one house after the other
      place.host = await createHost({ clock, chance, userAgents: [userAgent], bots });
      // oxlint-disable-next-line no-await-in-loop -- one house after the other
      await place.host.open();
    }
    return scene;
  }

  /** Waits for something, while time passes. */
  async until<Value>(promise: Promise<Value>): Promise<Value> {
    const progress = { over: false };
    const finish = (): void => {
      progress.over = true;
    };
    promise.then(finish, finish);
    for (let step = 0; step < 400 && !progress.over; step += 1) {
      // oxlint-disable-next-line no-await-in-loop -- step by step
      await this.clock.advance(500);
    }
    return promise;
  }

  /** One house invites another; the session as both see it. */
  async meet(from: Place, to: Place, converse: Converse = from.keep): Promise<[Session, Session]> {
    const result = await this.until(from.host.invite(`sip:keeper@${to.address}`, converse));
    if (result.type !== 'accepted') throw new Error(`${result.type} ${result.status}`);
    await this.clock.advance(2_000);
    const other = to.sessions.at(-1);
    if (other === undefined) throw new Error('nobody came');
    return [result.session, other];
  }

  async close(): Promise<void> {
    const places = [this.bot, this.alice, this.carol];
    await this.until(Promise.all(places.map(async ({ host }) => host.close())));
  }
}

/** Alice goes wherever she is sent. */
function following(scene: Scene): {
  readonly converse: Converse;
  readonly went: Promise<Referred>[];
} {
  const went: Promise<Referred>[] = [];
  const converse: Converse = (session) => {
    scene.alice.keep(session);
    return session.referrals.pipe(
      map((referral) => {
        went.push(referral.accept(scene.alice.keep));
      }),
    );
  };
  return { converse, went };
}

const toCarol = `sip:keeper@${CAROL}`;

describe('a session that is transferred', () => {
  it.each([
    { seed: 1, loss: 0 },
    { seed: 2, loss: 0.15 },
    { seed: 3, loss: 0.15 },
  ])('ends when the peer has met whom it was sent to, who hears by whom (%j)', async (weather) => {
    const scene = await Scene.open(weather);
    const { alice, bot, carol } = scene;
    const { converse, went } = following(scene);
    const [, ours] = await scene.meet(alice, bot, converse);
    const outcome = await scene.until(ours.transfer(toCarol));
    expect(outcome).toEqual({ type: 'transferred' } satisfies Transferred);
    await scene.clock.advance(40_000);
    expect(bot.ends.get(ours.id)).toEqual({ by: 'bot', why: 'transferred' });
    const met = await went[0];
    expect(met?.type).toBe('accepted');
    expect(carol.invitations.at(-1)?.referredBy?.toString()).toBe(`sip:keeper@${BOT}`);
    expect(carol.invitations.at(-1)?.inviter.address.host).toBe(ALICE);
    await scene.until((met as Extract<Referred, { type: 'accepted' }>).session.send('at last'));
    expect(carol.heard).toEqual(['at last']);
    await scene.close();
  });

  it('goes on where the peer does not follow', async () => {
    const scene = await Scene.open();
    const [theirs, ours] = await scene.meet(scene.alice, scene.bot);
    const outcome = await scene.until(ours.transfer(toCarol));
    expect(outcome).toMatchObject({ type: 'failed', status: 603 });
    await scene.until(theirs.send('still here'));
    expect(scene.bot.heard).toEqual(['still here']);
    expect(scene.carol.invitations).toEqual([]);
    await scene.close();
  });

  it('goes on where the other one says no, and the peer tells so', async () => {
    const scene = await Scene.open();
    const { converse } = following(scene);
    const [theirs, ours] = await scene.meet(scene.alice, scene.bot, converse);
    await scene.until(scene.carol.host.drain('1s'));
    const outcome = await scene.until(ours.transfer(toCarol));
    expect(outcome).toMatchObject({ type: 'failed', status: 503 });
    await scene.until(theirs.send('still here'));
    expect(scene.bot.heard).toEqual(['still here']);
    await scene.close();
  });

  it('must not be sent back to ourselves by who is sent: it never leaves', async () => {
    const scene = await Scene.open();
    const { converse, went } = following(scene);
    const [, ours] = await scene.meet(scene.alice, scene.bot, converse);
    const outcome = await scene.until(ours.transfer(`sip:usher@${ALICE}`));
    expect(outcome).toMatchObject({ type: 'failed', status: 403 });
    await expect(went[0]).rejects.toMatchObject({ code: 'forbidden-target' });
    await scene.close();
  });

  it('cannot be over already', async () => {
    const scene = await Scene.open();
    const [, ours] = await scene.meet(scene.alice, scene.bot);
    await scene.until(ours.end());
    await expect(ours.transfer(toCarol)).rejects.toMatchObject({ code: 'session-ended' });
    await scene.close();
  });

  it('cannot replace what is no session of the house', async () => {
    const scene = await Scene.open();
    const [theirs, ours] = await scene.meet(scene.alice, scene.bot);
    await scene.until(theirs.end());
    const [, again] = await scene.meet(scene.alice, scene.bot);
    const transfer = again.transfer(toCarol, { replacing: ours });
    await expect(transfer).rejects.toMatchObject({ code: 'not-transferable' });
    await scene.close();
  });
});

describe('a session in which the peer of another takes our place', () => {
  const trusting = { [CAROL]: { trust: { networks: ['192.0.2.0/24'] } } };

  it('goes over without a gap: the new one begins, and then the old one ends as replaced', async () => {
    const scene = await Scene.open({}, trusting);
    const { bot, carol, alice } = scene;
    const { converse } = following(scene);
    const [, first] = await scene.meet(alice, bot, converse);
    const [second, atCarol] = await scene.meet(bot, carol);
    const outcome = await scene.until(first.transfer(toCarol, { replacing: second }));
    expect(outcome).toEqual({ type: 'transferred' });
    await scene.clock.advance(5_000);
    expect(carol.invitations.at(-1)?.replaces?.id).toBe(atCarol.id);
    expect(carol.ends.get(atCarol.id)).toEqual({ by: 'peer', why: 'replaced' });
    expect(bot.ends.get(second.id)).toMatchObject({ by: 'peer', why: 'hung-up' });
    expect(bot.ends.get(first.id)).toEqual({ by: 'bot', why: 'transferred' });
    const last = carol.sessions.at(-1);
    await scene.until(last?.send('and now we two') ?? Promise.reject(new Error('nobody')));
    expect(alice.heard).toEqual(['and now we two']);
    await scene.close();
  });

  it('stays as it is where the other one does not believe it', async () => {
    const scene = await Scene.open();
    const { bot, carol, alice } = scene;
    const { converse } = following(scene);
    const [, first] = await scene.meet(alice, bot, converse);
    const [second, atCarol] = await scene.meet(bot, carol);
    const outcome = await scene.until(first.transfer(toCarol, { replacing: second }));
    expect(outcome).toMatchObject({ type: 'failed', status: 481 });
    await scene.until(second.send('you and I'));
    expect(carol.heard).toEqual(['you and I']);
    expect(carol.ends.has(atCarol.id)).toBe(false);
    expect(bot.ends.size).toBe(0);
    await scene.close();
  });
});
