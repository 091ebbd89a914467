/* oxlint-disable no-await-in-loop -- one word after the other is the point of a talk */
import { describe, expect, it } from '@jest/globals';
import {
  accept,
  Address,
  type Delivery,
  forward,
  type Message,
  plainText,
  reject,
  type Session,
} from '@usher/core';
import { concatMap, NEVER } from 'rxjs';

import { AT_REST, Street } from './houses.js';

const [A, B, C] = ['sip:a@192.0.2.201', 'sip:b@192.0.2.202', 'sip:caller@192.0.2.203'] as const;

/** Two houses that send everybody to each other, and somebody who invites the first. */
async function loop(mode: 'redirect' | 'bridge', strips: string[] = [], hops?: number) {
  const street = new Street(strips);
  await street.build('192.0.2.201', () => forward(B, { mode }));
  await street.build('192.0.2.202', () => forward(A, { mode }));
  const caller = await street.build('192.0.2.203');
  const { userAgent, host } = caller;
  if (hops !== undefined) {
    const invite = userAgent.invite.bind(userAgent);
    userAgent.invite = (target, receiver, options) =>
      invite(target, receiver, { ...options, hops });
  }
  const result = await street.until(host.invite(A, () => NEVER, { from: C }));
  return { street, result, invites: street.sent('INVITE') };
}

describe('two houses that forward to each other', () => {
  it('by 302: a caller who follows is told by the second one that it was there before', async () => {
    const { street, result, invites } = await loop('redirect');
    expect(result).toMatchObject({ type: 'rejected', status: 480 });
    expect(invites).toEqual(['192.0.2.203 → 192.0.2.201', '192.0.2.203 → 192.0.2.202']);
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });

  it('by 302, where History-Info gets lost: To still says who was invited first', async () => {
    const { result, invites } = await loop('redirect', ['History-Info']);
    expect(result).toMatchObject({ type: 'rejected', status: 480 });
    expect(invites).toHaveLength(2);
  });

  it('by a bridge: the second one sees that it was there before', async () => {
    const { street, result, invites } = await loop('bridge');
    expect(result).toMatchObject({ type: 'rejected', status: 480 });
    expect(invites).toEqual(['192.0.2.203 → 192.0.2.201', '192.0.2.201 → 192.0.2.202']);
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });

  it('by a bridge, where History-Info gets lost: the first one knows the conversation again', async () => {
    const { street, result, invites } = await loop('bridge', ['History-Info']);
    expect(result).toMatchObject({ type: 'rejected', status: 482 });
    expect(invites).toEqual([
      '192.0.2.203 → 192.0.2.201',
      '192.0.2.201 → 192.0.2.202',
      '192.0.2.202 → 192.0.2.201',
    ]);
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });

  it('by a bridge, where all of that gets lost: Max-Forwards counts the hops (RFC 7332)', async () => {
    const lost = ['History-Info', 'Conversation-ID', 'Ms-Conversation-ID'];
    const { street, result, invites } = await loop('bridge', lost, 4);
    expect(result).toMatchObject({ type: 'rejected', status: 483 });
    expect(invites).toHaveLength(5);
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });
});

describe('an invitation that is sent on and on', () => {
  it.each(['redirect', 'bridge'] as const)(
    'from house to house by %s goes no further than five times',
    async (mode) => {
      const street = new Street();
      const reached: number[] = [];
      const at = (house: number): string => `sip:hop${house}@192.0.2.${210 + house}`;
      for (let house = 0; house < 8; house += 1) {
        await street.build(`192.0.2.${210 + house}`, () => {
          reached.push(house);
          return forward(at(house + 1), { mode });
        });
      }
      const { host } = await street.build('192.0.2.203');
      const result = await street.until(host.invite(at(0), () => NEVER, { from: C }));
      expect(result).toMatchObject({ type: 'rejected', status: 480 });
      expect(reached).toEqual([0, 1, 2, 3, 4, 5]);
    },
  );

  it.each(['redirect', 'bridge'] as const)(
    'between two bots of one house by %s is told that it was there before',
    async (mode) => {
      const street = new Street();
      const asked: string[] = [];
      await street.build('192.0.2.201', ({ endpoint }) => {
        asked.push(endpoint.user);
        return forward(`sip:${endpoint.user === 'a' ? 'b' : 'a'}@192.0.2.201`, { mode });
      });
      const { host } = await street.build('192.0.2.203');
      const result = await street.until(host.invite(A, () => NEVER, { from: C }));
      expect(result).toMatchObject({ type: 'rejected', status: 480 });
      expect(asked).toEqual(['a', 'b']);
    },
  );
});

