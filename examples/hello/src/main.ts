/** Opens a house with one bot, until Ctrl-C. */
import { createHost } from '@usher/core';
import { sip } from '@usher/sip';

import { hello } from './hello.js';

const host = await createHost({
  userAgents: [sip({ listen: ['sip:127.0.0.1:5062;transport=udp'] })],
  bots: [{ id: 'hello', plugin: hello, order: 1 }],
});

await host.open();
console.log(`Hello is at the door. Talk with it from a second terminal:

    npm run chat -- sip:hello@127.0.0.1:5062

or with any SIP phone that can send messages. Ctrl-C closes the house.`);

process.once('SIGINT', () => {
  void host.close();
});
