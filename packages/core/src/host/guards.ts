/** Where the house may go, and where it may send others: never in a circle, and only to schemes and domains that are allowed. */
import type { UserAgent } from '../ports/user-agent.js';
import type { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import { glob, type Glob } from '../words/glob.js';
import type { Facts } from './asked-invitation.js';

/** Where invitations may go: those that are forwarded, the house's own, and the redirections that these are sent on by. */
export interface ForwardingOptions {
  /** Schemes of addresses; `sip` and `sips` unless given. */
  readonly schemes?: readonly string[];
  /** Hosts, with `*` for anything; all of them unless given. An address without a host, such as `tel:`, is not judged by it. */
  readonly domains?: readonly string[];
}

/** An invitation that was sent on so often goes no further: a loop of five hops is one that nobody meant. */
const MOST_RETARGETINGS = 5;

/** RFC 3261, 19.1.2: the port that an address means where it names none. */
const PORT = 5060;

/** Who was there already, and must not be gone to again. */
type Origin = Pick<Facts, 'endpoint' | 'inviter' | 'history'>;

/** The guards of one house. */
export class Guards {
  readonly #schemes: readonly string[];
  readonly #domains: readonly Glob[] | undefined;
  readonly #userAgents: readonly UserAgent[];

  /** @throws LocalProtocolError `bad-forwarding` where a list is empty, so that nothing could ever be forwarded. */
  constructor(options: ForwardingOptions = {}, userAgents: readonly UserAgent[] = []) {
    const { schemes = ['sip', 'sips'], domains } = options;
    for (const [name, list] of Object.entries({ schemes, domains })) {
      if (list?.length === 0) {
        throw new LocalProtocolError(
          'bad-forwarding',
          `forwarding.${name} is empty, and nothing could be forwarded; leave it out, or name some`,
        );
      }
    }
    this.#schemes = schemes.map((scheme) => scheme.toLowerCase());
    this.#domains = domains?.map((domain) => glob(domain.toLowerCase()));
    this.#userAgents = userAgents;
  }

  /**
   * Checks that an invitation may go there.
   * @throws LocalProtocolError `forbidden-target`.
   */
  check(target: Address, origin?: Origin): void {
    const why = this.objection(target, origin);
    if (why === undefined) return;
    const not = origin === undefined ? 'not invited' : 'not forwarded to';
    throw new LocalProtocolError('forbidden-target', `${not} ${target.toString()}: ${why}`);
  }

  /** What speaks against going there; undefined where nothing does. */
  objection(target: Address, origin?: Origin): string | undefined {
    if (!this.#schemes.includes(target.scheme)) {
      return `only ${this.#schemes.join(' and ')} addresses are allowed`;
    }
    const { host } = target;
    if (host !== '' && this.#domains?.every((domain) => !domain(host)) === true) {
      return `the domain ${host} is not among those that are allowed`;
    }
    if (origin !== undefined) {
      const { inviter, endpoint, history } = origin;
      if (history.length >= MOST_RETARGETINGS) {
        return `the invitation was sent on ${history.length} times before, which is enough`;
      }
      if (target.equals(inviter.address)) return 'it is the inviter';
      if (target.equals(endpoint))
        return 'it is the address that was invited, and would come back here';
      if (history.some((earlier) => target.equals(earlier.address))) {
        return 'the invitation has been there before';
      }
    }
    return this.#isOurs(target, origin) ? 'it is an address of ours' : undefined;
  }

  /** Whether it is an address by which we are known, or the address that was invited at another of our places. */
  #isOurs(target: Address, origin: Origin | undefined): boolean {
    const user = origin?.endpoint.user;
    return this.#userAgents.some(({ addresses = [] }) =>
      addresses.some(
        (ours) =>
          (target.user === ours.user || target.user === user) &&
          target.host === ours.host &&
          (target.port ?? PORT) === (ours.port ?? PORT),
      ),
    );
  }
}
