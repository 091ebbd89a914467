/** What a log tells of an error: its kind, and where it was thrown. */

import { UsherError } from '@usher/core';

/** Whether it is told as well what an error says. Whoever threw it may have put into that what was said in a session. */
export type Wording = 'kept' | 'told';

/** What a log tells of an error. */
export interface ErrorFacts {
  readonly name: string;
  readonly code?: string;
  /** What it says, where that is told. */
  readonly message?: string;
  /** Where it was thrown, a line each; with nothing of what it says. */
  readonly stack?: string;
  readonly cause?: ErrorFacts;
}

/** What errors are called; where it is called otherwise, its class is told. Anything else may be anything. */
const NAME = /^[A-Za-z]{0,40}(?:Error|Exception)$/;
const CLASS = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
/** The codes of Node, of the system and of databases. */
const CODE = /^[A-Z0-9_]{2,40}$/;
const FRAME = /^ {4}at \S/;
const FRAMES = 20;
/** How many errors behind one another are looked at. */
const CAUSES = 3;

/** What is to be told of whatever was thrown. */
export function errorFacts(error: unknown, wording: Wording, depth = CAUSES): ErrorFacts {
  if (!(error instanceof Error)) {
    const said = wording === 'told' ? { message: textOf(error) } : {};
    return { name: `no error, but ${kindOf(error)}`, ...said };
  }
  const { cause } = error;
  const code = error instanceof UsherError ? error.code : word(error, 'code', CODE);
  const stack = framesOf(error);
  return {
    name: word(error, 'name', NAME) ?? classOf(error),
    ...(code !== undefined && { code }),
    ...(wording === 'told' && { message: textOf(error) }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && depth > 1 && { cause: errorFacts(cause, wording, depth - 1) }),
  };
}

/** A property of an error where it is a word; what bots throw may do anything when it is looked at. */
function word(error: Error, key: 'name' | 'code', form: RegExp): string | undefined {
  try {
    const value: unknown = Reflect.get(error, key);
    return typeof value === 'string' && form.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function classOf(error: Error): string {
  const { name } = error.constructor;
  return CLASS.test(name) ? name : 'Error';
}

function textOf(thrown: unknown): string {
  try {
    const said: unknown = thrown instanceof Error ? thrown.message : thrown;
    return typeof said === 'string' ? said : String(said);
  } catch {
    return '';
  }
}

function kindOf(thrown: unknown): string {
  if (thrown === null || thrown === undefined) return 'nothing';
  return typeof thrown === 'object' ? 'an object' : `a ${typeof thrown}`;
}

/** The lines of the stack behind what the error says, which may itself look like such lines. */
function framesOf(error: Error): string | undefined {
  let text: unknown;
  let message: unknown;
  try {
    ({ stack: text, message } = error);
  } catch {
    return undefined;
  }
  if (typeof text !== 'string' || typeof message !== 'string') return undefined;
  // `Name: message`, or the name alone.
  const at = message === '' ? -1 : text.indexOf(`: ${message}\n`);
  const [first = '', ...lines] = (at < 0 ? text : text.slice(at + 2 + message.length)).split('\n');
  // Where it was changed after it was thrown, it cannot be told where it ends.
  if (at < 0 ? message !== '' || !CLASS.test(first) : first !== '') return undefined;
  const frames = lines.slice(0, FRAMES);
  return frames.length > 0 && frames.every((line) => FRAME.test(line))
    ? frames.join('\n')
    : undefined;
}
