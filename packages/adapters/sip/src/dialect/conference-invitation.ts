/** An invitation to a conference as Microsoft peers send it: an INVITE with `application/ms-conf-invite+xml`. */
import { type Element, scanXml } from '../composing/xml-scanner.js';

/** Its content type. */
export const CONFERENCE_INVITATION = 'application/ms-conf-invite+xml';

/** What it says. */
export interface ConferenceInvitation {
  /** The URI of the conference's focus, where one joins. */
  readonly focusUri: string;
  readonly subject?: string;
  /** Whether there is talk by text in it. */
  readonly im: boolean;
  /** Whether there is sound, or a picture. */
  readonly audio: boolean;
  /** Greets whoever joins, where that was written. */
  readonly firstMessage?: string;
}

/** Octets beyond which none is read. */
const LARGEST = 16_384;
const LONGEST_URI = 1_024;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What these octets say; undefined where they are no such invitation. Elements that nobody knows are passed over. */
export function parseConferenceInvitation(body: Uint8Array): ConferenceInvitation | undefined {
  if (body.length > LARGEST) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return undefined;
  }
  const elements = scanXml(text);
  const root = elements?.[0];
  if (elements === undefined || root?.name.toLowerCase() !== 'conferencing') return undefined;
  const said = (name: string): Element[] =>
    elements.filter((element) => element.depth === 1 && element.name === name);
  const [focus, second] = said('focus-uri');
  const focusUri = focus?.text.trim() ?? '';
  // Which of two would be joined is nobody's guess.
  if (
    second !== undefined ||
    focusUri.length > LONGEST_URI ||
    !/^sips?:[^\s<>"]+$/i.test(focusUri)
  ) {
    return undefined;
  }
  const subject = said('subject')[0]?.text.trim();
  const first = elements.find(({ name, depth }) => depth === 2 && name === 'first-im')?.text.trim();
  return {
    focusUri,
    ...(subject !== undefined && subject !== '' && { subject }),
    im: isAvailable(elements, 'im'),
    audio: isAvailable(elements, 'audio') || isAvailable(elements, 'video'),
    ...(first !== undefined && first !== '' && { firstMessage: first }),
  };
}

/** `<im available="true"/>`, or `<im><available>true</available></im>`, or the element alone, which then stands for itself. */
function isAvailable(elements: readonly Element[], medium: string): boolean {
  const at = elements.findIndex(({ name, depth }) => depth === 1 && name === medium);
  const element = elements[at];
  if (element === undefined) return false;
  const next = elements.slice(at + 1).findIndex(({ depth }) => depth === 1);
  const within = elements.slice(at + 1, next < 0 ? undefined : at + 1 + next);
  const inner = within.find(({ name, depth }) => depth === 2 && name === 'available')?.text;
  const available = (element.attributes.get('available') ?? inner ?? 'true').trim().toLowerCase();
  return available === 'true' || available === '1';
}
