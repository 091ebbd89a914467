/** The law of sessions: what is said arrives once, in order and unchanged, and an end is an end. */
/* oxlint-disable no-await-in-loop -- a host sends one message after the other */
import type { Receipt } from '../../ports/medium.js';
import type { Content } from '../../words/message.js';
import { check, same } from './check.js';
import type { Law } from './law.js';
import { ENDED, Scene, type Side } from './scene.js';

const utf8 = new TextEncoder();

/** Contents that a careless carrier would change. */
const CONTENTS: readonly Content[] = [
  { contentType: 'text/plain;charset=UTF-8', body: utf8.encode('Grüße aus Zürich, 世界 🙂') },
  { contentType: 'text/plain', body: utf8.encode('\r\n one\r\n\r\ntwo\n\tthree \r\n\r\n') },
  { contentType: 'text/html', body: utf8.encode('BYE sip:bob@example.com SIP/2.0\r\n\r\n') },
  { contentType: 'application/json', body: utf8.encode('{"to":"<sip:a@b>"}') },
  {
    contentType: 'application/octet-stream',
    body: Uint8Array.from({ length: 256 }, (_, octet) => octet),
  },
];

type Both = { caller: Side; callee: Side };

/** The same law for either direction. */
function eitherWay(
  name: (here: string, there: string) => string,
  hold: (scene: Scene, here: Side, there: Side, both: Both) => Promise<void>,
): Law[] {
  return [
    Scene.law(name('caller', 'callee'), async (scene) => {
      const both = await scene.session();
      await hold(scene, both.caller, both.callee, both);
    }),
    Scene.law(name('callee', 'caller'), async (scene) => {
      const both = await scene.session();
      await hold(scene, both.callee, both.caller, both);
    }),
  ];
}

