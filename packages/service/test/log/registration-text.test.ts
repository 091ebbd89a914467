import { describe, expect, it } from '@jest/globals';

import { registrationText } from '../../src/log/registration-text.js';

const desk = { address: 'sip:desk@example.com', registrar: 'sip:example.com', flow: 1 };
/** As the clocks of this machine show it. */
const noon = new Date(2026, 5, 1, 12, 34, 56).getTime();

describe('how a binding stands', () => {
  it('is told with the time of day until which it holds', () => {
    expect(registrationText({ ...desk, standing: 'registered', until: noon })).toBe(
      'sip:desk@example.com at sip:example.com, until 12:34:56',
    );
  });

  it('is told with the status, the reason, and when it is asked for again', () => {
    const refused = { standing: 'failed', status: 403, why: 'Forbidden', next: noon } as const;
    expect(registrationText({ ...desk, ...refused })).toBe(
      'sip:desk@example.com at sip:example.com is refused: 403 Forbidden; asked for again at 12:34:56',
    );
  });

  it('is told while it is asked for, and once it is taken back', () => {
    expect(registrationText({ ...desk, standing: 'registering' })).toMatch(/ is asked for$/);
    expect(registrationText({ ...desk, standing: 'removed' })).toMatch(/ no more$/);
  });

  it('shows no control characters that a registrar sends', () => {
    const said = registrationText({ ...desk, standing: 'failed', status: 403, why: '\x1b[2J' });
    expect(said).not.toContain('\x1b');
  });
});
