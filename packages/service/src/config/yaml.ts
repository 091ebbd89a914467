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
  type ParsedNode,
  Parser,
  type YAMLMap,
} from 'yaml';

import type { Place, Problem } from './problem.js';
import { isSecret } from './secrets.js';
import type { Source } from './source.js';
import type { Table, Tree, TreeEntry } from './tree.js';

/** One document that says something. */
interface YamlDocument {
  readonly tree: Tree;
  /** Whether nothing in it was refused. */
  readonly sound: boolean;
}

/** The documents of a file that say something, and what was wrong with the others. */
export interface Documents {
  readonly documents: readonly YamlDocument[];
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
    const documents: YamlDocument[] = [];
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
        const before = this.#problems.length;
        const tree = this.#document(document);
        if (tree !== undefined) {
          documents.push({ tree, sound: this.#problems.length === before });
        }
      }
    }
    return { documents, problems: this.#problems.slice(0, PROBLEMS) };
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
    const { contents } = document;
    if (isScalar(contents) && contents.value === null) return undefined;
    return this.#tree(contents);
  }

  /**
   * The tree of a node; what is refused is reported, and stands there as something unknown.
   * @param secret whether nothing of it may be shown.
   */
  #tree(node: ParsedNode, secret = false): Tree {
    const offset = node.range[0];
    const place = this.#place(offset);
    const refusal = refusalOf(node, secret);
    if (refusal !== undefined) {
      this.#report(refusal.code, offset, refusal.message);
      return { kind: 'leaf', place, value: undefined, source: '', unknown: true };
    }
    if (isMap(node)) return this.#table(node, place, secret);
    if (isSeq(node))
      return { kind: 'row', place, items: node.items.map((item) => this.#tree(item, secret)) };
    return {
      kind: 'leaf',
      place,
      value: isScalar(node) ? node.value : undefined,
      source: sourceOf(node),
    };
  }

  #table(node: YAMLMap.Parsed, place: Place, secret: boolean): Table {
    const entries = new Map<string, TreeEntry>();
    for (const { key, value } of node.items) {
      const name = this.#key(key, entries);
      if (name === undefined) continue;
      const at = this.#place(key.range[0]);
      // `key:` with nothing after it in a flow table has no node of its own.
      const tree: Tree =
        value === null
          ? { kind: 'leaf', place: at, value: null, source: '' }
          : this.#tree(value, secret || isSecret(name));
      entries.set(name, { place: at, tree });
    }
    return { kind: 'table', place, entries };
  }

  /** The name of a key, or undefined where it is refused, which is then reported. */
  #key(key: ParsedNode, before: ReadonlyMap<string, TreeEntry>): string | undefined {
    const offset = key.range[0];
    if (!isScalar(key) || refusalOf(key) !== undefined) {
      return this.#report('bad-yaml', offset, 'a key must be a plain word or a quoted text');
    }
    const name = typeof key.value === 'string' ? key.value : key.source;
    if (POISONED.has(name)) {
      const message = `\`${name}\` cannot be a key; give it another name`;
      return this.#report('forbidden-key', offset, message);
    }
    const twin = before.get(name);
    if (twin === undefined) return name;
    const message = `\`${name}\` stands here twice, first on line ${twin.place.line}; keep one of them`;
    return this.#report('duplicate-key', offset, message);
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #report(code: string, offset: number, message: string): undefined {
    this.#problems.push({ code, place: this.#place(offset), message });
  }
}

/** Why a node is refused: what acts, and what multiplies. */
function refusalOf(
  node: ParsedNode,
  secret = false,
): { readonly code: string; readonly message: string } | undefined {
  if (secret && (isAlias(node) || node.anchor !== undefined || node.tag !== undefined)) {
    const message = 'a text that starts with `*`, `&` or `!` must be quoted';
    return {
      code: isAlias(node) || node.anchor !== undefined ? 'yaml-alias' : 'yaml-tag',
      message,
    };
  }
  if (isAlias(node)) {
    const text = `*${node.source}`;
    const message = `YAML reads \`${text}\` as an alias, and aliases are not taken; if a text was meant, quote it: '${text}'`;
    return { code: 'yaml-alias', message };
  }
  if (node.anchor !== undefined) {
    return { code: 'yaml-alias', message: `anchors are not taken: leave \`&${node.anchor}\` out` };
  }
  if (node.tag === undefined) return undefined;
  const tag = node.tag.replace(/^tag:yaml\.org,2002:/, '!!');
  return { code: 'yaml-tag', message: `tags are not taken: leave \`${tag}\` out` };
}

function sourceOf(node: ParsedNode): string {
  return isScalar(node) ? node.source : '';
}

/** The library's words, without what it quotes, and with the advice that is nearly always the answer. */
function explained(message: string): string {
  const [first = message] = message.split('\n');
  const reserved = /^Plain value cannot start with reserved character (.)/.exec(first);
  if (reserved !== null)
    return `a text that starts with \`${reserved[1]}\` must be quoted, like '${reserved[1]}…'`;
  const [words = first] = first.replace(/^(Invalid escape sequence \\.).*$/, '$1').split(': ', 1);
  return `this is not YAML: ${words}`;
}
