/** The places where a bot can hand in a text, and what has to become of it there. */
import { Address } from '@usher/core';
import type { Answer, Knock } from '@usher/core/adapter';

import type { SipMessage } from '../../packages/adapters/sip/src/syntax/message.js';
import { sameOctets, utf8 } from '../octets.js';
import { hold } from '../target.js';
import type { HouseStage } from './house-stage.js';

/** Hands a text in, and returns the message that left for it; undefined where it was refused and nothing left. */
type Hand = (stage: HouseStage, text: string) => Uint8Array | undefined;

/** What has to be true of the message besides, where the text could be printed. */
type Check = (message: SipMessage, text: string) => boolean;

/** Where a bot can hand in a text. */
export interface Place {
  readonly hand: Hand;
  readonly says?: Check;
  /** A text that means nothing to anybody, to see which header fields there are to be. */
  readonly plain?: string;
}

const TARGET = Address.parse('sip:bob@192.0.2.2:40000;transport=tcp');
const TEXT = 'text/plain';
const ignored = (): void => {};

function answered(stage: HouseStage, answer: Answer): Uint8Array | undefined {
  stage.decide = (knock: Knock) => void knock.answer(answer);
  const sent = stage.invite();
  hold(sent.length === 1, 'answers', () => `${sent.length} answers`);
  return sent[0];
}

/** Something of ours leaves; what becomes of it is nobody's business. */
function left(stage: HouseStage, send: () => Promise<unknown>): Uint8Array | undefined {
  stage.take();
  send().catch(ignored);
  const [first, ...more] = stage.take();
  hold(more.length === 0, 'sent-twice');
  return first;
}

/** Every place where a bot can hand in a text, by its name. */
export const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  [
    'reject text',
    {
      hand: (stage, text) => answered(stage, { type: 'reject', status: 480, text }),
      says: (message, text) =>
        message.type === 'response' && (message as { reason?: string }).reason === text,
    },
  ],
  [
    'diagnostic',
    {
      hand: (stage, text) =>
        answered(stage, {
          type: 'reject',
          status: 480,
          diagnostic: text,
          retryAfter: text.length * 100,
        }),
    },
  ],
  ...(['decline-everywhere', 'decline'] as const).map((reason): [string, Place] => [
    `${reason} to a Microsoft peer`,
    {
      hand: (stage, text) => {
        stage.microsoft = true;
        try {
          return answered(stage, { type: 'reject', reason, status: 603, text, diagnostic: text });
        } finally {
          stage.microsoft = false;
        }
      },
      says: (message, text) =>
        (message as { status?: number }).status === (reason === 'decline' ? 603 : 605) &&
        (message as { reason?: string }).reason === text &&
        message.get('ms-diagnostics') !== undefined,
    },
  ]),
  [
    // A bot that says for how long it is not to be asked may keep the house from asking it at all.
    'refused at the door',
    {
      hand: (stage, text) => {
        stage.shut = { status: 503, retryAfter: text.length * 100 };
        const sent = stage.invite();
        stage.shut = undefined;
        hold(sent.length === 1, 'answers', () => `${sent.length} answers`);
        return sent[0];
      },
      says: (message, text) =>
        message.type === 'response' &&
        (message as { status?: number }).status === 503 &&
        Number(message.get('Retry-After')) * 1_000 >= text.length * 100,
    },
  ],
  [
    'forward',
    {
      plain: 'sip:carol@example.com',
      hand: (stage, text) => {
        const target = Address.from(text);
        return (
          target && answered(stage, { type: 'forward', status: 302, targets: [target, target] })
        );
      },
      says: ({ contacts }, text) =>
        contacts.length === 2 &&
        contacts.every(({ uri }) => uri === Address.from(text)?.toString()),
    },
  ],
  [
    'receipt text',
    {
      hand: (stage, text) => {
        const session = stage.session();
        if (session === undefined) return undefined;
        stage.receipt = { type: 'refused', status: 480, text };
        const [first] = stage.say(session.answer);
        stage.receipt = { type: 'taken' };
        return first;
      },
      says: (message, text) => (message as { reason?: string }).reason === text,
    },
  ],
  ...['type', 'body'].map((part): [string, Place] => [
    `message ${part}`,
    {
      plain: part === 'type' ? 'text/html' : 'hello',
      hand: (stage, text) => {
        const content = {
          contentType: part === 'type' ? text : TEXT,
          body: utf8(part === 'type' ? 'x' : text),
        };
        return left(stage, async () => stage.within?.send(content, '1'));
      },
      says: (message, text) =>
        part === 'type'
          ? message.contentType === plain(text)
          : sameOctets(message.body, utf8(text)),
    },
  ]),
  ...['type', 'body', 'name', 'from', 'to'].map((part): [string, Place] => [
    `page ${part}`,
    {
      plain: part === 'from' || part === 'to' ? 'sip:x@192.0.2.2:40000' : 'text/html',
      hand: (stage, text) => {
        const content = {
          contentType: part === 'type' ? text : TEXT,
          body: utf8(part === 'body' ? text : 'x'),
        };
        const address = part === 'to' || part === 'from' ? Address.from(text) : TARGET;
        if (address === undefined) return undefined;
        const options =
          part === 'name' ? { displayName: text } : part === 'from' ? { from: address } : {};
        return left(stage, () =>
          stage.userAgent.send(part === 'to' ? address : TARGET, content, options),
        );
      },
      says: (message, text) => {
        if (part === 'type') return message.contentType === plain(text);
        if (part === 'body') return sameOctets(message.body, utf8(text));
        if (part === 'name') return message.from.displayName === text;
        return (part === 'to' ? message.to : message.from).uri === Address.from(text)?.toString();
      },
    },
  ]),
  ...['subject', 'name', 'from', 'to'].map((part): [string, Place] => [
    `invite ${part}`,
    {
      plain: part === 'from' || part === 'to' ? 'sip:x@192.0.2.2:40000' : 'hello',
      hand: (stage, text) => {
        const address = part === 'to' || part === 'from' ? Address.from(text) : TARGET;
        if (address === undefined) return undefined;
        const options =
          part === 'subject'
            ? { subject: text }
            : part === 'name'
              ? { displayName: text }
              : part === 'from'
                ? { from: address }
                : {};
        return left(stage, () =>
          stage.userAgent.invite(part === 'to' ? address : TARGET, stage.receiver, options),
        );
      },
      says: (message, text) => {
        if (part === 'subject') return (message.get('Subject') ?? '') === plain(text);
        if (part === 'name') return message.from.displayName === text;
        return (part === 'to' ? message.to : message.from).uri === Address.from(text)?.toString();
      },
    },
  ]),
]);

/** White space around a value is no part of it. */
function plain(value: string): string {
  return value.replaceAll(/^[ \t]+|[ \t]+$/g, '');
}
