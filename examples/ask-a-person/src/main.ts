/** Opens a house with a desk at this terminal, until Ctrl-C. */
import { createInterface } from 'node:readline';

import { createHost } from '@usher/core';
import { sip } from '@usher/sip';

import { ask } from './ask.js';
import { Desk } from './desk.js';

const host = await createHost({
  userAgents: [sip({ listen: ['sip:127.0.0.1:5063;transport=udp'] })],
  bots: [{ id: 'ask', plugin: ask, order: 1 }],
});
const desk = new Desk(host, (line) => console.log(line));

await host.open();
console.log(`You are at the desk. Knock from a second terminal:

    npm run chat -- sip:desk@127.0.0.1:5063

and decide here: accept 1 Hello! | reject 1 | forward 1 sip:colleague@example.com. Ctrl-C closes the house.`);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void desk.take(line));
process.once('SIGINT', () => {
  lines.close();
  void host.close();
});
