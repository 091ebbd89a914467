/** Ends a medium at the peer. */
import type { Medium } from '../ports/medium.js';
import type { SessionEnd } from '../words/session.js';

/** Resolves when the peer knows, or cannot be told; never rejects: `failed` is told what the medium threw. */
export async function farewell(
  medium: Medium,
  end: SessionEnd,
  failed: (error: unknown) => void,
): Promise<void> {
  try {
    await medium.end(end);
  } catch (error) {
    failed(error);
  }
}
