/** What goes on in a conference, as its focus tells it: `application/conference-info+xml` (RFC 4575, 5). */
import { RemoteProtocolError } from '@usher/core';

import { type Element, scanXml } from '../composing/xml-scanner.js';
import { wholeNumber } from '../syntax/whole-number.js';

/** Its content type. */
export const CONFERENCE_INFO = 'application/conference-info+xml';

/** Whether an element says all that there is, or what has changed, or that it is no more (RFC 4575, 4.4). */
type ElementState = 'full' | 'partial' | 'deleted';

/** One device of a user. */
interface EndpointInfo {
  readonly entity: string;
  readonly state: ElementState;
  /** `connected`, `pending`, …; undefined where it is not said. */
  readonly status: string | undefined;
}

/** One user. */
export interface UserInfo {
  readonly entity: string;
  readonly state: ElementState;
  readonly displayName: string | undefined;
  /** Undefined where nothing is said of them. */
  readonly roles: readonly string[] | undefined;
  readonly endpoints: readonly EndpointInfo[];
}

/** What one document says. */
export interface ConferenceInfo {
  readonly state: ElementState;
  readonly version: number;
  /** The URI for talk by text, where the document names one. */
  readonly relay: string | undefined;
  readonly users: readonly UserInfo[];
  /** Whether these users are all that there are. */
  readonly allUsers: boolean;
}

/** Octets and elements beyond which no document is read: a thousand users with two devices each. */
const LARGEST = 1_000_000;
const MOST = { elements: 20_000, depth: 16 };
const MOST_VERSIONS = 4_294_967_295;
const LONGEST = 256;
const LONGEST_URI = 1_024;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What these octets say; or why they say nothing. */
export function parseConferenceInfo(body: Uint8Array): ConferenceInfo | RemoteProtocolError {
  const elements = body.length > LARGEST ? undefined : scanXml(textOf(body), MOST);
  const [root] = elements ?? [];
  if (elements === undefined || root?.name !== 'conference-info') {
    return bad('no conference-info that can be read');
  }
  const version = wholeNumber(root.attributes.get('version') ?? '', MOST_VERSIONS);
  if (version === undefined) return bad('a conference-info without a version');
  const top = childrenOf(elements, 0);
  const users = top.find(({ element }) => element.name === 'users');
  return {
    state: stateOf(root),
    version,
    relay: relayIn(elements, top),
    users: users === undefined ? [] : childrenOf(elements, users.at).flatMap(userIn(elements)),
    allUsers: users !== undefined && stateOf(users.element) === 'full',
  };
}

/** One element, and where it stands. */
interface Found {
  readonly element: Element;
  readonly at: number;
}

/** The children of the element at this place. */
function childrenOf(elements: readonly Element[], parent: number): readonly Found[] {
  const depth = (elements[parent]?.depth ?? 0) + 1;
  const found: Found[] = [];
  for (let at = parent + 1; at < elements.length; at += 1) {
    const element = elements[at];
    if (element === undefined || element.depth < depth) break;
    if (element.depth === depth) found.push({ element, at });
  }
  return found;
}

/** RFC 4575, 5.3.1: a way to take part, by what it is for. */
function relayIn(elements: readonly Element[], top: readonly Found[]): string | undefined {
  const within = (parents: readonly Found[], name: string): readonly Found[] =>
    parents
      .filter(({ element }) => element.name === name)
      .flatMap(({ at }) => childrenOf(elements, at));
  const uris = within(top, 'conference-description');
  for (const { element, at } of within(uris, 'conf-uris')) {
    if (element.name !== 'entry') continue;
    const said = childrenOf(elements, at);
    const uri = textAt(said, 'uri');
    const purpose = textAt(said, 'purpose')?.toLowerCase();
    if (purpose === 'chat' && uri !== undefined && isSip(uri)) return uri;
  }
  return undefined;
}

function userIn(elements: readonly Element[]): (found: Found) => UserInfo[] {
  return ({ element, at }) => {
    const entity = element.attributes.get('entity') ?? '';
    if (element.name !== 'user' || entity === '' || entity.length > LONGEST_URI) return [];
    const said = childrenOf(elements, at);
    const roles = said.find((one) => one.element.name === 'roles');
    const user: UserInfo = {
      entity,
      state: stateOf(element),
      displayName: textAt(said, 'display-text'),
      roles: roles && childrenOf(elements, roles.at).map(({ element: role }) => cut(role.text)),
      endpoints: said
        .filter((one) => one.element.name === 'endpoint')
        .map((one) => ({
          entity: cut(one.element.attributes.get('entity') ?? ''),
          state: stateOf(one.element),
          status: textAt(childrenOf(elements, one.at), 'status')?.toLowerCase(),
        })),
    };
    return [user];
  };
}

function textAt(found: readonly Found[], name: string): string | undefined {
  const text = found.find(({ element }) => element.name === name)?.element.text.trim();
  return text === undefined || text === '' ? undefined : text.slice(0, LONGEST_URI);
}

/** RFC 4575, 5.2: full where it is not said. */
function stateOf({ attributes }: Element): ElementState {
  const state = attributes.get('state');
  return state === 'partial' || state === 'deleted' ? state : 'full';
}

function isSip(uri: string): boolean {
  return uri.length < LONGEST_URI && /^sips?:[^\s<>"]+$/i.test(uri);
}

function cut(text: string): string {
  return text.trim().slice(0, LONGEST);
}

function textOf(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    return '';
  }
}

function bad(message: string): RemoteProtocolError {
  return new RemoteProtocolError('bad-conference-info', message, 400);
}
