/** What only shows once all documents are seen: two houses, two bots of one name or order, places that cannot both be had. */
import type { HttpPlace } from './http-place.js';
import { collide, hostAndPort, isEverywhere, isLoopback, type Listen } from './listen.js';
import { placeText, type Problem } from './problem.js';
import { namelessText } from './real-time-text.js';
import { partAt, placeAt, type Tree } from './tree.js';

/** Where a house wants to be found. */
interface Compared {
  readonly listen: readonly Listen[];
  readonly health?: HttpPlace;
}

/** Compares the documents with each other, and the house with itself. */
export function compare(
  houses: readonly Tree[],
  bots: readonly Tree[],
  { listen: places, health }: Compared,
): Problem[] {
  const [house] = houses;
  const says = (key: string): boolean => house !== undefined && partAt(house, [key]) !== undefined;
  return [
    ...secondHouses(houses),
    ...twins(bots, 'id', 'two bots cannot have one id'),
    ...twins(bots, 'order', 'two bots cannot stand at one place in the line'),
    ...collisions(places),
    ...(health === undefined ? [] : collisionsOf(health, places)),
    ...(says('authentication') || isRuled(house) ? [] : openDoors(places)),
    ...unasked(house, places),
    ...(says('advertise') ? [] : nameless(places)),
    ...namelessText(house),
  ];
}

function secondHouses([first, ...others]: readonly Tree[]): Problem[] {
  return others.map((other) => ({
    code: 'second-house',
    place: placeAt(other, []),
    message: `a run has one house, and it stands at ${placeText(placeAt(first ?? other, []))} already; put both into one document`,
  }));
}

function twins(bots: readonly Tree[], key: 'id' | 'order', why: string): Problem[] {
  const seen = new Map<unknown, Tree>();
  return bots.flatMap((bot): Problem[] => {
    const part = partAt(bot, [key]);
    if (part?.kind !== 'leaf' || part.value === null) return [];
    const twin = seen.get(part.value);
    seen.set(part.value, twin ?? bot);
    if (twin === undefined) return [];
    const other = placeText(placeAt(twin, [key]));
    const message = `${why}: \`${key}: ${part.source}\` stands at ${other} already; change one of them`;
    return [{ code: `duplicate-${key}`, place: placeAt(bot, [key]), message }];
  });
}

function collisions(places: readonly Listen[]): Problem[] {
  return places.flatMap((place, index): Problem[] => {
    const twin = places.slice(0, index).find((other) => collide(other, place));
    if (twin === undefined || place.place === undefined) return [];
    const line = twin.place === undefined ? '' : `, which line ${twin.place.line} takes,`;
    const message = `\`${place.text}\` and \`${twin.text}\`${line} cannot both be had; give one of them another port`;
    return [{ code: 'duplicate-listen', place: place.place, message }];
  });
}

/** HTTP takes a port as TCP does. */
function collisionsOf(health: HttpPlace, places: readonly Listen[]): Problem[] {
  const { text, place } = health;
  const twin = places.find((other) => collide(other, { ...health, transport: 'tcp' }));
  if (twin === undefined) return [];
  const message = `\`${text}\` and \`${twin.text}\` cannot both be had; give one of them another port`;
  return [{ code: 'duplicate-listen', place, message }];
}

/** Whether something says who may come in: everyone, some peers, or whoever an authority has signed for. */
function isRuled(house: Tree | undefined): boolean {
  if (house === undefined) return false;
  const part = partAt(house, ['trust']);
  if (part === undefined || part.kind !== 'table') return part !== undefined;
  const required = partAt(part, ['passports', 'required']);
  const isRequired = required?.kind === 'leaf' && required.value === true;
  return isRequired || ['networks', 'certificates'].some((key) => part.entries.has(key));
}

/** Nobody shows a certificate who is not asked for one. */
function unasked(house: Tree | undefined, places: readonly Listen[]): Problem[] {
  const path = ['trust', 'certificates'];
  if (house === undefined || partAt(house, path) === undefined) return [];
  if (places.some(({ certificate }) => (certificate?.clients ?? 'none') !== 'none')) return [];
  const message =
    'no place to listen asks for certificates, so that nobody can be trusted by one; ' +
    'write `clients: asked` or `clients: required` at a place with TLS';
  return [{ code: 'unasked-certificates', place: placeAt(house, path), message }];
}

/** Whoever comes from elsewhere need not prove who they are, so that the operator must have meant it. */
function openDoors(places: readonly Listen[]): Problem[] {
  return places.flatMap((place): Problem[] => {
    if (isLoopback(place.host) || place.place === undefined) return [];
    if (place.certificate?.clients === 'required') return [];
    const message =
      `\`${hostAndPort(place)}\` can be reached from other machines, and who comes there need not prove who they are; ` +
      'listen on 127.0.0.1, name those who may come in under `authentication`, ' +
      'or the peers that are trusted as in `trust: { networks: [192.0.2.0/24] }`, ' +
      'or write `trust: everyone` in the house if this is meant';
    return [{ code: 'open-door', place: place.place, message }];
  });
}

/** A peer must be told where to answer, and "everywhere" is no answer to that. */
function nameless(places: readonly Listen[]): Problem[] {
  return places.flatMap((place): Problem[] => {
    if (!isEverywhere(place.host) || place.place === undefined) return [];
    const message =
      `\`${hostAndPort(place)}\` is every address of this machine, and peers must be told one of them; ` +
      'write `advertise: sip.example.com` in the house, with the host by which they reach it';
    return [{ code: 'no-advertise', place: place.place, message }];
  });
}
