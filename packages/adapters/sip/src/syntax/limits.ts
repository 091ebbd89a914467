/** How much of everything one message may have: checked before or while it is read, never after. */

/** The bounds of one SIP message. What is past a bound is refused by the status that stands beside it. */
export interface SipLimits {
  /** Octets of start line and header fields together, the empty line included (513). */
  readonly headerBlock: number;
  /** Header fields (513). */
  readonly headerLines: number;
  /** Characters of one header field's value (513). */
  readonly headerValue: number;
  /** Via values, however many to a line (513); 70, as none passes more proxies than its Max-Forwards lets it. */
  readonly vias: number;
  /** Values of Route, and of Record-Route, each (513). */
  readonly routes: number;
  /** Parameters of one value (400). */
  readonly params: number;
  /** Characters of the Request-URI (414). */
  readonly requestUri: number;
  /** Characters of a display name (400). */
  readonly displayName: number;
  /** Octets of the body (413). */
  readonly body: number;
}

/** The limits where nothing else is configured. */
export const DEFAULT_LIMITS: SipLimits = {
  headerBlock: 16_384,
  headerLines: 100,
  headerValue: 4_096,
  vias: 70,
  routes: 16,
  params: 64,
  requestUri: 1_024,
  displayName: 256,
  body: 65_536,
};
