/** What an INVITE wants, whatever its body is made of and whichever dialect it speaks. */
import { RemoteProtocolError } from '@usher/core';

import type { ApplicationTypes } from '../body/application-types.js';
import { ALTERNATIVE, MIXED } from '../body/multipart.js';
import { kept, PartsOfInvite } from '../body/parts-of-invite.js';
import { CONFERENCE_INVITATION } from '../dialect/conference-invitation.js';
import { type DialectRule, isMicrosoft } from '../dialect/dialect.js';
import { embeddedIn } from '../dialect/embedded-message.js';
import { Refusal } from '../endpoint/refusal.js';
import { isOptional } from '../endpoint/screening.js';
import type { SipMessage, SipRequest } from '../syntax/message.js';
import { type Description, describeInvite, typeOf } from './description.js';

/** The first message of a peer that says this does not come again (MS-SIPRE: it knows of `ms-text-format` in the answer). */
const KNOWS = 'ms-embedded-first-message';

/** How INVITEs are read. */
export class Reading {
  readonly applications: ApplicationTypes;
  readonly #rule: DialectRule;
  /** The option tags that a Microsoft peer looks for in an acceptance. */
  readonly #supported: readonly string[];
  readonly #accept: string;

  constructor(applications: ApplicationTypes, rule: DialectRule = 'detect') {
    this.applications = applications;
    this.#rule = rule;
    this.#accept = ['application/sdp', MIXED, ALTERNATIVE, ...applications.ranges].join(', ');
    const conferences = applications.ranges.includes(CONFERENCE_INVITATION);
    this.#supported = conferences ? ['ms-conf-invite'] : [];
  }

  /** Whether whoever sent this is taken for a Microsoft peer. */
  isMicrosoft(message: SipMessage): boolean {
    return isMicrosoft(message, this.#rule);
  }

  /** What an INVITE wants; or why it cannot be had. */
  read(request: SipRequest): Description | Refusal {
    const description = this.#describe(request);
    if (description instanceof Refusal) return description;
    if (!this.isMicrosoft(request) && !this.#isSigned(description)) return description;
    const embedded = embeddedIn(request);
    const first = embedded ?? description.first;
    // What could not be read is to come again, as a message.
    const taken = embedded !== undefined || request.get('ms-text-format') === undefined;
    const supported = taken ? ['ms-text-format', ...this.#supported] : this.#supported;
    const again = embedded !== undefined && !request.supported.includes(KNOWS);
    return {
      ...description,
      first,
      microsoft: { supported: supported.join(', '), repeatable: again ? embedded : undefined },
    };
  }

  /** LCS 2005 has a name of its own for messages. */
  #isSigned({ offer }: Description): boolean {
    if (this.#rule !== 'detect' || offer === undefined) return false;
    return offer.media.some(({ media }) => media.toLowerCase() === 'x-ms-message');
  }

  #describe(request: SipRequest): Description | Refusal {
    const { mediaType, contentType, body } = request;
    if (body.length === 0 || mediaType === undefined) return refusable(describeInvite(request));
    if (mediaType.startsWith('multipart/') && !isOptional(request)) {
      const parts = new PartsOfInvite(this.applications, this.#accept);
      return parts.read(contentType ?? '', mediaType, body) ?? describeParts(request, parts);
    }
    const description = refusable(describeInvite(request));
    if (mediaType === 'application/sdp' || description instanceof Refusal) return description;
    if (isOptional(request)) return description;
    if (!this.applications.claim(mediaType, body)) return this.#unclaimed;
    return { ...description, application: kept({ contentType: contentType ?? mediaType, body }) };
  }

  get #unclaimed(): Refusal {
    const message = 'content that nobody claims';
    return new Refusal('unknown-content-type', message, 415, [['Accept', this.#accept]]);
  }
}

function refusable(description: Description | RemoteProtocolError): Description | Refusal {
  return description instanceof RemoteProtocolError ? Refusal.of(description) : description;
}

function describeParts(request: SipRequest, parts: PartsOfInvite): Description {
  const { offer, first, application } = parts;
  const conference = request.contacts[0]?.params.has('isfocus') === true;
  const wanted =
    offer === undefined ? (application === undefined ? 'im' : 'application') : typeOf(offer);
  return {
    type: conference ? 'conference' : wanted,
    offer,
    acceptable: offer !== undefined || application === undefined,
    first,
    application,
  };
}
