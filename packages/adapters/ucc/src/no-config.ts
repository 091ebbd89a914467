/** The schema of an application that takes no configuration. */
import type { StandardSchema } from '@usher/core';

const MESSAGE = 'this bot takes no configuration';

/** Takes nothing but nothing. */
export const noConfig: StandardSchema<never> = {
  '~standard': {
    version: 1,
    vendor: 'usher',
    validate: (value) => {
      const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what says nothing has no type to miss
      return empty ? { value: value as never } : { issues: [{ message: MESSAGE }] };
    },
  },
};
