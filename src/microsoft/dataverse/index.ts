import type { Dataverse } from '../../setup/ports/microsoft.ts';
import { createApplicationUsers } from './applicationUsers.ts';
import type { CallDataverse } from './client.ts';
import { createIdentity } from './identity.ts';
import { createLeads } from './leads.ts';
import { createPeople } from './people.ts';
import { createRemovals } from './removals.ts';
import { createRoles } from './roles.ts';
import { createSolutionOfRole } from './solutionOfRole.ts';
import { createSolutions } from './solutions.ts';

export { createDataverseClient } from './client.ts';
export { createLeadWriter } from './leadWriter.ts';

/** One environment's Web API 9.2, with one person's rights. */
export function createDataverse(dataverse: CallDataverse): Dataverse {
  return {
    ...createIdentity(dataverse),
    ...createSolutions(dataverse),
    ...createSolutionOfRole(dataverse),
    ...createApplicationUsers(dataverse),
    ...createRoles(dataverse),
    ...createLeads(dataverse),
    ...createPeople(dataverse),
    ...createRemovals(dataverse),
  };
}
