/** What is to be bound to what: one of our addresses to where we are, by one flow (RFC 3261, 10.2; RFC 5626, 4.2). */

/** What is to be bound to what. */
export interface Binding {
  /** Who keeps the binding: the Request-URI. */
  readonly registrar: string;
  /** The address-of-record, which To and From name. */
  readonly address: string;
  /** The user in it, who is in our Contact as well. */
  readonly user: string | undefined;
  /** The first hop, where that is not the registrar. */
  readonly route?: { readonly value: string; readonly uri: string } | undefined;
  /** How long it is to last, in seconds: the registrar may say less. */
  readonly expires: number;
  /** Whether requests are to come by the flow that we register on, which is kept alive for them (RFC 5626). */
  readonly outbound: boolean;
  /** Who we are, on whatever flow and however often we were started: `urn:uuid:…` (RFC 5626, 4.1). */
  readonly instance: string;
  /** Which of the flows of this address it is, from 1 (RFC 5626, 4.2). */
  readonly regId: number;
  /** What pauses between attempts begin with where nothing is registered, in milliseconds (RFC 5626, 4.5). */
  readonly retry: number;
}
