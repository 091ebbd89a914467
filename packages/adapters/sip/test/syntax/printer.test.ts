/** The last gate: what is printed reads back as it was meant, or is not printed at all. */
import { describe, expect, test } from '@jest/globals';
import { constant, constantFrom, oneof, option, pre, property, stringMatching } from 'fast-check';

import { LocalProtocolError } from '@usher/core';

import { printNameAddr, quoteDisplayName } from '../../src/syntax/name-addr.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { type Field, printRequest, printResponse } from '../../src/syntax/printer.js';
import { reasonPhrase } from '../../src/syntax/reason-phrases.js';
import { anyText, exceptionTo } from './arbitraries.js';
import { readRequest, readResponse } from './reading.js';

const FIELDS: readonly Field[] = [
  ['Via', 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK-1'],
  ['From', '<sip:a@b>;tag=1'],
  ['To', '<sip:c@d>'],
  ['Call-ID', '1'],
  ['CSeq', '1 MESSAGE'],
  ['Max-Forwards', '70'],
];

/** What `print` makes, or undefined where it refuses; any other error is the test's. */
function printed(print: () => Uint8Array): Uint8Array | undefined {
  try {
    return print();
  } catch (error) {
    if (error instanceof LocalProtocolError && error.code === 'unprintable') return undefined;
    throw error;
  }
}

function withField(name: string, value: string): Uint8Array | undefined {
  return printed(() => printRequest('MESSAGE', 'sip:c@d', [...FIELDS, [name, value]]));
}

/** The white space around a value is no part of it. */
function plain(value: string): string {
  return value.replaceAll(/^[ \t]+|[ \t]+$/g, '');
}

function withContact(contact: () => string): Uint8Array | undefined {
  return printed(() => printRequest('MESSAGE', 'sip:c@d', [...FIELDS, ['Contact', contact()]]));
}

/** Whether the message has the usual header fields, the one added, and no other. */
function hasOnly(bytes: Uint8Array, ...added: readonly string[]): boolean {
  const message = parseMessage(bytes);
  if (message.type === 'malformed') return false;
  const expected = [...FIELDS.map(([name]) => name), ...added, 'Content-Length'];
  return [...message.fields].map(([name]) => name).join('\n') === expected.join('\n');
}

const anyUri = oneof(
  anyText,
  anyText.map((text) => `sip:${text}`),
);

describe('printing', () => {
  test('a request has its fields in order, and Content-Length behind them', () => {
    const bytes = printRequest(
      'MESSAGE',
      'sip:bot@example.com',
      [['To', '<sip:bot@example.com>']],
      new Uint8Array([0, 255]),
    );
    expect(new TextDecoder('latin1').decode(bytes)).toBe(
      'MESSAGE sip:bot@example.com SIP/2.0\r\nTo: <sip:bot@example.com>\r\nContent-Length: 2\r\n\r\n\0\u00ff',
    );
  });

  test('a response has the usual reason phrase unless another is given', () => {
    expect(readResponse(printResponse(486, undefined, FIELDS))).toMatchObject({
      status: 486,
      reason: 'Busy Here',
    });
    expect(readResponse(printResponse(486, 'In a meeting', FIELDS)).reason).toBe('In a meeting');
    expect(readResponse(printResponse(486, '', FIELDS)).reason).toBe('');
  });

  test.each([
    [200, 'OK'],
    [412, 'Conditional Request Failed'],
    [489, 'Bad Event'],
    [494, 'Security Agreement Required'],
    [513, 'Message Too Large'],
    [499, 'Client Error'],
    [599, 'Server Error'],
  ])('the reason phrase for %d is "%s"', (status, phrase) => {
    expect(reasonPhrase(status)).toBe(phrase);
  });

  test('text of any script is printed as UTF-8, and the body keeps its place behind it', () => {
    for (const body of [
      new Uint8Array(),
      new TextEncoder().encode('тело'),
      new Uint8Array(300).fill(7),
    ]) {
      for (const subject of ['é', 'Здравствуйте', '停電', '😀', `${'x'.repeat(200)}é`]) {
        const message = readRequest(
          printRequest('MESSAGE', 'sip:c@d', [...FIELDS, ['Subject', subject]], body),
        );
        expect(message.get('Subject')).toBe(subject);
        expect(message.body).toEqual(body);
      }
    }
  });

  test.each(['Content-Length', 'content-length', 'l', 'L'])(
    '%s cannot be given: it is counted',
    (name) => {
      expect(withField(name, '0')).toBeUndefined();
    },
  );

  test.each([99, 700, 200.5, NaN, -200])('%d is no status', (status) => {
    expect(() => printResponse(status, 'x', FIELDS)).toThrow(LocalProtocolError);
  });

  test('a refusal names the header field and shows what it saw, escaped', () => {
    expect(() =>
      printRequest('MESSAGE', 'sip:c@d', [...FIELDS, ['Subject', 'a\r\nX-Evil: 1']]),
    ).toThrow(
      expect.objectContaining({
        code: 'unprintable',
        message: expect.stringMatching(/Subject.*"a\\r\\nX-Evil: 1"/),
      }),
    );
    expect(() => printResponse(480, 'no\r\nX: y', FIELDS)).toThrow(
      expect.objectContaining({ code: 'unprintable' }),
    );
  });

  test('a line feed in one value is not made good by one that is missing in another', () => {
    for (const value of [
      '\r',
      '\n',
      '\n\r',
      'a\r\n',
      '\r\n b',
      '\0',
      '\u000b',
      '\u007f',
      '\ud800',
    ]) {
      expect(withField('Subject', value)).toBeUndefined();
    }
  });
});

describe('every text', () => {
  test('as a value is printed faithfully or refused, and never becomes another header field', () => {
    const names = constantFrom('Subject', 'User-Agent', 'X-Own', 'Reason', 'Contact');
    const faithful = property(names, anyText, (name, value) => {
      const bytes = withField(name, value);
      if (bytes === undefined) return true;
      const message = readRequest(bytes);
      return (
        hasOnly(bytes, name) && message.get(name) === plain(value) && message.body.length === 0
      );
    });
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('as a header name is printed faithfully or refused', () => {
    const faithful = property(oneof(anyText, stringMatching(/^[\w.!%*+`'~-]{1,20}$/)), (name) => {
      pre(!/^(?:[vftilmcsx]|via|from|to|call-id|cseq|max-forwards)$/i.test(name));
      const bytes = withField(name, 'value');
      return bytes === undefined || hasOnly(bytes, name);
    });
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('as a display name is printed faithfully or refused', () => {
    const faithful = property(anyText, (displayName) => {
      pre(displayName.length <= 256);
      const bytes = withContact(() => printNameAddr({ displayName, uri: 'sip:x@y' }));
      if (bytes === undefined) return true;
      const [contact, ...others] = readRequest(bytes).contacts;
      return (
        others.length === 0 && contact?.displayName === displayName && contact.uri === 'sip:x@y'
      );
    });
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('as a parameter is printed faithfully or refused', () => {
    const faithful = property(
      oneof(constant('x'), anyText),
      option(anyText, { nil: undefined }),
      (name, value) => {
        const bytes = withContact(() =>
          printNameAddr({ uri: 'sip:x@y', params: new Map([[name, value]]) }),
        );
        if (bytes === undefined) return true;
        const [read, ...others] = readRequest(bytes).contacts[0]?.params ?? [];
        return others.length === 0 && read?.[0] === name.toLowerCase() && read[1] === value;
      },
    );
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('as the URI of a name-addr is printed faithfully or refused', () => {
    const faithful = property(anyUri, (uri) => {
      const bytes = withContact(() => printNameAddr({ uri }));
      return (
        bytes === undefined ||
        readRequest(bytes)
          .contacts.map((contact) => contact.uri)
          .join(' ') === uri
      );
    });
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('as a method or a Request-URI is printed faithfully or refused', () => {
    const faithful = property(
      oneof(constant('MESSAGE'), anyText),
      oneof(constant('sip:c@d'), anyUri),
      (method, uri) => {
        const fields = FIELDS.map(([name, value]): Field => [
          name,
          name === 'CSeq' ? `1 ${method}` : value,
        ]);
        const bytes = printed(() => printRequest(method, uri, fields));
        if (bytes === undefined) return true;
        const message = parseMessage(bytes);
        // A SIP URI that is none is refused by whoever reads it; it never becomes anything else.
        if (message.type === 'malformed') {
          return /^(?:bad-request-uri|request-uri-too-long)$/.test(message.error.code);
        }
        return message.type === 'request' && message.method === method && message.uri === uri;
      },
    );
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('as a reason phrase is printed faithfully or refused', () => {
    const faithful = property(anyText, (reason) => {
      const bytes = printed(() => printResponse(480, reason, FIELDS));
      return bytes === undefined || (hasOnly(bytes) && readResponse(bytes).reason === reason);
    });
    expect(exceptionTo(faithful)).toBeUndefined();
  });
});

test('a display name is quoted, and what would end the quotes is escaped', () => {
  expect(quoteDisplayName('Alice "A" \\ <sip:x@y>')).toBe('"Alice \\"A\\" \\\\ <sip:x@y>"');
  expect(
    printNameAddr({
      uri: 'sip:a@b',
      params: new Map([
        ['tag', '1'],
        ['lr', undefined],
        ['x', 'a b'],
      ]),
    }),
  ).toBe('<sip:a@b>;tag=1;lr;x="a b"');
});
