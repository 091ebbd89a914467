/** Faults in opening, draining and closing. */
import { type PlantedFault } from '../altered-user-agent.js';

export const lifetimeFaults: readonly PlantedFault[] = [
  [
    'it listens before it is opened',
    'callee',
    'listens nowhere before',
    {
      listening: () => [{ transport: 'memory', address: 'callee', port: 0 }],
    },
  ],
  [
    'opening it again replaces the door',
    'callee',
    'opening it again',
    {
      open: async (sound, door) => {
        if (sound.listening.length > 0) await sound.close();
        await sound.open(door);
      },
    },
  ],
  ['draining is put off', 'callee', 'a draining user agent', { drain: () => {} }],
  [
    'draining ends sessions',
    'callee',
    'a draining user agent',
    {
      drain: (sound) => {
        void sound.close();
      },
    },
  ],
  [
    'closing does not wait for anything',
    'callee',
    'ends its sessions at the peer first',
    { close: async () => {} },
  ],
  [
    'an inviter closes its door only',
    'caller',
    'ends the sessions to which it invited',
    { close: async () => {} },
  ],
  ['closing forgets who waits', 'callee', 'leaves no inviter waiting', { close: async () => {} }],
  [
    'an inviter that closes forgets whom it invited',
    'caller',
    'takes its waiting invitations back',
    { close: async () => {} },
  ],
  [
    'closing twice is an error',
    'callee',
    'closing twice',
    {
      close: async (sound) => {
        if (sound.listening.length === 0) throw new Error('closed already');
        await sound.close();
      },
    },
  ],
];
