/** Reads YAML as configuration needs it: the core schema, with places, without anything that acts or multiplies. */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  type ParsedNode,
  Parser,
  type YAMLMap,
} from 'yaml';

import type { Place, Problem } from './problem.js';
import type { Source } from './source.js';
import type { Leaf, Table, Tree, TreeEntry } from './tree.js';

/** The documents of a file that say something, and what was wrong with the others. */
export interface Documents {
  readonly trees: readonly Tree[];
  readonly problems: readonly Problem[];
}

/** How many tokens may be open within each other; a level of a block takes one or two. */
const DEPTH = 64;
const DOCUMENTS = 1_000;
const PROBLEMS = 20;

/** Keys that reach the prototype of an object once somebody assigns by them. */
const POISONED = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads all documents of a file. */
export function readYaml(source: Source): Documents {
  return new Reading(source).read();
}

class Reading {
  readonly #source: Source;
  readonly #lines = new LineCounter();
  readonly #problems: Problem[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  read(): Documents {
    const trees: Tree[] = [];
    const tokens = this.#tokens();
    if (tokens !== undefined) {
      const composer = new Composer({
        schema: 'core',
        version: '1.2',
        // Looked at here, so that both places can be named.
        uniqueKeys: false,
        prettyErrors: false,
        logLevel: 'silent',
      });
      for (const document of composer.compose(tokens, true, this.#source.text.length)) {
        const tree = this.#document(document);
        if (tree !== undefined) trees.push(tree);
      }
    }
    return { trees, problems: this.#problems.slice(0, PROBLEMS) };
  }

  /** The concrete syntax, token by token: what is nested too deep must not reach the composer, which is recursive. */
  #tokens(): CST.Token[] | undefined {
    const parser = new Parser(this.#lines.addNewLine);
    this.#lines.addNewLine(0);
    const tokens: CST.Token[] = [];
    let documents = 0;
    for (const lexeme of new Lexer().lex(this.#source.text)) {
      for (const token of parser.next(lexeme)) {
        tokens.push(token);
        if (token.type === 'document') documents += 1;
      }
      if (parser.stack.length > DEPTH) {
        this.#report('bad-yaml', parser.offset, 'this is nested too deep to be a configuration');
        return undefined;
      }
      if (documents > DOCUMENTS) {
        this.#report('bad-yaml', parser.offset, `more than ${DOCUMENTS} documents in one file`);
        return undefined;
      }
    }
    tokens.push(...parser.end());
    return tokens;
  }

  #document(document: Document.Parsed): Tree | undefined {
    if (document.errors.length > 0) {
      for (const error of document.errors.slice(0, PROBLEMS)) {
        this.#report('bad-yaml', error.pos[0], explained(error.message));
      }
      return undefined;
    }
    if (document.directives.yaml.version !== '1.2') {
      this.#report('bad-yaml', 0, 'only YAML 1.2 is read: leave the %YAML line out');
      return undefined;
    }
    if (document.contents === null) return undefined;
    if (isScalar(document.contents) && document.contents.value === null) return undefined;
    return this.#tree(document.contents);
  }

  /** The tree of a node, or undefined where it has something that is refused, which is then reported. */
  #tree(node: ParsedNode): Tree | undefined {
    const offset = node.range[0];
    if (isAlias(node)) {
      return this.#report(
        'yaml-alias',
        offset,
        `YAML reads \`*${node.source}\` as an alias, and aliases are not taken; if a text was meant, quote it: '*${node.source}'`,
      );
    }
    if (node.anchor !== undefined) {
      return this.#report(
        'yaml-alias',
        offset,
        `anchors are not taken: leave \`&${node.anchor}\` out`,
      );
    }
    if (node.tag !== undefined) {
      return this.#report(
        'yaml-tag',
        offset,
        `tags are not taken: leave \`${node.tag.replace(/^tag:yaml\.org,2002:/, '!!')}\` out`,
      );
    }
    const place = this.#place(offset);
    if (isMap(node)) return this.#table(node, place);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#tree(item));
      return items.includes(undefined)
        ? undefined
        : { kind: 'row', place, items: items.filter((item) => item !== undefined) };
    }
    const leaf: Leaf = { kind: 'leaf', place, value: node.value, source: node.source };
    return leaf;
  }

  #table(node: YAMLMap.Parsed, place: Place): Table | undefined {
    const entries = new Map<string, TreeEntry>();
    let whole = true;
    for (const pair of node.items) {
      const entry = this.#entry(pair, entries);
      if (entry === undefined) whole = false;
      else entries.set(...entry);
    }
    return whole ? { kind: 'table', place, entries } : undefined;
  }

  #entry(
    { key, value }: Pair<ParsedNode, ParsedNode | null>,
    before: ReadonlyMap<string, TreeEntry>,
  ): [string, TreeEntry] | undefined {
    const offset = key.range[0];
    if (!isScalar(key) || key.anchor !== undefined || key.tag !== undefined) {
      return this.#report('bad-yaml', offset, 'a key must be a plain word or a quoted text');
    }
    const name = typeof key.value === 'string' ? key.value : key.source;
    if (POISONED.has(name)) {
      return this.#report(
        'forbidden-key',
        offset,
        `\`${name}\` cannot be a key; give it another name`,
      );
    }
    const twin = before.get(name);
    if (twin !== undefined) {
      return this.#report(
        'duplicate-key',
        offset,
        `\`${name}\` stands here twice, first on line ${twin.place.line}; keep one of them`,
      );
    }
    const place = this.#place(offset);
    // `key:` with nothing after it in a flow table has no node of its own.
    const tree: Tree | undefined =
      value === null ? { kind: 'leaf', place, value: null, source: '' } : this.#tree(value);
    return tree && [name, { place, tree }];
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #report(code: string, offset: number, message: string): undefined {
    this.#problems.push({ code, place: this.#place(offset), message });
  }
}

/** The library's words, with the advice that is nearly always the answer. */
function explained(message: string): string {
  const [first = message] = message.split('\n');
  const reserved = /^Plain value cannot start with reserved character (.)/.exec(first);
  if (reserved !== null)
    return `a text that starts with \`${reserved[1]}\` must be quoted, like '${reserved[1]}…'`;
  return `this is not YAML: ${first}`;
}
