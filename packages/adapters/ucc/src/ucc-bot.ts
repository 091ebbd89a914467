/** An application of UCC as a bot of the house. */
import {
  bot,
  type Bot,
  type BotClass,
  Config,
  type Decision,
  defer,
  type Duration,
  Host,
  type Invitation,
  Log,
  pass,
  type StandardSchema,
} from '@usher/core';

import { UCC_ENDPOINT_TYPE } from './enumerations/endpoint-type.js';
import { KeptInvitation } from './kept-invitation.js';
import { noConfig } from './no-config.js';
import { Offers } from './offers.js';
import { inviteTo } from './outgoing-session.js';
import type { UccSessionManagerEvents } from './ucc-endpoint.js';
import { UccPlatform } from './ucc-platform.js';
import type { Surroundings, UccSession } from './ucc-session.js';

/** Sets an application up: it makes its endpoints, and is advised of their sessions. */
export type UccApplication<Settings> = (platform: UccPlatform, config: Settings) => void;

/** How an application of UCC stands in a house. */
export interface UccBotOptions<Settings> {
  /** What it is called where people read of it; `ucc` unless given. */
  readonly name?: string;
  /** Checks the configuration, of which nothing is taken unless this is given. */
  readonly config?: StandardSchema<Settings>;
  /** How long an event may be kept and answered later; 20 s unless given. Then it counts as rejected: 480. */
  readonly within?: Duration;
  /** The id that the house knows this bot by: needed to invite somebody in a house with several bots. */
  readonly id?: string;
}

/**
 * Makes an application of UCC a bot: what the `plugin` of a placement names.
 * @param application sets its endpoints up; or what is advised, for one endpoint that takes every invitation.
 */
export function uccBot<Settings = unknown>(
  application: UccApplication<Settings> | Partial<UccSessionManagerEvents>,
  options: UccBotOptions<Settings> = {},
): BotClass {
  const { name = 'ucc', config = noConfig, within = '20s', id } = options;
  const setUp: UccApplication<Settings> =
    typeof application === 'function'
      ? application
      : (platform) =>
          platform
            .CreateEndpoint(UCC_ENDPOINT_TYPE.UCCET_PRINCIPAL_SERVER_BASED)
            .Advise(application);
  const KEPT = defer({ within, otherwise: 'unavailable', why: 'an application keeps it' });
  class UccBot implements Bot {
    readonly #host: Host;
    readonly #platform: UccPlatform;
    readonly #offers = new Offers();
    /** The sessions in being by the ids that the house knows them by. */
    readonly #sessions = new Map<string, UccSession>();

    constructor(settings: Settings, host: Host, log: Log) {
      this.#host = host;
      const report = (event: string, error: unknown): void =>
        log.warn(`${event} failed`, { error: describe(error) });
      const surroundings: Surroundings = {
        report,
        warn: (text) => log.warn(text),
        invite: (session, participant, operation) => {
          const endpoint = this.#platform.at(session.LocalParticipant.Uri.address);
          const leave = (): void => endpoint?.outgoing(session, participant);
          inviteTo(host, id, session, participant, operation, leave).catch((error: unknown) =>
            report('AddParticipant', error),
          );
        },
        connected: (session, line) => this.#sessions.set(line, session),
        concluded: (line) => this.#sessions.delete(line),
      };
      this.#platform = new UccPlatform(surroundings);
      setUp(this.#platform, settings);
    }

    decide(invitation: Invitation): Decision {
      const endpoint = this.#platform.at(invitation.endpoint);
      if (endpoint === undefined || !endpoint.listening) return pass('no endpoint listens there');
      const kept = new KeptInvitation(this.#host, invitation, this.#offers);
      const { replaces } = invitation;
      const replaced = replaces && this.#sessions.get(replaces.id);
      const event = endpoint.incoming(invitation, replaced, kept.settle, kept.fail);
      return kept.leave(event) ?? KEPT;
    }
  }
  bot({ name, config, inject: [Config, Host, Log] })(UccBot);
  return UccBot;
}

/** An error in a few words, without what people said. */
function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}
