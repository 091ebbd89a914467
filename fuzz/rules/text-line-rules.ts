/** What has to be true of an offer of real-time text, and of our answer to it (RFC 4103, 10; RFC 3264, 6). */
import type { MediaLine } from '@usher/core/adapter';

import { ipAddress } from '../../packages/adapters/rtt/src/text/ip-address.js';
import { isText, textLine } from '../../packages/adapters/rtt/src/text/text-line.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

/** Port, protocol, formats, address and attributes, each in a line of its own. */
export function holdTextLine(text: string): void {
  const [port = '', protocol = '', formats = '', address = '', ...said] = text.split('\n');
  const line: MediaLine = {
    kind: 'text',
    port: (Number.parseInt(port, 10) || 0) & 0xffff,
    protocol,
    formats: formats.split(' '),
    ...(address !== '' && { address }),
    attributes: said.map((attribute) => {
      const colon = attribute.indexOf(':');
      return colon < 0
        ? { name: attribute }
        : { name: attribute.slice(0, colon), value: attribute.slice(colon + 1) };
    }),
  };
  holdAddress(address);
  const audio: MediaLine = { ...line, kind: 'audio' };
  for (const isV6 of [false, true]) {
    const taken = timed(text.length, () => textLine([audio, line], isV6));
    if (!('terms' in taken)) {
      hold(taken.status === 488 && taken.warning >= 301, 'line-refused');
      continue;
    }
    const { index, terms } = taken;
    hold(index === 1 && isText(line), 'line-index');
    hold(isDynamic(terms.plain), 'line-plain', () => String(terms.plain));
    hold(terms.redundant === undefined || isDynamic(terms.redundant), 'line-redundant');
    hold((terms.redundant === undefined) === (terms.generations === 0), 'line-generations');
    hold(terms.generations <= 2 && terms.perSecond >= 1 && terms.perSecond <= 1_000, 'line-pace');
    const { remote } = terms;
    hold(remote === undefined || remote.address.includes(':') === isV6, 'line-family');
    // RFC 3264, 6.1: nothing is answered but what was offered.
    const ours = taken.answer({ address: isV6 ? '2001:db8::7' : '192.0.2.7', port: 30_000 });
    hold(ours.port === 30_000 && ours.protocol === line.protocol, 'line-answer');
    hold(
      ours.formats.length > 0 && ours.formats.every((format) => line.formats.includes(format)),
      'line-formats',
      () => ours.formats.join(' '),
    );
    // Whoever reads our answer comes to the same.
    const back = textLine([{ ...ours, address: isV6 ? '2001:db8::7' : '192.0.2.7' }], isV6);
    hold('terms' in back && back.terms.plain === terms.plain, 'line-back');
    hold(back.terms.redundant === terms.redundant, 'line-back', () => JSON.stringify(ours));
    hold(back.terms.generations === terms.generations, 'line-back', () => JSON.stringify(ours));
  }
}

/** RFC 5761, 4: nothing that would be taken for RTCP. */
function isDynamic(type: number): boolean {
  return Number.isInteger(type) && type >= 0 && type <= 127 && !(type >= 64 && type <= 95);
}

function holdAddress(written: string): void {
  const address = timed(written.length, () => ipAddress(written));
  if (address === undefined) return;
  hold(ipAddress(address) === address, 'address-twice', () => written);
  hold(/^[0-9.]+$|^[0-9a-f:]+$/.test(address), 'address-form', () => address);
}