describe('a bridge between SIP peers', () => {
  it('loses and doubles nothing where the wire does', async () => {
    const street = new Street([], 0.1);
    const heard: string[] = [];
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    await street.build('192.0.2.202', () =>
      accept(async (session) => {
        for await (const { text } of session.messages) {
          heard.push(text);
          await session.send(`${text}!`);
        }
      }),
    );
    const { host } = await street.build('192.0.2.203');
    const back: string[] = [];
    const said = Array.from({ length: 40 }, (_, count) => `${count}`);
    const talk = async (session: Session): Promise<void> => {
      for (const text of said) {
        const { type } = await session.send(text);
        if (type === 'failed') back.push(`${text} failed`);
      }
    };
    const result = await street.until(
      host.invite(
        A,
        (session) => {
          session.messages.subscribe(({ text }) => back.push(text));
          void talk(session);
        },
        { from: C },
      ),
    );
    await street.clock.advance(400_000);
    expect(result.type).toBe('accepted');
    expect(heard).toEqual(said);
    expect(back).toEqual(said.map((text) => `${text}!`));
  });

  it('carries messages of any type both ways, and ends at both', async () => {
    const street = new Street();
    const heard: Message[] = [];
    const sessions: Session[] = [];
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    await street.build('192.0.2.202', () =>
      accept((session) => {
        sessions.push(session);
        session.messages.subscribe((message) => heard.push(message));
      }),
    );
    const { host } = await street.build('192.0.2.203');
    const back: string[] = [];
    const result = await street.until(
      host.invite(
        A,
        (session) => {
          session.messages.subscribe(({ text }) => back.push(text));
        },
        { from: C, displayName: 'Carl', subject: 'hi', conversationId: 'c-9' },
      ),
    );
    if (result.type !== 'accepted') throw new Error(JSON.stringify(result));
    const octets = { contentType: 'text/x-odd; a=b', body: new TextEncoder().encode('ü\0\r\n') };
    const fate: Promise<Delivery> = result.session.send(octets);
    expect(await street.until(fate)).toEqual({ type: 'delivered', status: 200 });
    await street.until(sessions[0]?.send('and back') ?? Promise.reject(new Error('nobody')));
    expect(heard.map(({ contentType, body }) => ({ contentType, body }))).toEqual([octets]);
    expect(back).toEqual(['and back']);
    expect(sessions[0]?.invitation).toMatchObject({ subject: 'hi', conversationId: 'c-9' });
    expect(sessions[0]?.peer).toMatchObject({
      userAtHost: 'caller@192.0.2.203',
      displayName: 'Carl',
    });
    expect(sessions[0]?.invitation.history.map(({ address }) => address.toString())).toEqual([A]);
    await street.until(result.session.end());
    expect(await street.until(sessions[0]?.ended ?? NEVER_ENDED)).toMatchObject({ by: 'peer' });
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });

  it('goes on to the next target where one is silent, and takes the first one back', async () => {
    const street = new Street();
    await street.build('192.0.2.201', () =>
      forward([B, 'sip:d@192.0.2.204'], { mode: 'bridge', timeout: '5s' }),
    );
    await street.build('192.0.2.202', () => NEVER);
    await street.build('192.0.2.204');
    const { host } = await street.build('192.0.2.203');
    const result = await street.until(host.invite(A, () => NEVER, { from: C }));
    expect(result.type).toBe('accepted');
    expect(street.sent('CANCEL')).toEqual(['192.0.2.201 → 192.0.2.202']);
    if (result.type === 'accepted') await street.until(result.session.end());
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST, AT_REST]);
  });

  it('follows where a target redirects to, but never back to the inviter', async () => {
    const street = new Street();
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    await street.build('192.0.2.202', () => forward(['sip:a@192.0.2.204', 'sip:d@192.0.2.204']));
    const asked: string[] = [];
    await street.build('192.0.2.204', (invitation) => {
      asked.push(invitation.endpoint.toString());
      return reject('busy');
    });
    const { host } = await street.build('192.0.2.203');
    expect(await street.until(host.invite(A, () => NEVER, { from: C }))).toMatchObject({
      type: 'rejected',
      status: 486,
    });
    // To stays as it was (RFC 3261, 8.1.3.4); that it was sent on from there is what History-Info says.
    expect(asked).toEqual(['sip:a@192.0.2.204', 'sip:d@192.0.2.204']);
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST, AT_REST]);
  });

  it('an inviter who leaves while it rings takes the target back', async () => {
    const street = new Street();
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    await street.build('192.0.2.202', () => NEVER);
    const { host } = await street.build('192.0.2.203');
    const abort = new AbortController();
    const inviting = host.invite(A, () => NEVER, { from: C, signal: abort.signal });
    await street.clock.advance(1_000);
    abort.abort();
    expect(await street.until(inviting)).toMatchObject({ type: 'rejected', status: 487 });
    await street.clock.advance(1_000);
    expect(street.sent('CANCEL')).toEqual([
      '192.0.2.203 → 192.0.2.201',
      '192.0.2.201 → 192.0.2.202',
    ]);
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });

  it('a target that vanishes in the middle of the talk ends it at the inviter', async () => {
    const street = new Street();
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    const gone = await street.build('192.0.2.202');
    const { host } = await street.build('192.0.2.203');
    const result = await street.until(host.invite(A, () => NEVER, { from: C }));
    if (result.type !== 'accepted') throw new Error(result.type);
    await street.until(gone.host.close());
    expect(await street.until(result.session.ended)).toEqual({ by: 'peer', why: 'hung-up' });
  });

  it('leaves nothing behind, however many there are and whatever gets lost', async () => {
    const street = new Street([], 0.15);
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    await street.build('192.0.2.202', () =>
      accept((session) => session.messages.pipe(concatMap((message) => session.send(message)))),
    );
    const { host } = await street.build('192.0.2.203');
    const talk = async (session: Session): Promise<void> => {
      await session.send('one');
      await session.send('two');
    };
    const inviting = Array.from({ length: 40 }, async (_, count) => {
      // Some leave while it rings.
      const signal = count % 4 === 0 ? { signal: abortAt(street, count * 20) } : {};
      const result = await host.invite(A, talk, {
        from: `sip:caller${count}@192.0.2.203`,
        ...signal,
      });
      if (result.type === 'accepted') await result.session.ended;
      return result.type;
    });
    const results = await street.until(Promise.all(inviting));
    expect(new Set(results)).toEqual(new Set(['accepted', 'rejected']));
    expect(await street.rest()).toEqual([AT_REST, AT_REST, AT_REST]);
  });

  it('takes up who comes by pager: the first message is answered by what became of it there', async () => {
    const street = new Street();
    const heard: string[] = [];
    await street.build('192.0.2.201', () => forward(B, { mode: 'bridge' }));
    await street.build('192.0.2.202', () =>
      accept((session) => {
        session.messages.subscribe(({ text }) => {
          heard.push(text);
          void session.send(`${text}, you`);
        });
      }),
    );
    const back: string[] = [];
    const { userAgent } = await street.build('192.0.2.203', () =>
      accept((session) => {
        session.messages.subscribe(({ text }) => back.push(text));
      }),
    );
    const from = Address.parse(C);
    const send = (text: string): Promise<Delivery> =>
      street.until(userAgent.send(Address.parse(A), plainText(text), { from }));
    expect(await send('hello')).toEqual({ type: 'delivered', status: 200 });
    expect(await send('again')).toEqual({ type: 'delivered', status: 200 });
    await street.clock.advance(1_000);
    expect(heard).toEqual(['hello', 'again']);
    expect(back).toEqual(['hello, you', 'again, you']);
    expect(street.sent('INVITE')).toEqual(['192.0.2.201 → 192.0.2.202']);
  });
});

/** Aborts after so many milliseconds of the street's time. */
function abortAt(street: Street, after: number): AbortSignal {
  const abort = new AbortController();
  street.clock.at(street.clock.now() + after, () => abort.abort());
  return abort.signal;
}

const NEVER_ENDED = new Promise<never>(() => undefined);
