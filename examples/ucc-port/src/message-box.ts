/** The message box of the sample, without a person: what would be pressed stands in the settings. */
import { type Address } from '@usher/core';
import type { UccUri } from '@usher/ucc';

import type { Settings } from './settings.js';

/** What was pressed. */
export type DialogResult = 'Yes' | 'No' | { readonly forward: Address };

/** Shows a text to nobody, and presses what the settings say of whom it is about. */
export function messageBox(settings: Settings, _text: string, uri: UccUri): DialogResult {
  if (settings.no.some((from) => from.matches(uri.address))) return 'No';
  const rule = settings.forward.find(({ from }) => from.matches(uri.address));
  return rule === undefined ? 'Yes' : { forward: rule.to };
}
