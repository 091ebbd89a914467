/** The message files under `fixtures/`, as exact bytes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(__dirname, '..', 'fixtures');

/** The folders whose files are SIP messages, or pretend to be. */
export const FOLDERS = [
  'rfc4475',
  'valid-callflows',
  'sip-attacks',
  'sip-dos',
  'utf8',
  'log-injection',
  'redos',
  'captures',
  'examples',
] as const;

/** One message file. */
export interface Sample {
  /** Its path below `fixtures/`. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** One entry of a manifest: what may be answered to a file. */
export interface Verdict {
  readonly file: string;
  readonly accept?: readonly string[];
  readonly syntax?: string;
  readonly known_rfc_defect?: readonly string[] | null;
}

/** The bytes of one file, apart from any pool. */
export function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, file)));
}

/** Every message file of these folders. */
export function samples(...folders: readonly (typeof FOLDERS)[number][]): readonly Sample[] {
  return folders.flatMap((folder) =>
    readdirSync(join(FIXTURES, folder))
      .filter((name) => /\.(?:sip|dat|bin)$/.test(name))
      .toSorted()
      .map((name) => ({ file: `${folder}/${name}`, bytes: bytesOf(`${folder}/${name}`) })),
  );
}

/** The entries of a manifest. */
export function verdicts(file: string): readonly Verdict[] {
  return listIn(
    file,
    (entry): entry is Verdict => typeof entry === 'object' && entry !== null && 'file' in entry,
  );
}

/** The texts of a list in JSON. */
export function textsOf(file: string): readonly string[] {
  return listIn(file, (entry) => typeof entry === 'string');
}

function listIn<T>(file: string, is: (entry: unknown) => entry is T): readonly T[] {
  const list: unknown = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8'));
  if (Array.isArray(list) && list.every(is)) return list;
  throw new Error(`${file} is no such list`);
}

/** Text as octets, each line feed as CRLF. */
export function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
}

/** A request with these lines in the place of its own of the same name, and these added; `undefined` leaves one out. */
export function request(
  changes: Readonly<Record<string, string | undefined>> = {},
  body = 'hello',
): Uint8Array {
  const lines = new Map<string, string | undefined>([
    ['', 'MESSAGE sip:bot@127.0.0.1 SIP/2.0'],
    ['Via', 'SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-1'],
    ['Max-Forwards', '70'],
    ['From', '<sip:alice@example.com>;tag=a1'],
    ['To', '<sip:bot@127.0.0.1>'],
    ['Call-ID', '1@127.0.0.1'],
    ['CSeq', '1 MESSAGE'],
    ['Content-Type', 'text/plain'],
    ['Content-Length', String(new TextEncoder().encode(body).length)],
    ...Object.entries(changes),
  ]);
  let text = '';
  for (const [name, value] of lines) {
    if (value !== undefined) text += name === '' ? `${value}\r\n` : `${name}: ${value}\r\n`;
  }
  return new TextEncoder().encode(`${text}\r\n${body}`);
}
