/** As much XML as news of typing, and of conferences, need, in one pass: no document type, no entity but the five, no depth (RFC 3994, 3). */

/** One element as it stands: its name without prefix, how deep it lies, and the text directly in it. */
export interface Element {
  readonly name: string;
  /** 0: the root. */
  readonly depth: number;
  /** By their names as written, prefix and all. */
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
}

/** However much a document has, no more than this is read of most of them. */
const USUAL = { elements: 64, depth: 8 };

const NAME = /^[A-Za-z_][\w.:-]{0,63}$/;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['apos', "'"],
  ['quot', '"'],
]);

const NO_ATTRIBUTES: Element['attributes'] = new Map();

/** The elements in their order; undefined where the text is not well-formed, or has what nobody needs, or more than `most`. */
export function scanXml(text: string, most = USUAL): readonly Element[] | undefined {
  const elements: Element[] = [];
  const open: { readonly tag: string; readonly element: Element }[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<', at);
    const chunk = text.slice(at, start < 0 ? text.length : start);
    const inner = open.at(-1);
    if (inner === undefined) {
      // Nothing but white space stands outside the root; a byte order mark may come first.
      if (chunk.replace(/^\uFEFF/, '').trim() !== '') return undefined;
    } else {
      const plain = unescaped(chunk);
      if (plain === undefined) return undefined;
      inner.element.text += plain;
    }
    if (start < 0) break;
    if (text.startsWith('<!--', start) || text.startsWith('<?', start)) {
      const end = text.startsWith('<?', start) ? '?>' : '-->';
      const stop = text.indexOf(end, start + 2);
      if (stop < 0) return undefined;
      at = stop + end.length;
      continue;
    }
    const stop = endOfTag(text, start);
    if (stop < 0) return undefined;
    const inside = text.slice(start + 1, stop);
    at = stop + 1;
    if (inside.startsWith('/')) {
      if (open.pop()?.tag !== inside.slice(1).trimEnd()) return undefined;
      continue;
    }
    const tag = openingTag(inside);
    if (tag === undefined || elements.length >= most.elements || open.length >= most.depth)
      return undefined;
    if (open.length === 0 && elements.length > 0) return undefined;
    const { name, attributes } = tag;
    const local = name.slice(name.indexOf(':') + 1);
    const element = { name: local, depth: open.length, attributes, text: '' };
    elements.push(element);
    if (!inside.endsWith('/')) open.push({ tag: name, element });
  }
  return open.length === 0 && elements.length > 0 ? elements : undefined;
}

/** Where the tag that begins at `start` ends: at the first `>` outside of quotes. */
function endOfTag(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '>') return at;
    if (character === '<') return -1;
    if (character === '"' || character === "'") {
      at = text.indexOf(character, at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** The name in an opening tag and its attributes, where those are well-formed, and each there once. */
function openingTag(
  inside: string,
): { name: string; attributes: Element['attributes'] } | undefined {
  const text = inside.endsWith('/') ? inside.slice(0, -1) : inside;
  let at = endOfName(text, 0);
  const tag = text.slice(0, at);
  if (!NAME.test(tag)) return undefined;
  let attributes: Map<string, string> | undefined;
  for (;;) {
    const start = skipSpace(text, at);
    if (start === text.length) return { name: tag, attributes: attributes ?? NO_ATTRIBUTES };
    const end = endOfName(text, start);
    const name = text.slice(start, end);
    if (start === at || !NAME.test(name) || attributes?.has(name) === true) return undefined;
    const equals = skipSpace(text, end);
    const quote = skipSpace(text, equals + 1);
    const mark = text.charAt(quote);
    if (text.charAt(equals) !== '=' || (mark !== '"' && mark !== "'")) return undefined;
    const close = text.indexOf(mark, quote + 1);
    const value = close < 0 ? undefined : unescaped(text.slice(quote + 1, close));
    if (value === undefined) return undefined;
    (attributes ??= new Map()).set(name, value);
    at = close + 1;
  }
}

function endOfName(text: string, from: number): number {
  let at = from;
  while (at < text.length && !' \t\r\n='.includes(text.charAt(at))) at += 1;
  return at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

/** The text without its escapes; undefined where one is none of the five. */
function unescaped(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let plain = '';
  let at = 0;
  for (let mark = text.indexOf('&'); mark >= 0; mark = text.indexOf('&', at)) {
    const end = text.indexOf(';', mark);
    const character = ENTITIES.get(text.slice(mark + 1, end < 0 ? mark : Math.min(end, mark + 6)));
    if (character === undefined) return undefined;
    plain += text.slice(at, mark) + character;
    at = end + 1;
  }
  return plain + text.slice(at);
}
