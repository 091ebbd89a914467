/** News of typing as XML, now and then with what no such document needs (RFC 3994, 5). */
import type { SeededChance } from '@usher/core/testing';

import { few, several, usually } from './words.js';

/** One document. */
export function composingText(chance: SeededChance): string {
  const prefix = usually(chance, ['', 'c:', 'a-b.c:', ':']);
  const root = `${prefix}${usually(chance, ['isComposing', 'iscomposing', 'message'])}`;
  const inner = several(1 + few(chance, 5), () => element(chance, prefix, 0)).join(
    usually(chance, ['', '\r\n  ', ' ']),
  );
  return (
    usually(chance, ['', '\ufeff', '\ufeff\ufeff', 'x']) +
    usually(chance, [
      '<?xml version="1.0" encoding="UTF-8"?>\r\n',
      '',
      "<?xml version='1.0' encoding='utf-16'?>",
      '<?xml version="1.0" encoding="us-ascii"?>',
      '<?xml',
      '<!DOCTYPE a [<!ENTITY x "y">]>',
      '<!-- a -->',
      '<!-- unclosed',
    ]) +
    `<${root}${attributes(chance)}>${inner}</${usually(chance, [root, `${root} `, 'other', ` ${root}`])}>` +
    usually(chance, ['', '\r\n', '<!-- z -->', '<more/>', 'text', '<?pi x?>'])
  );
}

function element(chance: SeededChance, prefix: string, depth: number): string {
  const name = `${prefix}${usually(chance, ['state', 'refresh', 'contenttype', 'lastactive', 'x'])}`;
  if (chance.chance(0.15))
    return `<${name}${attributes(chance)}${usually(chance, ['/>', ' />', '/ >'])}`;
  const text = usually(chance, [
    'active',
    'idle',
    '60',
    ' active ',
    'gone',
    '1000000000',
    '1000000000000000',
    '-1',
    '&lt;&gt;&amp;&apos;&quot;',
    '&#97;',
    '&#x61;',
    '&#0;',
    '&#xD800;',
    '&#x110000;',
    '&xxe;',
    '&',
    'a>b',
    ']]>',
    '<![CDATA[active]]>',
    depth < 12 && chance.chance(0.7)
      ? several(1 + few(chance, 3), () => element(chance, prefix, depth + 1)).join('')
      : '',
  ]);
  return `<${name}${attributes(chance)}>${text}</${name}>`;
}

function attributes(chance: SeededChance): string {
  return several(few(chance, 3), () =>
    chance.pick([
      ' xmlns="urn:ietf:params:xml:ns:im-iscomposing"',
      ' xmlns:c="urn:ietf:params:xml:ns:im-iscomposing"',
      " a='b'",
      ' a="<"',
      ' a="&amp;"',
      ' a="&bad;"',
      ' a = "x>y"',
      ' a',
      ' a=b',
      ' a="unclosed',
      'b="no space"',
      ' __proto__="x"',
    ]),
  ).join('');
}
