/** A bot that says back what it hears: the smallest there is, and the one that speed is measured with. */
import { accept, type Bot, pass } from '@usher/core';

/**
 * Says each message back, octets and media type as they came. The mailbox hands over the next message only when the fate of
 * the last echo is known, so nothing is awaited here and nothing piles up; and it goes on for as long as the peer stays.
 */
const sayBack = accept((session) => {
  session.messages.subscribe((message) => void session.send(message));
});

const notForUs = pass('not a message session');

/**
 * Accepts every message session and says back what it hears in it; also a telephone's, where that can write (RFC 4103). Where its
 * peer takes one to a conference, it goes along.
 */
export const echo: Bot = {
  decide: ({ type, medium, escalates }) =>
    type === 'im' || medium === 'text' || escalates !== undefined ? sayBack : notForUs,
};
