/** News of typing: a small part of XML, and nothing that could grow (RFC 3994). */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import {
  holdsFor,
  parseIsComposing,
  printIsComposing,
} from '../../packages/adapters/sip/src/composing/is-composing.js';
import { scanXml } from '../../packages/adapters/sip/src/composing/xml-scanner.js';
import { composingText } from '../grammar/xml.js';
import { octetTarget } from '../octet-target.js';
import { latin1, utf8 } from '../octets.js';
import { holdUnpolluted } from '../rules/message-rules.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function run(bytes: Uint8Array): void {
  const news = timed(bytes.length, () => parseIsComposing(bytes));
  holdUnpolluted();
  const elements = timed(bytes.length, () => scanXml(lenient.decode(bytes)));
  if (elements !== undefined) {
    hold(elements.length > 0 && elements.length <= 64, 'xml-elements');
    hold(
      elements[0]?.depth === 0 && elements.slice(1).every(({ depth }) => depth > 0),
      'xml-roots',
    );
    hold(
      elements.every(({ depth }) => depth < 8),
      'xml-depth',
    );
    const length = elements.reduce((sum, { text }) => sum + text.length, 0);
    hold(length <= bytes.length, 'xml-grows', () => String(length));
  }
  if (news === undefined) return;
  const text = latin1(bytes);
  // No document type, nor any entity of its own: outside of comments and quotes these cannot stand.
  const bare = text.replaceAll(/<!--[^]*?-->|<\?[^]*?\?>|"[^"]*"|'[^']*'/g, '');
  hold(!/<!DOCTYPE|<!ENTITY|<!\[CDATA/.test(bare), 'xml-declares');
  hold(bytes.length <= 8_192, 'xml-limit');
  hold(news.state === 'idle' || /active|&#/.test(text), 'xml-active');
  const { refresh } = news;
  hold(refresh === undefined || (Number.isSafeInteger(refresh) && refresh >= 0), 'xml-refresh');
  const seconds = holdsFor(news);
  hold(seconds >= 30 && seconds <= 600 && seconds % 30 === 0, 'xml-holds', () => String(seconds));
  const again = parseIsComposing(printIsComposing(news));
  hold(again?.state === news.state && again.refresh === refresh, 'xml-differs');
}

function seeds(): readonly Uint8Array[] {
  const folder = fileURLToPath(
    new URL('../../packages/adapters/sip/test/fixtures/xml/', import.meta.url),
  );
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .toSorted()
    .map((name) => new Uint8Array(readFileSync(folder + name)).slice(0, 66_000));
}

export const target = octetTarget({
  name: 'composing',
  covers: ['is-composing', 'xml-scanner'].map(
    (file) => `packages/adapters/sip/src/composing/${file}.ts`,
  ),
  seeds,
  grammar: (chance) => utf8(composingText(chance)),
  words: [
    ...[
      '<',
      '>',
      '/>',
      '</',
      '<?',
      '?>',
      '<!--',
      '-->',
      '<!DOCTYPE',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      '&lt;',
      '&#',
      '&#x',
      '"',
      "'",
    ],
    ...[
      'isComposing',
      'state',
      'refresh',
      'active',
      'idle',
      'xmlns="',
      'encoding="',
      '\ufeff',
      '=',
      ' ',
      '<state>',
      '</state>',
      'a:',
      '60',
    ],
    '<x>'.repeat(9),
    '<x/>'.repeat(70),
  ],
  run,
});
