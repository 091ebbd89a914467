/** What the fields of a configuration are made of: each says what it must be and how to write it. */
import { type Duration, milliseconds } from '@usher/core';
import * as z from 'zod';

import { nearest } from '../text/nearest.js';

/** How to write a field, by its schema. */
const examples = z.registry<{ write: string }>();

/** Marks the complaint about a key that is not known, so that nothing is said of its value. */
export const UNKNOWN_KEY = 'unknown-key';

/** A field with an example of how to write it. */
export function field<Schema extends z.ZodType>(write: string, schema: Schema): Schema {
  examples.add(schema, { write });
  return schema;
}

/** A part of the configuration with its fields; any other key is refused, with the one that was probably meant. */
export function section<Shape extends z.ZodRawShape>(
  what: string,
  shape: Shape,
): z.ZodObject<Shape> {
  const keys = Object.keys(shape);
  const unknown = z.custom<never>(() => false, {
    error: (issue) => unknownKey(String(issue.path?.at(-1)), what, keys, shape),
    params: { code: UNKNOWN_KEY },
  });
  const schema = z.object(shape, { error: `a table with the keys ${keys.join(', ')}` });
  // What passes has no other keys, which is what the narrower type says.
  return schema.catchall(unknown);
}

function unknownKey(
  key: string,
  what: string,
  keys: readonly string[],
  shape: z.ZodRawShape,
): string {
  const meant = nearest(key, keys);
  const schema = meant === undefined ? undefined : shape[meant];
  if (meant === undefined || schema === undefined) {
    return `unknown key \`${key}\` in ${what}; known here: ${keys.join(', ')}`;
  }
  const write = examples.get(schema)?.write ?? `${meant}:`;
  return `unknown key \`${key}\` in ${what}; did you mean \`${meant}\`? Write \`${write}\``;
}

/** A text. */
export function text(is: string): z.ZodString {
  return z.string({ error: is }).min(1, { error: is });
}

/** A whole number of at least `least`. */
export function wholeNumber(is: string, least: number): z.ZodInt {
  return z.int({ error: is }).min(least, { error: is });
}

/** One of some words. */
export function word<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  const named = words.map((one) => `\`${one}\``);
  return z.enum(words, { error: `${named.slice(0, -1).join(', ')} or ${named.at(-1)}` });
}

/** A length of time above nothing. */
export function duration(is: string): z.ZodType<Duration, Duration> {
  return z.custom<Duration>(
    (value) => {
      if (typeof value !== 'string' && typeof value !== 'number') return false;
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is what looks closer
        return milliseconds(value as Duration) >= 0;
      } catch {
        return false;
      }
    },
    { error: is },
  );
}

/** One value or several in a row: always handed on as a row. */
export function oneOrMore<Value>(one: z.ZodType<Value>, is: string): z.ZodType<Value[]> {
  const row = (value: unknown): unknown =>
    value === undefined || Array.isArray(value) ? value : [value];
  return z.preprocess(row, z.array(one, { error: is }).min(1, { error: is }));
}
