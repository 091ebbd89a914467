/** A session of an application's own, by its content type: an invitation to a conference is one. */
import { UccSession } from './ucc-session.js';

/** A session of an application's own. */
export class UccApplicationSession extends UccSession {
  /** The media type of what the inviter brought, without parameters. */
  RemoteContentType = '';
  /** What the inviter brought, as it came. */
  RemoteSessionDescription: Uint8Array = new Uint8Array();
}
