/** Faults that adapters really have, and which the contract of user agents has to find. */
import type { PlantedFault } from './altered-user-agent.js';
import { invitationFaults } from './faults/invitation-faults.js';
import { lifetimeFaults } from './faults/lifetime-faults.js';
import { pagerFaults } from './faults/pager-faults.js';
import { sessionFaults } from './faults/session-faults.js';

export const plantedFaults: readonly PlantedFault[] = [
  ...invitationFaults,
  ...sessionFaults,
  ...pagerFaults,
  ...lifetimeFaults,
];
