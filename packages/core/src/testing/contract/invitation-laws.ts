/** The law of invitations: how they come, how they are answered, and how they are taken back. */
import type { Answer } from '../../ports/user-agent.js';
import { Address } from '../../words/address.js';
import { LocalProtocolError } from '../../words/errors.js';
import { RecordingReceiver } from '../recording-receiver.js';
import { check, rejects, same } from './check.js';
import type { Law } from './law.js';
import { Scene } from './scene.js';

/** Statuses that a house answers with: every named reason, and one of each class that has none. */
const STATUSES = [404, 408, 480, 486, 488, 503, 600, 603] as const;

const accept = (): { type: 'accept'; receiver: RecordingReceiver } => ({
  type: 'accept',
  receiver: new RecordingReceiver(),
});

function rejection(status: number): Law {
  return Scene.law(`a rejection with ${status} reaches the inviter as ${status}`, async (scene) => {
    const outcome = await scene.answered({ type: 'reject', status });
    check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
    same(outcome.status, status, 'status');
  });
}

function forwarding(name: string, status: 302 | 303, targets: readonly string[]): Law {
  return Scene.law(name, async (scene) => {
    const answer: Answer = {
      type: 'forward',
      status,
      targets: targets.map((text) => Address.parse(text)),
    };
    const outcome = await scene.answered(answer);
    check(outcome.type === 'forwarded', `the inviter heard ${outcome.type}`);
    same(outcome.status, status, 'status');
    const heard = outcome.targets.map((text) => Address.from(text)?.toString() ?? text);
    same(heard, targets, 'targets');
  });
}

