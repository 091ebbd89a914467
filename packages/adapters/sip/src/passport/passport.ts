/** A PASSporT: who signs that whom has invited whom, and when (RFC 8225; RFC 8588). */
import type { RemoteProtocolError } from '@usher/core';

import { fromBase64url, toBase64url } from './base64url.js';
import { type Claimed, claimOf } from './claimed.js';
import type { IdentityField } from './identity-field.js';
import { invalid, unacquired } from './passport-faults.js';

/** A PASSporT whose signature has yet to be looked at. */
export interface Passport {
  /** What was signed. */
  readonly input: string;
  /** Both numbers of the signature, 32 octets each (RFC 7518, 3.4). */
  readonly signature: Uint8Array;
  /** Where the certificate is. */
  readonly info: string;
  readonly orig: Claimed;
  readonly dest: readonly Claimed[];
  /** When it was signed, in seconds since 1970. */
  readonly iat: number;
  /** How far the signer vouches for the origin (RFC 8588, 4); absent from who does not say. */
  readonly attestation: 'A' | 'B' | 'C' | undefined;
}

/** What the request itself says, of which a compact form leaves everything out. */
export interface Signed {
  /** The URIs of From and To. */
  readonly from: string;
  readonly to: string;
  /** The moment of Date, in seconds since 1970. */
  readonly date: number | undefined;
}

type Json = ReadonlyMap<string, unknown>;

/** RFC 8588: the one extension that is known here. */
const SHAKEN = 'shaken';
const SIGNATURE_OCTETS = 64;
const MOST_DESTINATIONS = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The PASSporT that a field carries; undefined where it is of an extension that we do not know, which counts as absent (RFC
 * 8224, 6.2, step 1); or what is wrong with it.
 */
export function readPassport(
  field: IdentityField,
  signed: Signed,
): Passport | RemoteProtocolError | undefined {
  const { token, extension, algorithm } = field;
  if (extension !== undefined && extension !== SHAKEN) return undefined;
  // RFC 8225, 4.2: nothing else is spoken here, least of all `none`.
  if (algorithm !== undefined && algorithm !== 'ES256') return invalid('a PASSporT is by ES256');
  const [head = '', claims = '', signature = '', more] = token.split('.', 4);
  const octets = fromBase64url(signature);
  if (more !== undefined || octets?.length !== SIGNATURE_OCTETS) {
    return invalid('a PASSporT is three parts, and the last one 64 octets of signature');
  }
  if (head === '' && claims === '') return compact(field, signed, octets);
  const read = objectOf(head);
  const said = objectOf(claims);
  if (read === undefined || said === undefined) return invalid('a PASSporT is JSON in base64url');
  const fault = headFault(read, field);
  return fault ?? full(said, field, `${head}.${claims}`, octets);
}

/** RFC 8225, 7: what a compact form leaves out is what the request says, in the one way to write it (RFC 8225, 9). */
function compact(
  { info, extension }: IdentityField,
  { from, to, date }: Signed,
  signature: Uint8Array,
): Passport | RemoteProtocolError {
  // RFC 8588, 6: nothing of the request says how far its signer vouches for it.
  if (extension !== undefined) return invalid('a PASSporT of this extension is never compact');
  const orig = claimOf(from);
  const dest = claimOf(to);
  if (orig === undefined || dest === undefined || date === undefined) {
    return invalid('a compact PASSporT needs From, To and Date');
  }
  const head = { alg: 'ES256', typ: 'passport', x5u: info };
  const list = 'tn' in dest ? { tn: [dest.tn] } : { uri: [dest.uri] };
  const input = `${jsonOf(head)}.${jsonOf({ dest: list, iat: date, orig })}`;
  return { input, signature, info, orig, dest: [dest], iat: date, attestation: undefined };
}

function headFault(
  head: Json,
  { info, extension }: IdentityField,
): RemoteProtocolError | undefined {
  if (head.get('alg') !== 'ES256') return invalid('a PASSporT is by ES256');
  if (head.get('typ') !== 'passport') return invalid('its `typ` is `passport`');
  // RFC 7515, 4.1.11: what must be understood and is not.
  if (head.has('crit')) return invalid('it has critical parts that are not known');
  if (head.get('ppt') !== extension)
    return invalid('its extension is not the one that Identity names');
  // RFC 8224, 4.1: both name one place.
  return head.get('x5u') === info ? undefined : unacquired('`x5u` and `info` are not the same');
}

function full(
  said: Json,
  { info, extension }: IdentityField,
  input: string,
  signature: Uint8Array,
): Passport | RemoteProtocolError {
  const orig = origOf(said.get('orig'));
  const dest = destOf(said.get('dest'));
  const iat = said.get('iat');
  if (orig === undefined || dest === undefined || typeof iat !== 'number') {
    return invalid('a PASSporT says `orig`, `dest` and `iat`');
  }
  const passport = { input, signature, info, orig, dest, iat, attestation: undefined };
  if (extension === undefined) return passport;
  const attestation = said.get('attest');
  if (!isAttestation(attestation) || typeof said.get('origid') !== 'string') {
    return invalid('a PASSporT of SHAKEN says `attest`, A, B or C, and `origid`');
  }
  return { ...passport, attestation };
}

/** RFC 8225, 5.2.1: one identity, by number or by URI. */
function origOf(value: unknown): Claimed | undefined {
  const said = mapOf(value);
  const [tn, uri] = [said?.get('tn'), said?.get('uri')];
  if (typeof tn === 'string' && uri === undefined) return { tn };
  return typeof uri === 'string' && tn === undefined ? { uri } : undefined;
}

/** RFC 8225, 5.2.1: one identity or more. */
function destOf(value: unknown): readonly Claimed[] | undefined {
  const said = mapOf(value);
  if (said === undefined) return undefined;
  const [numbers, uris] = [said.get('tn') ?? [], said.get('uri') ?? []];
  if (!isTexts(numbers) || !isTexts(uris)) return undefined;
  const dest = [...numbers.map((tn) => ({ tn })), ...uris.map((uri) => ({ uri }))];
  return dest.length === 0 || dest.length > MOST_DESTINATIONS ? undefined : dest;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isAttestation(value: unknown): value is 'A' | 'B' | 'C' {
  return value === 'A' || value === 'B' || value === 'C';
}

/** The object that base64url stands for. */
function objectOf(text: string): Json | undefined {
  const octets = fromBase64url(text);
  if (octets === undefined) return undefined;
  try {
    return mapOf(JSON.parse(decoder.decode(octets)));
  } catch {
    return undefined;
  }
}

/** Keys come from the peer, and are never looked up in an object. */
function mapOf(value: unknown): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value)) : undefined;
}

/** RFC 8225, 9: keys in order, and no white space; in order is how they are written above. */
function jsonOf(value: unknown): string {
  return toBase64url(encoder.encode(JSON.stringify(value)));
}
