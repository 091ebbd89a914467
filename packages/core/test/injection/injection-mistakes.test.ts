import { describe, expect, test } from '@jest/globals';

import { bot, Clock, type Decision, reject, service, type Store } from '../../src/index.js';
import { refusal } from './placed.js';

describe('a mistake in what is injected is told when the house is built', () => {
  test('a class without @service', async () => {
    class Forgotten {
      readonly entries = 0;
    }
    @bot({ name: 'b', inject: [Forgotten] })
    class B {
      constructor(readonly forgotten: Forgotten) {}
      decide(): Decision {
        return reject('busy');
      }
    }
    expect(await refusal(B)).toMatch(/^unknown-service: B → Forgotten/);
  });

  test('a constructor that takes more than it is given', async () => {
    @bot({ name: 'b', inject: [Clock] })
    class B {
      constructor(
        readonly clock: Clock,
        readonly store: Store,
      ) {}
      decide(): Decision {
        return reject('busy');
      }
    }
    expect(await refusal(B)).toMatch(/^bad-plugin: .*B takes 2/);
  });

  test('a class that takes something and has no decorator', async () => {
    class B {
      constructor(readonly clock: Clock) {}
      decide(): Decision {
        return reject('busy');
      }
    }
    expect(await refusal(B)).toMatch(/^bad-plugin: .*B takes 1/);
  });

  test('services that need each other', async () => {
    const inject: (typeof One)[] = [];
    @service({ scope: 'bot', inject })
    class One {
      constructor(readonly other: unknown) {}
    }
    @service({ scope: 'bot', inject: [One] })
    class Other {
      constructor(readonly one: One) {}
    }
    inject.push(Other as unknown as typeof One);
    @bot({ name: 'b', inject: [One] })
    class B {
      constructor(readonly one: One) {}
      decide(): Decision {
        return reject('busy');
      }
    }
    expect(await refusal(B)).toMatch(/^circular-dependency: B → One → Other → One/);
  });
});
