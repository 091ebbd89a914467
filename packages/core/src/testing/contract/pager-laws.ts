/** The law of messages outside any session (RFC 3428): each is an invitation that carries its message. */
import type { Answer } from '../../ports/user-agent.js';
import { Address } from '../../words/address.js';
import { type Delivery, plainText } from '../../words/message.js';
import { RecordingReceiver } from '../recording-receiver.js';
import { check, same } from './check.js';
import type { Law } from './law.js';
import { Scene } from './scene.js';

function law(name: string, hold: (scene: Scene) => Promise<void>): Law {
  return Scene.law(name, async (scene) => {
    if (scene.witness.lacks?.includes('pager') !== true) await hold(scene);
  });
}

/** Pages the callee, whose house answers so; what becomes of the message. */
async function paged(scene: Scene, answer: Answer): Promise<Delivery> {
  const { caller, target, from } = scene.witness;
  const sent = caller.send(target, plainText('one line'), { from });
  const knock = await scene.knocked();
  await scene.soon(knock.answer(answer), 'answering did not come to an end');
  return scene.soon(sent, 'the fate of the message was never told');
}

export const pagerLaws: readonly Law[] = [
  law(
    'a message outside any session comes to the door as an invitation of the medium pager that carries it',
    async (scene) => {
      const { caller, target, from } = scene.witness;
      const content = {
        contentType: 'text/plain;charset=UTF-8',
        body: new TextEncoder().encode('Grüße\r\n'),
      };
      const sent = caller.send(target, content, { from });
      const knock = await scene.knocked();
      const { invitation } = knock;
      same(invitation.medium, 'pager', 'medium');
      same(invitation.type, 'im', 'type');
      same(invitation.inviter.address, from, 'inviter');
      same(invitation.endpoint.userAtHost, target.userAtHost, 'endpoint');
      same(invitation.firstMessage?.contentType, content.contentType, 'media type');
      same(invitation.firstMessage?.body, content.body, 'octets');
      await scene.soon(
        knock.answer({ type: 'reject', status: 480 }),
        'answering did not come to an end',
      );
      await scene.soon(sent, 'the fate of the message was never told');
    },
  ),

  law(
    'a message outside any session is handed to the receiver once accepted, once, and is delivered when that has taken it',
    async (scene) => {
      const receiver = new RecordingReceiver();
      const delivery = await paged(scene, { type: 'accept', receiver });
      same(delivery.type, 'delivered', 'fate');
      await scene.quiet();
      same(receiver.texts, ['one line'], 'heard');
      same(scene.atCallee.knocks.length, 1, 'knocks');
    },
  ),

  law(
    'a message outside any session fails with the status with which the receiver refused it',
    async (scene) => {
      const receiver = new RecordingReceiver();
      receiver.receipt = () => ({ type: 'refused', status: 415 });
      const delivery = await paged(scene, { type: 'accept', receiver });
      check(delivery.type === 'failed', `a refused message was ${delivery.type}`);
      same(delivery.status, 415, 'status');
    },
  ),

  law('a message outside any session fails with the status of its rejection', async (scene) => {
    const delivery = await paged(scene, { type: 'reject', status: 603 });
    check(delivery.type === 'failed', `a rejected message was ${delivery.type}`);
    same(delivery.status, 603, 'status');
  }),

  law('a message outside any session that is forwarded has not been delivered', async (scene) => {
    const answer: Answer = {
      type: 'forward',
      status: 302,
      targets: [Address.parse('sip:desk@example.com')],
    };
    const delivery = await paged(scene, answer);
    check(delivery.type === 'failed', `a forwarded message was ${delivery.type}`);
    same(delivery.status, 302, 'status');
  }),

  law('a message outside any session fails where the door refuses it', async (scene) => {
    scene.atCallee.refusal = { status: 503 };
    const { caller, target, from } = scene.witness;
    const sent = caller.send(target, plainText('one line'), { from });
    const delivery = await scene.soon(sent, 'the fate of the message was never told');
    check(delivery.type === 'failed', `a refused message was ${delivery.type}`);
    same(delivery.status, 503, 'status');
  }),
];