export const invitationLaws: readonly Law[] = [
  Scene.law(
    'an invitation comes to the door with who invites, who is invited, the subject, and the type im',
    async (scene) => {
      const { from, target } = scene.witness;
      const { invited } = scene.invite({
        displayName: 'Alice "A" Ä',
        subject: 'a question, twice: ?',
      });
      const knock = await scene.knocked();
      const { invitation } = knock;
      same(invitation.inviter.address, from, 'inviter');
      same(invitation.inviter.userAtHost, from.userAtHost, 'user at host');
      same(invitation.inviter.displayName, 'Alice "A" Ä', 'display name');
      same(invitation.endpoint.userAtHost, target.userAtHost, 'endpoint');
      same(invitation.subject, 'a question, twice: ?', 'subject');
      same(invitation.type, 'im', 'type');
      same(invitation.signal.aborted, false, 'aborted');
      check(invitation.id !== '', 'the invitation has no id');
      check(invitation.medium !== '', 'the medium has no name');
      await scene.soon(
        knock.answer({ type: 'reject', status: 480 }),
        'answering did not come to an end',
      );
      await scene.soon(invited, 'the inviter never heard the answer');
    },
  ),

  Scene.law(
    'an accepted invitation becomes a session in which both sides can speak',
    async (scene) => {
      const { caller, callee } = await scene.session();
      same((await scene.say(caller.medium, 'hello')).type, 'delivered', 'from the caller');
      same((await scene.say(callee.medium, 'hello yourself')).type, 'delivered', 'from the callee');
      same(callee.heard.texts, ['hello'], 'heard by the callee');
      same(caller.heard.texts, ['hello yourself'], 'heard by the caller');
      const said = callee.heard.messages[0]?.from.userAtHost;
      same(said, scene.witness.from.userAtHost, 'sender of the message');
    },
  ),

  Scene.law(
    'the receiver stands before the acceptance leaves: what is said the moment it is heard arrives',
    async (scene) => {
      const { invited } = scene.invite();
      const knock = await scene.knocked();
      const answer = accept();
      const first = invited.then((outcome) =>
        outcome.type === 'accepted' ? scene.send(outcome.medium, 'at once') : undefined,
      );
      await scene.soon(knock.answer(answer), 'the acceptance did not come to an end');
      const delivery = await scene.soon(first, 'the fate of the first words was never told');
      same(delivery?.type, 'delivered', 'first words');
      same(answer.receiver.texts, ['at once'], 'heard by the callee');
    },
  ),

  Scene.law(
    "the inviter's receiver stands before the invitation leaves: the callee may speak as soon as it has accepted",
    async (scene) => {
      const { invited, heard } = scene.invite();
      const knock = await scene.knocked();
      const answered = await scene.soon(
        knock.answer(accept()),
        'the acceptance did not come to an end',
      );
      check(answered.type === 'accepted', `the answer accept came to ${answered.type}`);
      same((await scene.say(answered.medium, 'welcome')).type, 'delivered', 'first words');
      same(heard.texts, ['welcome'], 'heard by the caller');
      await scene.soon(invited, 'the inviter never heard the answer');
    },
  ),

  ...STATUSES.map(rejection),

  Scene.law('the text of a rejection reaches the inviter', async (scene) => {
    const outcome = await scene.answered({ type: 'reject', status: 486, text: 'At lunch' });
    check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
    same(outcome.text, 'At lunch', 'text');
  }),

  forwarding('a forward to one target reaches the inviter with that target', 302, [
    'sip:desk@example.com',
  ]),
  forwarding(
    'a forward to several targets reaches the inviter with all of them, the preferred one first',
    302,
    ['sip:first@example.com', 'sip:second@example.org', 'sip:third@example.net'],
  ),
  forwarding('a forward that leaves the choice to the server arrives as 303', 303, [
    'sip:desk@example.com',
  ]),

  Scene.law(
    'an invitation that is cancelled before its answer is gone: its signal aborts, an answer comes too late, and the inviter hears 487',
    async (scene) => {
      const cancel = new AbortController();
      const { invited } = scene.invite({ signal: cancel.signal });
      const knock = await scene.knocked();
      const aborted = new Promise<void>((resolve) => {
        knock.invitation.signal.addEventListener('abort', () => resolve());
      });
      cancel.abort();
      await scene.soon(aborted, "the callee's signal never aborted");
      const answered = await scene.soon(knock.answer(accept()), 'answering did not come to an end');
      check(answered.type === 'gone', `an answer after the cancel came to ${answered.type}`);
      same(answered.why, 'cancelled', 'why');
      const outcome = await scene.soon(invited, 'the inviter never heard that it cancelled');
      check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
      same(outcome.status, 487, 'status');
    },
  ),

  Scene.law(
    'a cancel that crosses the acceptance leaves no session behind on either side',
    async (scene) => {
      const cancel = new AbortController();
      const { invited, heard } = scene.invite({ signal: cancel.signal });
      const knock = await scene.knocked();
      const answer = accept();
      const answering = knock.answer(answer);
      cancel.abort();
      const answered = await scene.soon(answering, 'answering did not come to an end');
      const outcome = await scene.soon(invited, 'the inviter never heard that it cancelled');
      check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
      same(outcome.status, 487, 'status');
      if (answered.type === 'accepted') {
        await scene.toldTheEnd({ medium: answered.medium, heard: answer.receiver }, 'the callee');
      }
      same(heard.messages.length, 0, 'messages that the inviter heard');
    },
  ),

  Scene.law("an invitation that was cancelled before it left is nobody's burden", async (scene) => {
    const { invited } = scene.invite({ signal: AbortSignal.abort() });
    const outcome = await scene.soon(invited, 'the inviter never heard that it cancelled');
    check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
    same(outcome.status, 487, 'status');
    await scene.quiet();
    const waiting = scene.atCallee.knocks.filter(({ invitation }) => !invitation.signal.aborted);
    same(waiting.length, 0, 'invitations that wait for an answer');
  }),

  Scene.law(
    'a second answer is refused as already-answered, and changes nothing',
    async (scene) => {
      const { invited } = scene.invite();
      const knock = await scene.knocked();
      await scene.soon(
        knock.answer({ type: 'reject', status: 486 }),
        'answering did not come to an end',
      );
      const error = await rejects(
        scene.soon(
          (async () => knock.answer(accept()))(),
          'the second answer did not come to an end',
        ),
        'a second answer was taken',
      );
      check(error instanceof LocalProtocolError, `a second answer threw ${String(error)}`);
      same(error.code, 'already-answered', 'code');
      const outcome = await scene.soon(invited, 'the inviter never heard the answer');
      check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
      same(outcome.status, 486, 'status');
    },
  ),

  Scene.law(
    'what the door refuses never waits: the inviter hears the status that the door gave',
    async (scene) => {
      scene.atCallee.refusal = { status: 503, retryAfter: 5_000 };
      const outcome = await scene.soon(
        scene.invite().invited,
        'the inviter never heard the refusal',
      );
      check(outcome.type === 'rejected', `the inviter heard ${outcome.type}`);
      same(outcome.status, 503, 'status');
    },
  ),

  Scene.law(
    'invitations side by side have ids of their own, and each inviter hears its own answer',
    async (scene) => {
      const numbers = [1, 2, 3, 4, 5];
      const attempts = numbers.map((number) => scene.invite({ subject: `number ${number}` }));
      await scene.knocked(numbers.length);
      const { knocks } = scene.atCallee;
      same(
        new Set(knocks.map(({ invitation }) => invitation.id)).size,
        numbers.length,
        'different ids',
      );
      const answers = knocks.map((knock) => {
        const number = Number(knock.invitation.subject?.slice(-1));
        return knock.answer({ type: 'reject', status: 480 + number });
      });
      await scene.soon(Promise.all(answers), 'answering did not come to an end');
      const outcomes = await scene.soon(
        Promise.all(attempts.map(({ invited }) => invited)),
        'an inviter never heard its answer',
      );
      same(
        outcomes.map((outcome) => (outcome.type === 'rejected' ? outcome.status : outcome.type)),
        numbers.map((number) => 480 + number),
        'answers',
      );
    },
  ),
];
