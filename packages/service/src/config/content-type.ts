/** A content type as operators write it: a type, or `text/*` for all of a kind. */
import * as z from 'zod';

/** What is wanted. */
export const CONTENT_TYPE = 'a content type such as `application/ms-conf-invite+xml`';

/** RFC 6838, 4.2: neither half is longer than 127 characters. */
const WRITTEN = /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/(?:\*|[A-Za-z0-9][\w!#$&^.+-]{0,126})$/;

/** One content type, without parameters. */
export const contentType = z
  .string({ error: CONTENT_TYPE })
  .regex(WRITTEN, { error: CONTENT_TYPE });
