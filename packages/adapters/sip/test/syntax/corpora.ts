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

/** What is known to be wrong in a message that an RFC shows, from the list that a person has reviewed. */
interface Reviewed {
  readonly name: string;
  /**
   * `refused`: no message at all. `unreadable`: only to somebody who reads that value. `unread`: in a value that nobody here reads.
   * `incomplete`: a message, but not one that can be granted. `improvable`: to be sent again, with something else in it.
   */
  readonly is: 'refused' | 'unreadable' | 'unread' | 'incomplete' | 'improvable';
  readonly why: string;
}

/** The names of those of the call flows in which something of this kind is wrong. */
export function reviewed(...kinds: readonly Reviewed['is'][]): ReadonlySet<string> {
  const list = listIn(
    'valid-callflows/reviewed.json',
    (entry): entry is Reviewed => typeof entry === 'object' && entry !== null && 'why' in entry,
  );
  return new Set(list.filter((entry) => kinds.includes(entry.is)).map(({ name }) => name));
}

/** What is answered to a file against its manifest, or by one way only: with the reason, and reviewed by a person. */
interface ReviewedAnswer {
  readonly file: string;
  readonly way: 'stream' | 'whole' | 'any';
  readonly answers: readonly string[];
  readonly why: string;
}

/** What is answered to a file that comes like this, where that is on the reviewed list. */
export function reviewedAnswers(
  file: string,
  way: 'stream' | 'whole',
): readonly string[] | undefined {
  const list = listIn(
    'reviewed.json',
    (entry): entry is ReviewedAnswer =>
      typeof entry === 'object' && entry !== null && 'why' in entry,
  );
  return list.find((entry) => entry.file === file && (entry.way === way || entry.way === 'any'))
    ?.answers;
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
