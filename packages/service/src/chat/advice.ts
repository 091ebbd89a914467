/** What to write where somebody is refused for who they are, or refuses whom they have reached. */
import { visible } from '@usher/console';

/** What is known of a refusal. */
export interface Refused {
  readonly status: number;
  /** By which name we would have proven who we are; undefined where we could not. */
  readonly user: string | undefined;
  /** Who we said that we are. */
  readonly from: string;
  /** What went wrong on the way, by its code. */
  readonly said: (code: string) => string | undefined;
}

const LONGEST = 300;

/** What to write instead; undefined where nothing would help. */
export function adviceOn({ status, user, from, said }: Refused): string | undefined {
  if (status === 401 || status === 407) {
    if (user === undefined) return 'Say who you are: --user NAME asks for your password.';
    if (said('wrong-credentials') !== undefined) return `${user} or the password is wrong.`;
    const weak = said('weak-challenge');
    if (weak !== undefined) {
      return `${shown(weak)}. With --md5, MD5 will do; whoever listens can then guess a password that is not long.`;
    }
    const bad = said('bad-challenge') ?? said('unknown-realm');
    return bad && `${shown(bad)}.`;
  }
  if (status === 403 && user !== undefined) {
    return `${user} may not come as ${from}: --from says as whom you come.`;
  }
  const certificate = status === 503 ? said('untrusted-certificate') : undefined;
  return certificate === undefined ? undefined : onCertificate(certificate);
}

function onCertificate(why: string): string {
  const text = `The other end shows ${shown(why)}.`;
  if (why.includes('is not that of')) return `${text} Invite it by a name that is in there.`;
  if (/expired|not yet valid/.test(why)) return text;
  return `${text} If you trust whoever made it: --ca FILE names its authority, in PEM.`;
}

function shown(text: string): string {
  return visible(text, LONGEST);
}
