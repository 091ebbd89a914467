/** What serves HTTP: pages at a place, until it is closed. */
import type { HttpPlace } from '../config/http-place.js';
import type { Pages } from './pages.js';

/** A place at which HTTP is served. */
export interface HttpListener {
  readonly host: string;
  /** The port that it was given, where any would do. */
  readonly port: number;
  /** Serves nothing more; whoever is still connected is cut off. */
  close(): Promise<void>;
}

/**
 * Serves pages at a place; `failed` is told of a page that could not be made.
 * @throws LocalProtocolError `port-in-use`, `port-forbidden` or `cannot-listen`, naming the place.
 */
export type OpenHttp = (
  place: HttpPlace,
  pages: Pages,
  failed: (error: unknown) => void,
) => Promise<HttpListener>;
