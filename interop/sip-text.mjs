/** SIP messages by hand: just enough text to play a peer that no stack stands behind. */

/** A message as it goes over the wire: start line, header fields, body. */
export function sipText(startLine, fields, body = '') {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return [startLine, ...lines, length, '', body].join('\r\n');
}

/** The answer to a request that came in. */
export function answerTo(request, status, reason) {
  const fields = {};
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) fields[name] = request.get(name);
  return sipText(`SIP/2.0 ${status} ${reason}`, fields);
}

/** Names in their compact forms (RFC 3261, 7.3.3). */
const COMPACT = new Map([
  ['c', 'content-type'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['t', 'to'],
  ['v', 'via'],
]);

/** What a text says; header fields by `get`, whatever the case of their names. */
export function readSip(text) {
  const end = text.indexOf('\r\n\r\n');
  const [startLine, ...lines] = text.slice(0, end).split('\r\n');
  const fields = new Map(
    lines.map((line) => {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      return [COMPACT.get(name) ?? name, line.slice(line.indexOf(':') + 1).trim()];
    }),
  );
  const status = /^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1];
  return {
    startLine,
    status: status === undefined ? undefined : Number(status),
    method: status === undefined ? startLine.split(' ')[0] : undefined,
    get: (name) => fields.get(name.toLowerCase()),
    body: text.slice(end + 4),
  };
}
