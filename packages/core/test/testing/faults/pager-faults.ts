/** Faults in messages outside any session. */
import type { Knock } from '../../../src/adapter.js';
import { alterInvitation, alterReceiver, type PlantedFault } from '../altered-user-agent.js';

export const pagerFaults: readonly PlantedFault[] = [
  [
    'the medium of a page is not told',
    'callee',
    'as an invitation of the medium pager',
    {
      knock: (knock) => alterInvitation(knock, { medium: 'message' }),
    },
  ],
  [
    'a page comes to the door without its message',
    'callee',
    'as an invitation of the medium pager',
    {
      knock: (knock) => ({
        invitation: withoutFirstMessage(knock.invitation),
        answer: (answer) => knock.answer(answer),
      }),
    },
  ],
  [
    'an accepted page is never handed over',
    'callee',
    'handed to the receiver once accepted',
    {
      receiver: (receiver) => alterReceiver(receiver, { receive: () => ({ type: 'taken' }) }),
    },
  ],
  [
    'a page counts as delivered whatever becomes of it',
    'caller',
    'with which the receiver refused it',
    {
      send: async (sound, target, content) => {
        await sound.send(target, content);
        return { type: 'delivered', status: 202 };
      },
    },
  ],
  [
    'a rejected page fails with a status of its own',
    'callee',
    'with the status of its rejection',
    {
      answer: (answer) => (answer.type === 'reject' ? { ...answer, status: 500 } : answer),
    },
  ],
  [
    'a forwarded page counts as delivered',
    'caller',
    'forwarded has not been delivered',
    {
      send: async (sound, target, content) => {
        const delivery = await sound.send(target, content);
        return delivery.status < 400 ? { type: 'delivered', status: 200 } : delivery;
      },
    },
  ],
  [
    'the door is not obeyed by pages',
    'callee',
    'fails where the door refuses it',
    {
      open: (sound, door) =>
        sound.open({
          violated: () => {},
          knock: (knock) => (door.knock(knock) === undefined ? undefined : { status: 404 }),
        }),
    },
  ],
];

function withoutFirstMessage(invitation: Knock['invitation']): Knock['invitation'] {
  const { firstMessage: _, ...rest } = invitation;
  return rest;
}
