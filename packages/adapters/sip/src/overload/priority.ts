/** How urgent a message is while not all can be dealt with: what concludes work comes first, what begins it comes last. */

/** The classes of messages, the most urgent first (RFC 7339, 5.10.1, leaves their order to the server). */
export type Priority = 0 | 1 | 2 | 3 | 4;

/** What ends or advances something begun: responses, ACK, CANCEL, BYE, and retransmissions, which cost next to nothing. */
export const CONCLUDING = 0;
/** Talk in progress: all else within a dialog. */
export const WITHIN = 1;
/** An invitation to something new. */
export const INVITING = 2;
/** A message outside any dialog. */
export const PAGING = 3;
/** OPTIONS, what nobody knows, and what may be anything. */
export const OTHER = 4;

/** All classes, the most urgent first. */
export const PRIORITIES: readonly Priority[] = [CONCLUDING, WITHIN, INVITING, PAGING, OTHER];

/**
 * Something new that says of itself that it is an emergency. It is as urgent as talk in progress; but as anybody can say so,
 * only while its source keeps to its rate.
 */
export const EMERGENCY = 5;
