/** Faults in how invitations come, are answered and are taken back. */
import type { InviteOptions, Receiver } from '../../../src/adapter.js';
import { Address } from '../../../src/index.js';
import { alterInvitation, alterReceiver, type PlantedFault } from '../altered-user-agent.js';

const nobody = Address.parse('sip:nobody@example.com');

export const invitationFaults: readonly PlantedFault[] = [
  [
    'the inviter is taken for somebody else',
    'callee',
    'comes to the door with',
    {
      knock: (knock) =>
        alterInvitation(knock, { inviter: { ...knock.invitation.inviter, address: nobody } }),
    },
  ],
  [
    'the subject is forgotten',
    'caller',
    'comes to the door with',
    {
      options: withoutSubject,
    },
  ],
  [
    'the type is not understood',
    'callee',
    'comes to the door with',
    {
      knock: (knock) => alterInvitation(knock, { type: 'unknown' }),
    },
  ],
  [
    'a rejection is answered with another status',
    'callee',
    'a rejection with 603',
    {
      answer: (answer) => (answer.type === 'reject' ? { ...answer, status: 480 } : answer),
    },
  ],
  [
    'a rejection by a server is not believed',
    'caller',
    'a rejection with 503',
    {
      invited: (invited) =>
        invited.type === 'rejected' && invited.status === 503
          ? { ...invited, status: 500 }
          : invited,
    },
  ],
  [
    'the text of a rejection is dropped',
    'callee',
    'the text of a rejection',
    {
      answer: (answer) => (answer.type === 'reject' ? { ...answer, text: 'Rejected' } : answer),
    },
  ],
  [
    'only the first target of a forward is sent',
    'callee',
    'a forward to several targets',
    {
      answer: (answer) =>
        answer.type === 'forward' ? { ...answer, targets: answer.targets.slice(0, 1) } : answer,
    },
  ],
  [
    'the targets of a forward are turned around',
    'caller',
    'a forward to several targets',
    {
      invited: (invited) =>
        invited.type === 'forwarded'
          ? { ...invited, targets: invited.targets.toReversed() }
          : invited,
    },
  ],
  [
    'the target of a forward is replaced',
    'callee',
    'a forward to one target',
    {
      answer: (answer) => (answer.type === 'forward' ? { ...answer, targets: [nobody] } : answer),
    },
  ],
  [
    'every forward is a 302',
    'callee',
    'leaves the choice to the server',
    {
      answer: (answer) => (answer.type === 'forward' ? { ...answer, status: 302 } : answer),
    },
  ],
  [
    'a cancel is not told to the house',
    'callee',
    'cancelled before its answer',
    {
      knock: (knock) => alterInvitation(knock, { signal: new AbortController().signal }),
    },
  ],
  [
    'a cancel is never sent',
    'caller',
    'cancelled before its answer',
    {
      options: withoutSignal,
    },
  ],
  [
    'a cancel that crosses the acceptance is forgotten',
    'caller',
    'crosses the acceptance',
    {
      options: withoutSignal,
    },
  ],
  [
    'a signal that has aborted already is not looked at',
    'caller',
    'cancelled before it left',
    {
      options: withoutSignal,
    },
  ],
  [
    'a second answer is swallowed',
    'callee',
    'a second answer',
    {
      knock: (knock) => {
        let first: ReturnType<typeof knock.answer> | undefined;
        return { ...knock, answer: (answer) => (first ??= knock.answer(answer)) };
      },
    },
  ],
  [
    'the door is not obeyed',
    'callee',
    'what the door refuses',
    {
      open: (sound, door) =>
        sound.open({
          violated: () => {},
          knock: (knock) => {
            if (door.knock(knock) !== undefined) void knock.answer({ type: 'reject', status: 404 });
            return undefined;
          },
        }),
    },
  ],
  [
    'every invitation has the same id',
    'callee',
    'ids of their own',
    {
      knock: (knock) => alterInvitation(knock, { id: 'invitation' }),
    },
  ],
  [
    'the receiver stands too late',
    'callee',
    'the receiver stands before the acceptance leaves',
    {
      receiver: (receiver) => lateReceiver(receiver),
    },
  ],
  [
    "the inviter's receiver stands too late",
    'caller',
    "the inviter's receiver stands",
    {
      receiver: (receiver) => lateReceiver(receiver),
    },
  ],
];

function withoutSignal(options: InviteOptions): InviteOptions {
  const { signal: _, ...rest } = options;
  return rest;
}

function withoutSubject(options: InviteOptions): InviteOptions {
  const { subject: _, ...rest } = options;
  return rest;
}

function lateReceiver(receiver: Receiver): Receiver {
  let stands = false;
  return alterReceiver(receiver, {
    receive: (message) => {
      if (stands) return receiver.receive(message);
      stands = true;
      return { type: 'refused', status: 481 };
    },
  });
}
