/** Words that mean something to whoever reads messages. */

export const MESSAGE_WORDS: readonly string[] = [
  ...['\r\n', '\r\n\r\n', '\n', '\r', '\r\n ', '\r\n\t', ': ', ' SIP/2.0\r\n', 'SIP/2.0 ', 'SIP/2.0/UDP '],
  ...['INVITE ', 'ACK ', 'CANCEL ', 'BYE ', 'MESSAGE ', 'OPTIONS ', 'REGISTER ', 'sip:', 'sips:', 'tel:'],
  ...['Via: ', 'v: ', 'From: ', 'f:', 'To: ', 't:', 'Call-ID: ', 'i:', 'CSeq: ', 'Contact: ', 'm:', 'Route: '],
  ...['Content-Length: ', 'l:', 'Content-Type: ', 'Max-Forwards: ', 'Record-Route: ', 'Require: ', 'Reason: '],
  ...[';tag=', ';branch=z9hG4bK', ';rport', ';received=', ';lr', ';q=', '"', '\\"', '<', '>', ',', ';', '=', '@'],
  ...['[::1]', '%00', '%41', '%', '?', '&', '__proto__', 'constructor', '2147483648', '4294967296', '\0', '\\\x01'],
  ...['Content-Length\r\n: 3', 'é', '\ufffd', '\ufeff', '\u2028', 'z9hG4bK'],
];
