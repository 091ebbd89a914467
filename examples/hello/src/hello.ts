/** The smallest bot that has a conversation: it asks for a name, and then talks. */
import { accept, type Bot, pass, type Session } from '@usher/core';

export const hello: Bot = {
  decide: (invitation) =>
    invitation.type === 'im' ? accept(converse) : pass('not a message session'),
};

async function converse(session: Session): Promise<void> {
  const name = await session.ask('Hello! What is your name?');
  await session.send(`Nice to meet you, ${name}. Say "bye" when you have had enough.`);
  for await (const message of session.messages) {
    if (message.text.trim().toLowerCase() === 'bye') break;
    await session.send(`You said: ${message.text}`);
  }
  await session.send(`Goodbye, ${name}.`);
}
