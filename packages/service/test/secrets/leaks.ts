/** What must never be seen, and a look for it. */

/** Each begins with the same word, so that a piece of it gives it away. */
export const CANARY = {
  password: 'CANARY-password-1',
  token: 'CANARY-token-22',
  key: 'CANARY-api-key-333',
  header: 'CANARYheader4444',
  sdp: 'CANARYsession55555',
  body: 'CANARYbody666666',
} as const;

/** Every secret, and what base64 and hexadecimal digits make of it. */
const SPELLINGS = Object.values(CANARY).flatMap((secret) => [
  Buffer.from(secret).toString('base64').slice(0, 8),
  Buffer.from(secret).toString('base64url').slice(0, 8),
  Buffer.from(secret).toString('hex').slice(0, 12),
]);

/** The lines in which a secret, or the beginning of one, can be read. */
export function leaks(text: string): string[] {
  return text.split('\n').filter((line) => {
    const plain = line.toLowerCase();
    return plain.includes('canary') || SPELLINGS.some((spelling) => line.includes(spelling));
  });
}
