/** What we take, as our messages say it. */

/** The methods that we take (RFC 3261, 20.5). */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS, UPDATE, REFER, NOTIFY';
