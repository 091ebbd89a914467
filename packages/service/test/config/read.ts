/** Reads a configuration from texts, as tests write them. */
import { type Configuration, readConfiguration } from '../../src/config/configuration.js';
import type { Environment } from '../../src/config/environment.js';
import { inReadingOrder, problemLine } from '../../src/config/problem.js';

/** Reads one text as `usher.yaml`, or several by name. */
export function read(
  text: string | Readonly<Record<string, string>>,
  environment: Environment = {},
): Configuration {
  const files = typeof text === 'string' ? { 'usher.yaml': text } : text;
  const sources = Object.entries(files).map(([file, content]) => ({ file, text: content }));
  return readConfiguration({ sources, problems: [] }, environment);
}

/** What was found wrong, as the operator reads it. */
export function wrong(
  text: string | Readonly<Record<string, string>>,
  environment: Environment = {},
): string[] {
  return inReadingOrder(read(text, environment).problems).map(problemLine);
}

/** A house and a bot with nothing wrong. */
export const GOOD = `listen: sip:127.0.0.1:5060;transport=udp
---
id: echo
plugin: '@usher/echo#echo'
order: 10
`;
