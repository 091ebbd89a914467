/** What has to hold for our side of digest authentication, whatever a peer asks for (RFC 7616; RFC 8760, 2.4). */
import { RemoteProtocolError } from '@usher/core';
import { SeededChance } from '@usher/core/testing';

import { parseAuthorization } from '../../packages/adapters/sip/src/authentication/authorization.js';
import { digestAlgorithm } from '../../packages/adapters/sip/src/authentication/digest-algorithm.js';
import {
  DigestClient,
  type Lasting,
} from '../../packages/adapters/sip/src/authentication/digest-client.js';
import type { DigestExchange } from '../../packages/adapters/sip/src/authentication/digest-exchange.js';
import { nodeDigestHash } from '../../packages/adapters/sip/src/node/node-digest-hash.js';
import type { Field } from '../../packages/adapters/sip/src/syntax/printer.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';
import { digestByTheBook } from './digest-by-the-book.js';
import { ACCOUNT, REQUEST } from './digest-stage.js';

/** Who we are where nobody asks for a realm of ours; MD5 will do there. */
const ANYWHERE = {
  username: 'bob',
  password: 'battery staple',
  algorithms: ['MD5', 'SHA-256'],
} as const;

/** Whatever a peer asks: our answers are right, say nothing of the password, and come to an end. */
export function holdClient(lines: readonly string[], info: string): void {
  const accounts = lines.length > 2 ? [ACCOUNT, ANYWHERE] : [ACCOUNT];
  const client = new DigestClient({ hash: nodeDigestHash, chance: new SeededChance(3), accounts });
  const dialog: Lasting = { protection: undefined };
  // What was answered once is answered at once the next time.
  const proxy = lines.length % 3 === 0 ? undefined : 'proxy.example.com';
  for (const exchange of [
    client.begin(REQUEST, 'example.com', proxy),
    client.begin(REQUEST, 'example.com', proxy),
    client.beginWithin(REQUEST, dialog),
    client.beginWithin(REQUEST, dialog),
  ]) {
    holdAnswers(exchange.fields());
    holdExchange(exchange, lines);
    const last = exchange.fields();
    holdAnswers(last);
    hold(exchange.sent === last, 'sent-other');
    const { space } = exchange;
    hold((space === undefined) === (last.length === 0), 'space-of-nothing');
    dialog.protection ??= space;
    for (const said of [info, undefined]) holdAdmitted(exchange, said, last);
  }
}

function holdExchange(exchange: DigestExchange, lines: readonly string[]): void {
  let octets = 0;
  for (const line of lines) octets += line.length;
  const status = lines.length % 2 === 0 ? 401 : 407;
  for (let round = 0; ; round += 1) {
    // Now and then with another nonce each time.
    const asked = lines.map((line) => line.replaceAll('@', String(round)));
    const outcome = timed(octets, () => exchange.challenged({ status, all: () => asked }));
    if (outcome.type === 'refused') return;
    hold(round < 5, 'answered-for-ever');
    hold(outcome.fields.length > 0, 'answered-nothing');
    holdAnswers(outcome.fields);
  }
}

function holdAnswers(fields: readonly Field[]): void {
  hold(fields.length <= 32, 'answers-many');
  for (const [name, value] of fields) {
    hold(name === 'Authorization' || name === 'Proxy-Authorization', 'answer-name');
    const said = parseAuthorization(value);
    hold(said !== undefined && !(said instanceof Error), 'answer-unreadable', () => value);
    const { username, password } = said.realm === ACCOUNT.realm ? ACCOUNT : ANYWHERE;
    hold(!value.includes(password) && said.username === username, 'answer-password');
    hold(
      username === ANYWHERE.username || digestAlgorithm(said.algorithm) !== 'MD5',
      'answer-by-md5',
    );
    const { method, body } = REQUEST;
    hold(
      digestByTheBook(said, method, body, password) === said.response,
      'answer-wrong',
      () => value,
    );
  }
}

/** RFC 7616, 3.5: the peer's own proof is believed where it is right. */
function holdAdmitted(
  exchange: DigestExchange,
  info: string | undefined,
  sent: readonly Field[],
): void {
  const { body } = REQUEST;
  const [first] = sent;
  const said = first === undefined ? undefined : parseAuthorization(first[1]);
  const proof =
    said === undefined || said instanceof Error
      ? ''
      : digestByTheBook(
          said,
          '',
          body,
          said.realm === ACCOUNT.realm ? ACCOUNT.password : ANYWHERE.password,
        );
  const text = info?.replaceAll('RIGHT', proof);
  const wrong = exchange.admitted({ get: () => text, body });
  hold(wrong === undefined || wrong instanceof RemoteProtocolError, 'admitted-other');
  if (
    proof !== '' &&
    sent.length === 1 &&
    text === `rspauth="${proof}"` &&
    first?.[0] === 'Authorization'
  )
    hold(wrong === undefined, 'proof-refused');
}
