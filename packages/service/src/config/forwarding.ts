/** Where the house may forward to and invite, as operators write it. */
import type * as z from 'zod';

import { field, oneOrMore, section, text, word } from './field.js';

const SCHEMES = '`sip`, `sips` or `tel`, or several in a row';
const DOMAINS = "a domain such as `example.com` or `'*.example.com'`, or several in a row";
/** A host with stars in it, in letters of either case; never an address with a user. */
const DOMAIN = /^(?:[A-Za-z0-9.*_-]{1,253}|\[[0-9A-Fa-f:.*]{1,45}\])$/;

/** Where the house may forward to and invite. */
export const forwarding = section('forwarding', {
  schemes: field(
    'schemes: [sip, sips]',
    oneOrMore(word(['sip', 'sips', 'tel']), SCHEMES).exactOptional(),
  ),
  domains: field(
    "domains: [example.com, '*.example.com']",
    oneOrMore(text(DOMAINS).regex(DOMAIN, { error: DOMAINS }), DOMAINS).exactOptional(),
  ),
});

/** Where the house may forward to and invite. */
export type ForwardingSetting = Readonly<z.output<typeof forwarding>>;
