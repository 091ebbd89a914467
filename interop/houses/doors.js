/** Bots that answer the door each in one way: what the cases knock at. */
import { forward, pass, reject } from '@usher/core';

/** Takes nobody in. */
export const busy = { decide: () => reject('busy') };

/** Sends everybody elsewhere: to the desk, or else to the night watch. */
export const elsewhere = {
  decide: () => forward(['sip:desk@127.0.0.1:15999', 'sip:night-watch@127.0.0.1:15998']),
};

/** Puts everybody through to the echo of this very house. */
export const bridging = {
  decide: () => forward(`sip:echo@127.0.0.1:${process.env.HOUSE_PORT}`, { mode: 'bridge' }),
};

/** Never comes to a decision; the house decides for it when its time is over. */
export const silent = { decide: () => new Promise(() => {}) };

/** Fails over every invitation. */
export const broken = {
  decide() {
    throw new Error('this bot is broken, and says so only in the log');
  },
};

/** Leaves every invitation to others, of which there are none. */
export const indifferent = { decide: () => pass('not for me') };
