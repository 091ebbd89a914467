/** What a class needs, directly and through others, and whether anything of it would outlive what it holds. */
import type { ServiceIdentifier } from 'inversify';

import { LocalProtocolError } from '../words/errors.js';
import { botOptions } from './bot-decorator.js';
import {
  isService,
  type Scope as Life,
  type ServiceClass,
  serviceOptions,
} from './service-decorator.js';
import { Config, Session } from './tokens.js';

/** How short a life is. */
const SHORTNESS: Record<Life, number> = { house: 0, bot: 1, session: 2 };

const LIVES: Record<Life, string> = {
  house: 'lives as long as the house',
  bot: 'lives as long as its bot',
  session: 'belongs to one session',
};

/** One class or token on the way from where the survey began. */
interface Stop {
  readonly name: string;
  readonly life: Life;
  readonly token: ServiceIdentifier;
}

/** What people call a token. */
export function nameOf(token: ServiceIdentifier): string {
  if (typeof token === 'function') return token.name;
  if (typeof token === 'string') return token;
  return (token.description ?? 'symbol').replace(/^@usher\/core:/, '');
}

/**
 * Follows what a class injects to the end, and returns the services on the way, each once.
 * @param life how long the class itself lives.
 * @param bound whether a token is bound outside the services.
 * @throws LocalProtocolError `captive-dependency` where something would hold what lives shorter than itself;
 * `unknown-service` where a token leads nowhere; `circular-dependency`; `bad-plugin` where a constructor takes more than
 * is injected.
 */
export function survey(
  target: ServiceIdentifier,
  life: Life,
  bound: (token: ServiceIdentifier) => boolean,
): ReadonlySet<ServiceClass> {
  const found = new Set<ServiceClass>();
  const visit = (stop: Stop, path: readonly Stop[]): void => {
    const here = [...path, stop];
    if (path.some((earlier) => earlier.token === stop.token)) {
      throw new LocalProtocolError(
        'circular-dependency',
        `${route(here)}: these services need each other`,
      );
    }
    const owner = path.at(-1);
    if (owner !== undefined && SHORTNESS[stop.life] > SHORTNESS[owner.life])
      throw captive(here, owner, stop);
    if (path.length > 0 && isService(stop.token)) found.add(stop.token);
    for (const token of injected(stop.token))
      visit({ name: nameOf(token), token, life: lifeOf(token, here, bound) }, here);
  };
  visit({ name: nameOf(target), token: target, life }, []);
  return found;
}

function injected(token: ServiceIdentifier): readonly ServiceIdentifier[] {
  if (typeof token !== 'function') return [];
  const options = botOptions(token) ?? serviceOptions(token);
  const inject = options?.inject ?? [];
  if (options !== undefined && inject.length < token.length) {
    throw new LocalProtocolError(
      'bad-plugin',
      `the constructor of ${token.name} takes ${token.length}, but its decorator injects ${inject.length}`,
    );
  }
  return inject;
}

function lifeOf(
  token: ServiceIdentifier | undefined,
  path: readonly Stop[],
  bound: (token: ServiceIdentifier) => boolean,
): Life {
  // Where modules import each other in a circle, a class is undefined while the decorator runs.
  if (token === undefined) {
    throw new LocalProtocolError(
      'unknown-service',
      `${route(path)} → undefined: is a file imported in a circle?`,
    );
  }
  if (token === Session) return 'session';
  if (token === Config) return 'bot';
  const scope = typeof token === 'function' ? serviceOptions(token)?.scope : undefined;
  if (scope !== undefined) return scope;
  if (bound(token)) return 'house';
  throw new LocalProtocolError(
    'unknown-service',
    `${route(path)} → ${nameOf(token)}: nothing is bound there; is @service(…) missing?`,
  );
}

function captive(path: readonly Stop[], owner: Stop, held: Stop): LocalProtocolError {
  // The way on to the session itself, where that is what makes the held one short-lived.
  const onward = injected(held.token).includes(Session) ? ` → ${nameOf(Session)}` : '';
  return new LocalProtocolError(
    'captive-dependency',
    `${route(path)}${onward}: ${owner.name} ${LIVES[owner.life]}, but ${held.name} ${LIVES[held.life]}; ` +
      'it would keep the first one for ever',
  );
}

function route(path: readonly Stop[]): string {
  return path.map((stop) => stop.name).join(' → ');
}
