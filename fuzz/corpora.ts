/** The message files of the tests, as inputs to begin with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../packages/adapters/sip/test/fixtures/', import.meta.url));

/** The folders whose files are SIP messages, or pretend to be. */
const MESSAGES = [
  ...[
    'rfc4475',
    'sip-attacks',
    'sip-dos',
    'utf8',
    'log-injection',
    'redos',
    'captures',
    'examples',
  ],
  'valid-callflows',
];

/** Every SIP message of the corpora. */
export function messages(): readonly Uint8Array[] {
  return MESSAGES.flatMap((folder) =>
    readdirSync(join(FIXTURES, folder))
      .filter((name) => /\.(?:sip|dat|bin)$/.test(name))
      .toSorted()
      .map((name) => new Uint8Array(readFileSync(join(FIXTURES, folder, name)))),
  );
}

/** Texts that a bot may hand over, each made to break a printer. */
export function botTexts(): readonly string[] {
  const texts: unknown = JSON.parse(
    readFileSync(join(FIXTURES, 'bot-output/strings.json'), 'utf8'),
  );
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
}
