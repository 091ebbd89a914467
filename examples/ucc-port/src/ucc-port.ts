/** An application of UCC in this house: what it does is in `session-events.ts`, and this is all that stands around it. */
import { UCC_ENDPOINT_TYPE, uccBot } from '@usher/ucc';

import { messageBox } from './message-box.js';
import { SessionEvents } from './session-events.js';
import { Settings } from './settings.js';

/** The bot that `usher.yaml` names. */
export const uccPort = uccBot<Settings>(
  (platform, settings) => {
    const endpoint = platform.CreateEndpoint(UCC_ENDPOINT_TYPE.UCCET_PRINCIPAL_SERVER_BASED);
    endpoint.Advise(new SessionEvents((text, uri) => messageBox(settings, text, uri)));
  },
  { name: 'ucc-port', config: Settings },
);
