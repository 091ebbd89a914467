/** Which kinds of media a description is about. */
import { isMessageMedia } from './message-media.js';
import type { Sdp } from './sdp.js';

const NAMED = ['audio', 'video', 'text', 'image'] as const;

/** What a media section is for; `application` stands for every medium that is none of the others. */
export type MediaKind = 'message' | (typeof NAMED)[number] | 'application';

/** The kinds of the media sections that are wanted (port not 0), each once, in their order. */
export function mediaKinds(sdp: Sdp): readonly MediaKind[] {
  const kinds = new Set<MediaKind>();
  for (const media of sdp.media) {
    if (media.port === 0) continue;
    const name = media.media.toLowerCase();
    if (isMessageMedia(media)) kinds.add('message');
    else kinds.add(NAMED.find((kind) => kind === name) ?? 'application');
  }
  return [...kinds];
}
