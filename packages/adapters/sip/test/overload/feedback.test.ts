/** Feedback to clients that take part in overload control (RFC 7339, 4). */
import { describe, expect, it } from '@jest/globals';

import { offersFeedback, printFeedback, withFeedback } from '../../src/overload/feedback.js';
import { parseVia, type Via } from '../../src/syntax/via.js';

const VIA = 'SIP/2.0/UDP p1.example.net;branch=z9hG4bK2d4790.1';

function via(parameters: string): Via {
  return parseVia(`${VIA}${parameters}`);
}

describe('a client takes part', () => {
  it.each([
    ';oc;oc-algo="loss"',
    ';oc;oc-algo="loss,rate"',
    ';oc-algo="rate, Loss";rport;OC',
    ';oc;oc-algo=loss',
    ';oc',
    ';oc=10;oc-algo="loss"',
  ])('that says %s', (parameters) => {
    expect(offersFeedback(via(parameters).params)).toBe(true);
  });

  it.each(['', ';oc-algo="loss"', ';oc;oc-algo="rate"', ';oc;oc-algo="lossy"', ';och'])(
    'but not one that says "%s"',
    (parameters) => {
      expect(offersFeedback(via(parameters).params)).toBe(false);
    },
  );
});

describe('what it is told', () => {
  it('is the part to leave out, for half a second, and when that was found out', () => {
    expect(printFeedback(0.2, 1_282_321_615_782)).toBe(
      ';oc=20;oc-algo="loss";oc-validity=500;oc-seq=1282321615.782',
    );
  });

  it('is the end of it where nothing is to be left out', () => {
    expect(printFeedback(0, 1_282_321_615_002.7)).toBe(
      ';oc=0;oc-algo="loss";oc-validity=0;oc-seq=1282321615.002',
    );
  });

  it.each([
    [-1, 0],
    [0.004, 0],
    [0.005, 1],
    [1, 100],
    [7, 100],
  ])('is a whole number of hundredths: %d is %d', (share, percent) => {
    expect(printFeedback(share, 0)).toMatch(new RegExp(`^;oc=${percent};`));
  });
});

describe('the top Via of an answer', () => {
  it('has it in the place of what the client wrote there', () => {
    const top = via(';oc;x="a;oc=1;b";oc-algo="loss,rate";oc-validity=9;OC-SEQ=1.1;rport');
    const stamped = `${top.raw};received=192.0.2.111`;
    expect(withFeedback(top, stamped, ';oc=20')).toBe(
      `${VIA};x="a;oc=1;b";rport;received=192.0.2.111;oc=20`,
    );
  });

  it('is as it was where the client does not take part', () => {
    const top = via(';oc-algo="rate";oc');
    expect(withFeedback(top, top.raw, ';oc=20')).toBe(top.raw);
  });

  it('can be read again', () => {
    const top = via(';oc;oc-algo="loss"');
    const { params } = parseVia(withFeedback(top, top.raw, printFeedback(0.5, 1_000)));
    expect([params.get('oc'), params.get('oc-algo'), params.get('oc-validity')]).toEqual([
      '50',
      'loss',
      '500',
    ]);
    expect(params.get('oc-seq')).toMatch(/^\d{1,12}\.\d{1,5}$/);
  });
});
