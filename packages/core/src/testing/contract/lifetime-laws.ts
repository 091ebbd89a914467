/** The law of a user agent's own life: opening, draining, closing. */
import { check, rejects, same } from './check.js';
import type { Law } from './law.js';
import { RecordingDoor } from './recording-door.js';
import { RecordingReceiver } from '../recording-receiver.js';
import { Scene } from './scene.js';

export const lifetimeLaws: readonly Law[] = [
  {
    name: 'a user agent has a name, and listens nowhere before it is opened',
    hold: async (witness) => {
      try {
        check(witness.callee.name !== '', 'it has no name');
        same(witness.callee.listening.length, 0, 'places to listen');
      } finally {
        await witness.close();
      }
    },
  },

  Scene.law(
    'an open user agent tells where it listens; opening it again is an error and changes nothing',
    async (scene) => {
      const { callee } = scene.witness;
      const before = callee.listening;
      check(before.length > 0, 'it listens nowhere');
      await rejects(
        scene.soon(
          (async () => callee.open(new RecordingDoor()))(),
          'opening again did not come to an end',
        ),
        'it was opened twice',
      );
      same(callee.listening, before, 'places to listen');
      same(
        (await scene.answered({ type: 'reject', status: 486 })).type,
        'rejected',
        'an invitation afterwards',
      );
    },
  ),

  Scene.law(
    'a user agent whose place is taken does not open, and then listens nowhere',
    async (scene) => {
      const { rival } = scene.witness;
      if (rival === undefined) return;
      await rejects(
        scene.soon(rival.open(new RecordingDoor()), 'opening did not come to an end'),
        'it listens where somebody else does',
      );
      same(rival.listening.length, 0, 'places to listen');
    },
  ),

  Scene.law(
    'a draining user agent refuses what is new with 503, and lets sessions go on',
    async (scene) => {
      const { caller, callee } = await scene.session();
      scene.witness.callee.drain();
      const outcome = await scene.soon(
        scene.invite().invited,
        'the inviter never heard the refusal',
      );
      check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
      same(outcome.status, 503, 'status');
      same(scene.atCallee.knocks.length, 1, 'knocks');
      same((await scene.say(caller.medium, 'still there?')).type, 'delivered', 'from the caller');
      same((await scene.say(callee.medium, 'still here')).type, 'delivered', 'from the callee');
      same([callee.heard.texts, caller.heard.texts], [['still there?'], ['still here']], 'heard');
    },
  ),

  Scene.law(
    'a user agent that closes ends its sessions at the peer first, and then listens nowhere',
    async (scene) => {
      const one = await scene.session(1);
      const other = await scene.session(2);
      await scene.soon(scene.witness.callee.close(), 'closing did not come to an end');
      await scene.toldTheEnd(one.caller, 'the first peer');
      await scene.toldTheEnd(other.caller, 'the second peer');
      same(scene.witness.callee.listening.length, 0, 'places to listen');
      await scene.quiet();
      same(
        [one.caller.heard.order, other.caller.heard.order],
        [['end'], ['end']],
        'what the peers were told',
      );
    },
  ),

  Scene.law('an inviter that closes ends the sessions to which it invited', async (scene) => {
    const { callee } = await scene.session();
    await scene.soon(scene.witness.caller.close(), 'closing did not come to an end');
    await scene.toldTheEnd(callee, 'the callee');
    same(callee.heard.order, ['end'], 'what the callee was told');
  }),

  Scene.law('a user agent that closes leaves no inviter waiting', async (scene) => {
    const { invited } = scene.invite();
    const knock = await scene.knocked();
    await scene.soon(scene.witness.callee.close(), 'closing did not come to an end');
    const outcome = await scene.soon(invited, 'the inviter waits for ever');
    same(outcome.type, 'rejected', 'what the inviter heard');
    same(knock.invitation.signal.aborted, true, 'aborted');
    const answered = await scene.soon(
      knock.answer({ type: 'accept', receiver: new RecordingReceiver() }),
      'answering did not come to an end',
    );
    same(answered.type, 'gone', 'an answer afterwards');
  }),

  Scene.law('an inviter that closes takes its waiting invitations back', async (scene) => {
    const { invited } = scene.invite();
    const knock = await scene.knocked();
    const aborted = new Promise<void>((resolve) => {
      knock.invitation.signal.addEventListener('abort', () => resolve());
    });
    await scene.soon(scene.witness.caller.close(), 'closing did not come to an end');
    await scene.soon(aborted, 'the callee was never told that the inviter had left');
    same(
      (await scene.soon(invited, 'the invitation never settled')).type,
      'rejected',
      'what it came to',
    );
  }),

  Scene.law('closing twice is the same as closing once', async (scene) => {
    const { callee } = scene.witness;
    await scene.soon(
      Promise.all([callee.close(), callee.close()]),
      'closing did not come to an end',
    );
    await scene.soon(callee.close(), 'closing once more did not come to an end');
    same(callee.listening.length, 0, 'places to listen');
  }),
];
