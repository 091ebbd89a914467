/** The files that the house's document names besides those of its places to listen, as seen from the file that names them. */
import { dirname, resolve } from 'node:path';

import { authorityFault, type SipOptions } from '@usher/sip';

import type { HouseSetting } from '../configuration.js';
import type { Problem } from '../problem.js';

/** The authorities that are trusted when we connect to others, where they are. */
export function authorityFiles({ authorities }: HouseSetting): readonly string[] {
  return authorities.map(({ file, place }) => resolve(dirname(place.file), file));
}

/** What is wrong with each of them. */
export async function authorityFaults(house: HouseSetting): Promise<readonly Problem[]> {
  const files = authorityFiles(house);
  const faults = await Promise.all(files.map(authorityFault));
  return faults.flatMap((message, index): Problem[] =>
    message === undefined
      ? []
      : [{ code: 'bad-certificate', place: house.authorities[index]?.place, message }],
  );
}

/** Who is trusted, as the SIP edge takes it; nobody is where `everyone` may come in. */
export function trustOf({ trust, trustPlace }: HouseSetting): SipOptions['trust'] {
  if (trust === undefined || trust === 'everyone') return undefined;
  const { passports, ...peers } = trust;
  if (passports === undefined) return peers;
  const folder = trustPlace === undefined ? '.' : dirname(trustPlace.file);
  const authorities = passports.authorities.map((file) => resolve(folder, file));
  return { ...peers, passports: { ...passports, authorities } };
}