export const sessionLaws: readonly Law[] = [
  ...eitherWay(
    (here, there) =>
      `what the ${here} says reaches the ${there} once and in order, each message with an id of its own`,
    async (scene, here, there) => {
      const texts = Array.from({ length: 12 }, (_, index) => `number ${index + 1}`);
      for (const text of texts) same((await scene.say(here.medium, text)).type, 'delivered', text);
      await scene.quiet();
      same(there.heard.texts, texts, 'heard');
      same(new Set(there.heard.messages.map(({ id }) => id)).size, texts.length, 'different ids');
    },
  ),

  ...eitherWay(
    (here, there) => `octets and media type of what the ${here} says reach the ${there} unchanged`,
    async (scene, here, there) => {
      for (const [index, content] of CONTENTS.entries()) {
        same((await scene.say(here.medium, content)).type, 'delivered', content.contentType);
        await scene.hears(there, index + 1);
        const message = there.heard.messages[index];
        same(message?.contentType, content.contentType, 'media type');
        same(message?.body, content.body, `octets of ${content.contentType}`);
      }
    },
  ),

  ...eitherWay(
    (here, there) =>
      `a message that the ${there}'s house refuses fails for the ${here} with the same status`,
    async (scene, here, there) => {
      for (const status of [413, 415, 486, 500]) {
        there.heard.receipt = () => ({ type: 'refused', status });
        const delivery = await scene.say(here.medium, `refuse this with ${status}`);
        check(delivery.type === 'failed', `a message refused with ${status} was ${delivery.type}`);
        same(delivery.status, status, 'status');
      }
      there.heard.receipt = () => ({ type: 'taken' });
      same((await scene.say(here.medium, 'and now?')).type, 'delivered', 'afterwards');
    },
  ),

  ...eitherWay(
    (here, there) =>
      `a message of the ${here} is delivered only when the ${there}'s house has taken it`,
    async (scene, here, there) => {
      let take: (receipt: Receipt) => void = () => {};
      there.heard.receipt = () =>
        new Promise((resolve) => {
          take = resolve;
        });
      const fates: string[] = [];
      const said = scene.send(here.medium, 'keep this');
      void said.then(({ type }) => fates.push(type));
      await scene.hears(there, 1);
      await scene.witness.elapse(100);
      same(fates, [], 'fate before the receipt');
      take({ type: 'taken' });
      same(
        (await scene.soon(said, 'the fate of the message was never told')).type,
        'delivered',
        'fate',
      );
    },
  ),

  ...eitherWay(
    (here, there) => `the ${there} is shown that the ${here} is typing`,
    async (scene, here, there) => {
      if (scene.witness.lacks?.includes('composing') === true) return;
      here.medium.compose('active');
      await scene.soon(
        there.heard.until(({ composing }) => composing.length > 0),
        'nobody was shown any typing',
      );
      same(there.heard.composing[0], 'active', 'typing');
      same(there.heard.messages.length, 0, 'messages');
    },
  ),

  ...eitherWay(
    (here, there) =>
      `when the ${here} ends the session, the ${there} is told once, and nothing comes after it`,
    async (scene, here, there) => {
      await scene.say(here.medium, 'goodbye');
      await scene.soon(here.medium.end(ENDED), 'ending did not come to an end');
      await scene.toldTheEnd(there, 'the other side');
      same(
        (await scene.say(here.medium, 'and another thing')).type,
        'failed',
        'a message after the end',
      );
      here.medium.compose('active');
      await scene.soon(here.medium.end(ENDED), 'ending again did not come to an end');
      await scene.quiet();
      same(there.heard.order, ['message', 'end'], 'what the other side was told');
      same(there.heard.ends[0]?.by, 'peer', 'ended by');
    },
  ),

  ...eitherWay(
    (here, there) =>
      `after the ${there} has ended the session, what the ${here} says fails, and is never an error`,
    async (scene, here, there) => {
      await scene.soon(there.medium.end(ENDED), 'ending did not come to an end');
      await scene.toldTheEnd(here, 'the other side');
      const delivery = await scene.say(here.medium, 'are you still there?');
      check(delivery.type === 'failed', 'a message into an ended session was delivered');
      check(delivery.status >= 400, `it failed with ${delivery.status}, which is no failure`);
      await scene.quiet();
      same(there.heard.messages.length, 0, 'messages heard after the end');
      same(here.heard.ends.length, 1, 'ends that this side was told');
    },
  ),

  Scene.law('both sides may end the session at the same moment', async (scene) => {
    const { caller, callee } = await scene.session();
    await scene.soon(
      Promise.all([caller.medium.end(ENDED), callee.medium.end(ENDED)]),
      'ending from both sides did not come to an end',
    );
    await scene.quiet();
    check(caller.heard.ends.length <= 1, 'the caller was told more than once');
    check(callee.heard.ends.length <= 1, 'the callee was told more than once');
  }),

  Scene.law('both sides may speak at the same moment', async (scene) => {
    const { caller, callee } = await scene.session();
    const said = [scene.send(caller.medium, 'ping'), scene.send(callee.medium, 'pong')];
    const fates = await scene.soon(Promise.all(said), 'the fate of the messages was never told');
    same(
      fates.map(({ type }) => type),
      ['delivered', 'delivered'],
      'fates',
    );
    same([callee.heard.texts, caller.heard.texts], [['ping'], ['pong']], 'heard');
  }),

  Scene.law(
    'sessions side by side do not mix, and the end of one leaves the other alone',
    async (scene) => {
      const one = await scene.session(1);
      const other = await scene.session(2);
      await scene.say(one.caller.medium, 'to the first');
      await scene.say(other.caller.medium, 'to the second');
      await scene.say(other.callee.medium, 'from the second');
      await scene.soon(one.callee.medium.end(ENDED), 'ending did not come to an end');
      await scene.toldTheEnd(one.caller, 'the caller');
      same(
        (await scene.say(other.caller.medium, 'still here')).type,
        'delivered',
        'after the end of the first',
      );
      same(one.callee.heard.texts, ['to the first'], 'heard in the first');
      same(other.callee.heard.texts, ['to the second', 'still here'], 'heard in the second');
      same(other.caller.heard.texts, ['from the second'], 'heard back in the second');
      same(other.caller.heard.ends.length, 0, 'ends in the second');
    },
  ),
];
