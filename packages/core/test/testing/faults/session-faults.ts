/** Faults in how messages are carried, and in how a session ends. */
import type { Medium, Receiver } from '../../../src/adapter.js';
import { Address, Message, plainText } from '../../../src/index.js';
import {
  alterMedium,
  alterReceiver,
  type Fault,
  type PlantedFault,
} from '../altered-user-agent.js';

const nobody = Address.parse('sip:nobody@example.com');

export const sessionFaults: readonly PlantedFault[] = [
  [
    'a session is one-way',
    'callee',
    'both sides can speak',
    {
      medium: (medium) =>
        alterMedium(medium, { send: async () => ({ type: 'failed', status: 500, reason: 'no' }) }),
    },
  ],
  [
    'the sender of a message is not who invited',
    'callee',
    'both sides can speak',
    whatIsReceived((message) => changed(message, { from: nobody })),
  ],
  [
    'a retransmission is taken for another message',
    'callee',
    'once and in order',
    {
      receiver: (receiver) =>
        alterReceiver(receiver, {
          receive: (message) => {
            void receiver.receive(message);
            return receiver.receive(message);
          },
        }),
    },
  ],
  [
    'messages overtake each other',
    'caller',
    'once and in order',
    {
      medium: (medium) => overtaking(medium),
    },
  ],
  [
    'every message has the same id',
    'caller',
    'id of its own',
    {
      medium: (medium) =>
        alterMedium(medium, { send: (content) => medium.send(content, 'message') }),
    },
  ],
  [
    'a body is taken for Latin-1',
    'callee',
    'octets and media type',
    whatIsReceived((message) =>
      changed(message, {
        body: plainText(latin1(message.body)).body,
      }),
    ),
  ],
  [
    'a body is taken for text',
    'callee',
    'octets and media type',
    whatIsReceived((message) =>
      changed(message, { body: new TextEncoder().encode(new TextDecoder().decode(message.body)) }),
    ),
  ],
  [
    'line ends are trimmed',
    'callee',
    'octets and media type',
    whatIsReceived((message) =>
      changed(message, {
        body: plainText(latin1(message.body).trimEnd()).body,
      }),
    ),
  ],
  [
    'the parameters of a media type are dropped',
    'caller',
    'octets and media type',
    whatIsReceived((message) =>
      changed(message, { contentType: message.contentType.split(';')[0] ?? '' }),
    ),
  ],
  [
    'a refused message counts as delivered',
    'caller',
    'house refuses fails',
    {
      medium: (medium) =>
        alterMedium(medium, {
          send: async (content, id) => {
            await medium.send(content, id);
            return { type: 'delivered', status: 200 };
          },
        }),
    },
  ],
  [
    'a message is answered before the house has taken it',
    'callee',
    'is delivered only when',
    {
      receiver: (receiver) =>
        alterReceiver(receiver, {
          receive: (message) => {
            void receiver.receive(message);
            return { type: 'taken' };
          },
        }),
    },
  ],
  [
    'typing is kept to oneself',
    'callee',
    'is shown that the callee is typing',
    {
      medium: (medium) => alterMedium(medium, { compose: () => {} }),
    },
  ],
  [
    'an end is told twice',
    'callee',
    'ends the session, the callee is told once',
    {
      receiver: (receiver) =>
        alterReceiver(receiver, {
          end: (end) => {
            receiver.end(end);
            receiver.end(end);
          },
        }),
    },
  ],
  [
    'an end is never told',
    'caller',
    'ends the session, the caller is told once',
    {
      receiver: (receiver) => alterReceiver(receiver, { end: () => {} }),
    },
  ],
  [
    'something comes after the end',
    'callee',
    'nothing comes after it',
    {
      receiver: (receiver) =>
        alterReceiver(receiver, {
          end: (end) => {
            receiver.end(end);
            receiver.compose('idle');
          },
        }),
    },
  ],
  [
    'a message into an ended session is thrown at the sender',
    'callee',
    'is never an error',
    {
      medium: (medium) =>
        alterMedium(medium, {
          send: async (content, id) => {
            const delivery = await medium.send(content, id);
            if (delivery.type === 'failed') throw new Error(delivery.reason);
            return delivery;
          },
        }),
    },
  ],
  [
    'whoever ends waits for an answer that never comes',
    'caller',
    'end the session at the same moment',
    {
      medium: (medium) =>
        alterMedium(medium, {
          end: async (end) => {
            await medium.end(end);
            await new Promise(() => {});
          },
        }),
    },
  ],
  [
    'one word at a time',
    'callee',
    'speak at the same moment',
    {
      medium: (medium) => alterMedium(medium, { send: () => new Promise(() => {}) }),
    },
  ],
  [
    'all sessions are one',
    'callee',
    'sessions side by side',
    {
      receiver: oneForAll(),
    },
  ],
];

function changed(
  message: Message,
  change: { contentType?: string; body?: Uint8Array; from?: Address },
): Message {
  const { contentType = message.contentType, body = message.body, from = message.from } = change;
  return new Message(message.id, from, contentType, body, message.at);
}

function whatIsReceived(alter: (message: Message) => Message): Fault {
  return {
    receiver: (receiver) =>
      alterReceiver(receiver, { receive: (message) => receiver.receive(alter(message)) }),
  };
}

function latin1(body: Uint8Array): string {
  return String.fromCharCode(...body);
}

function overtaking(medium: Medium): Medium {
  const kept: (() => void)[] = [];
  return alterMedium(medium, {
    send: async (content, id) => {
      if (kept.length === 0) kept.push(() => void medium.send(content, id));
      else {
        await medium.send(content, id);
        kept.pop()?.();
      }
      return { type: 'delivered', status: 200 };
    },
  });
}

function oneForAll(): (receiver: Receiver) => Receiver {
  let first: Receiver | undefined;
  return (receiver) => (first ??= receiver);
}
