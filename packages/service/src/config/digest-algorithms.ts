/** The algorithms of digest authentication, as operators write them. */
import { oneOrMore, word } from './field.js';

/** One or several; `MD5` is broken, and only used where somebody asks for it. */
export const digestAlgorithms = oneOrMore(
  word(['SHA-256', 'SHA-512-256', 'MD5']),
  '`SHA-256`, or several algorithms in a row',
);
