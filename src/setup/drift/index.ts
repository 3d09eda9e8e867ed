import type { StepId } from '../stepIds.ts';
import { applicationPart, servicePrincipalPart } from './application.ts';
import { applicationUserParts } from './applicationUser.ts';
import { keyPart } from './key.ts';
import type { Part } from './part.ts';
import { licenceParts, passwordPart, userPart, userRoleParts } from './serviceUser.ts';
import { solutionPart } from './solution.ts';

/** What is read again of each step, in the order in which it is told. */
export const partsOf: Readonly<Record<StepId, readonly Part[]>> = {
  solution: [solutionPart],
  application: [applicationPart, servicePrincipalPart],
  applicationUserAndRole: applicationUserParts,
  keyAndProof: [keyPart],
  serviceUser: [userPart],
  licence: licenceParts,
  userRole: userRoleParts,
  passwordAndProof: [passwordPart],
};
