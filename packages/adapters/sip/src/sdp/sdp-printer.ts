/** A session description as octets: the last gate for everything that goes into one (RFC 8866). */
import { LocalProtocolError } from '@usher/core';

import { isToken } from '../syntax/characters.js';
import type { Attribute, Line, MediaDescription, Sdp, SdpAddress } from './sdp.js';

const encoder = new TextEncoder();

/** What no line may have: its own end, NUL, and half of a surrogate pair. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_LINE = /[\0\n\r]|\p{Cs}/u;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_WORD = /[\0-\x20\x7f]|\p{Cs}/u;

/**
 * The octets of a description, its lines in the order that RFC 8866, 5, wants.
 * @throws LocalProtocolError `unprintable` where a part has a character that would end its line, or its word.
 */
export function printSdp(sdp: Sdp): Uint8Array {
  const { username, id, version, address } = sdp.origin;
  let text = `v=0\r\no=${word(username)} ${word(id)} ${word(version)} ${printAddress(address)}\r\ns=${line(sdp.name)}\r\n`;
  text +=
    printOthers(sdp.others, 'iuep') +
    printConnection(sdp.connection) +
    printOthers(sdp.others, 'cb');
  for (const time of sdp.times) text += `t=${line(time)}\r\n`;
  text += printOthers(sdp.others, 'rzk') + printAttributes(sdp.attributes);
  for (const media of sdp.media) text += printMedia(media);
  return encoder.encode(text);
}

function printMedia(media: MediaDescription): string {
  const ports = media.ports === undefined ? '' : `/${port(media.ports)}`;
  const formats = media.formats.map(word).join(' ');
  if (formats === '') throw unprintable('a media line needs a format', media.media);
  return (
    `m=${word(media.media)} ${port(media.port)}${ports} ${word(media.protocol)} ${formats}\r\n` +
    printOthers(media.others, 'i') +
    printConnection(media.connection) +
    printOthers(media.others, 'cbk') +
    printAttributes(media.attributes)
  );
}

/** A line of a type that does not belong there is refused by its absence from every list of types. */
function printOthers(others: readonly Line[], types: string): string {
  let text = '';
  for (const other of others) {
    if (types.includes(other.type)) text += `${other.type}=${line(other.value)}\r\n`;
  }
  return text;
}

function printConnection(connection: SdpAddress | undefined): string {
  return connection === undefined ? '' : `c=${printAddress(connection)}\r\n`;
}

function printAddress(address: SdpAddress): string {
  return `IN ${word(address.type)} ${word(address.address)}`;
}

function printAttributes(attributes: readonly Attribute[]): string {
  let text = '';
  for (const { name, value } of attributes) {
    if (!isToken(name)) throw unprintable("an attribute's name is a token", name);
    text += value === undefined ? `a=${name}\r\n` : `a=${name}:${line(value)}\r\n`;
  }
  return text;
}

function port(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw unprintable('a port is 0 to 65535', String(number));
  }
  return String(number);
}

function word(text: string): string {
  if (text === '' || NO_WORD.test(text)) {
    throw unprintable('a word has neither spaces nor controls', text);
  }
  return text;
}

function line(text: string): string {
  if (NO_LINE.test(text)) throw unprintable('a value stands on one line', text);
  return text;
}

function unprintable(why: string, seen: string): LocalProtocolError {
  return new LocalProtocolError('unprintable', `${why}: ${JSON.stringify(seen.slice(0, 60))}`);
}
