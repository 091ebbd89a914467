import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { parseConferenceInvitation } from '../../src/dialect/conference-invitation.js';
import { parseEmbedded } from '../../src/dialect/embedded-message.js';
import {
  parseKeyboardActivity,
  printKeyboardActivity,
} from '../../src/dialect/keyboard-activity.js';

const encoder = new TextEncoder();
const XML = join(__dirname, '..', 'fixtures', 'xml');

describe('a message within a header field', () => {
  it('is the text that was put in, whichever it is, with or without padding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, padded) => {
        const base64 = Buffer.from(text).toString('base64');
        const body = padded ? base64 : base64.replace(/=+$/, '');
        const content = parseEmbedded(`text/plain; charset=UTF-8;msgr=WAAt;ms-body=${body}`);
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(content?.body)).toBe(text);
        expect(content?.contentType).toBe('text/plain;charset=UTF-8;msgr=WAAt');
      }),
    );
  });

  it.each([
    ['utf-16le', 'aQDkAA=='],
    ['UTF-16BE', 'AGkA5A=='],
    ['windows-1252', 'aeQ='],
    ['"utf-8"', 'acOk'],
  ])('in %s is read as that', (charset, body) => {
    const content = parseEmbedded(`text/plain;charset=${charset};ms-body=${body}`);
    expect(new TextDecoder().decode(content?.body)).toBe('iä');
  });

  it('of any letters is content or nothing, and never throws', () => {
    const words = fc.constantFrom(
      'text/plain',
      ';',
      '=',
      'ms-body',
      'charset',
      'msgr',
      'aGk=',
      '"',
      ' ',
      'utf-8',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (letters) => {
        const content = parseEmbedded(letters.join(''));
        expect(content === undefined || content.contentType.startsWith('text/plain')).toBe(true);
      }),
    );
  });
});

describe('documents of the dialect', () => {
  it('say of typing what they said before they were printed', () => {
    expect(parseKeyboardActivity(printKeyboardActivity('active'))).toBe('active');
    expect(parseKeyboardActivity(printKeyboardActivity('idle'))).toBe('idle');
  });

  it.each([
    ['<KeyboardActivity><status status="unheard of"/></KeyboardActivity>', 'idle'],
    ['<KeyboardActivity><status/></KeyboardActivity>', 'idle'],
    ['<KeyboardActivity/>', undefined],
    [
      '<KeyboardActivity><status status="type"/><status status="idle"/></KeyboardActivity>',
      undefined,
    ],
    ['<KeyboardActivity><status status="type" status="idle"/></KeyboardActivity>', undefined],
    [`<KeyboardActivity>${' '.repeat(5_000)}<status status="type"/></KeyboardActivity>`, undefined],
  ])('are read as %s: %s', (xml, state) => {
    expect(parseKeyboardActivity(encoder.encode(xml))).toBe(state);
  });

  it.each(readdirSync(XML).filter((name) => name.endsWith('.xml')))(
    'are none of those that were made for other readers: %s',
    (name) => {
      const body = new Uint8Array(readFileSync(join(XML, name)));
      expect(parseKeyboardActivity(body)).toBeUndefined();
      expect(parseConferenceInvitation(body)).toBeUndefined();
    },
  );

  it('of any pieces are read or not, and never throw', () => {
    const pieces = fc.constantFrom(
      '<Conferencing>',
      '</Conferencing>',
      '<focus-uri>',
      'sip:a@b',
      '</focus-uri>',
      '<im available="true"/>',
      '<!DOCTYPE',
      '&amp;',
      '&x;',
      '>',
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (all) => {
        const read = parseConferenceInvitation(encoder.encode(all.join('')));
        expect(read === undefined || read.focusUri === 'sip:a@b').toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
