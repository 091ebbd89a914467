/** Messages of real programs outside any dialog, played again: each comes to the end that it came to then. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { readResponse, TCP, UDP, WS } from '../endpoint/bench.js';
import { bytesOf } from '../syntax/corpora.js';
import { Stage } from '../user-agent/stage.js';
import { captured, fieldOf } from './captured.js';
import { left, NONE, NOTHING, sent, text } from './replay.js';

describe('a message of pager mode', () => {
  it.each<[string, string, string, Flow]>([
    ['26-linphone-daemon-pager', 'hello from linphone daemon', 'sip:lin@example.test', TCP],
    ['30-prpl-simple-pager-html-in-text-plain', 'hello <b>bot</b>', 'sip:alice@example.test', UDP],
    ['32-baresip-pager-after-proxy', 'hello from baresip', 'sip:bare@example.test', UDP],
    ['33-twinkle-pager-after-proxy', 'hello from twinkle', 'sip:tw@example.test', UDP],
    ['34-rakia-pager-after-proxy', 'hello from rakia', 'sip:rak@example.test', UDP],
    ['35-jami-pager-after-proxy', 'hello from jami', 'sip:jam@example.test', UDP],
    ['52-jssip-ws-pager-message', 'pager from jssip', 'sip:webbob@example.test', WS],
  ])(
    '%s is heard once, answered with its own Vias, and what the bot says goes to its sender',
    async (name, said, sender, flow) => {
      const stage = await Stage.open({ proxy: 'sip:192.0.2.2:5080;lr' });
      await stage.receive(captured(name), flow);
      const [first] = stage.take();
      const ok = readResponse(first ?? NONE);
      expect([ok.status, ok.contacts.length, ok.callId]).toEqual([
        200,
        0,
        fieldOf(name, 'Call-ID'),
      ]);
      const branches = captured(name).match(/branch=[^;\r]+/g) ?? [];
      expect(
        ok
          .all('Via')
          .join()
          .match(/branch=[^;,\r]+/g),
      ).toEqual(branches);
      // Where nothing gets lost nothing is repeated.
      if (flow === UDP) {
        await stage.receive(captured(name), flow);
        expect(stage.take().map((one) => one.text)).toEqual([first?.text]);
      }

      const { heard, medium } = stage.talk;
      expect(heard.texts).toEqual([said]);
      const delivered = medium?.send(text(`You said: ${said}`), '1');
      const reply = stage.request();
      expect([reply.method, reply.to.uri]).toEqual(['MESSAGE', sender]);
      await stage.respond(reply, 200);
      expect(await delivered).toMatchObject({ type: 'delivered' });
      expect(heard.texts).toEqual([said]);
      expect(await left(stage)).toEqual(NOTHING);
    },
  );

  it.each<[string, string, string, Flow]>([
    ['prpl-simple', '30-prpl-simple-pager-html-in-text-plain', '31-prpl-simple-iscomposing', UDP],
    ['Linphone', '26-linphone-daemon-pager', '25-linphone-iscomposing', TCP],
  ])(
    'and news of typing by %s belong to one conversation',
    async (_who, message, composing, flow) => {
      const stage = await Stage.open();
      await stage.receive(captured(message), flow);
      const people = { From: fieldOf(message, 'From'), To: fieldOf(message, 'To') };
      await stage.receive(captured(composing, people), flow);
      expect(sent(stage)).toEqual(['200', '200']);
      expect(stage.house.knocks).toHaveLength(1);
      expect(stage.talk.heard.composing).toEqual(['active']);
      expect(await left(stage)).toEqual(NOTHING);
    },
  );

  it('of Linphone that wants to be told what becomes of it, in CPIM or packed, is 415 with what is taken: it can say that to its user', async () => {
    const stage = await Stage.open();
    for (const name of [
      '20-linphone-cpim-text-requesting-imdn',
      '21-linphone-cpim-imdn-delivered-deflate',
      '22-linphone-cpim-imdn-displayed-deflate',
      '23-linphone-cpim-iscomposing-deflate',
      '24-linphone-imdn-content-encoding-deflate',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await stage.receive(bytesOf(`captures/${name}.sip`), TCP);
      const refusal = stage.response();
      expect([name, refusal.status]).toEqual([name, 415]);
      expect(refusal.get('Accept') ?? refusal.get('Accept-Encoding')).toBeDefined();
    }
    expect(stage.house.knocks).toEqual([]);
    expect(await left(stage)).toEqual(NOTHING);
  });
});

describe('Kamailio', () => {
  it('asks every ten seconds whether we are there: 200 each time, and nothing is kept of it', async () => {
    const stage = await Stage.open();
    const name = '60-kamailio-dispatcher-options-probe';
    for (let number = 10; number < 16; number += 1) {
      const branch = `SIP/2.0/UDP 127.0.0.1:45060;branch=z9hG4bKc22b.${number}.0`;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await stage.receive(captured(name, { Via: branch, CSeq: `${number} OPTIONS` }));
      expect(stage.response().status).toBe(200);
      // oxlint-disable-next-line no-await-in-loop -- time passes
      await stage.clock.advance(10_000);
    }
    expect(stage.house.knocks).toEqual([]);
    expect(await left(stage)).toEqual(NOTHING);
  });
});
