import type { SandboxRequest } from '../service.ts';
import { admitUser, type Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { badQuery, notAMember, notModelled } from './errors.ts';
import { parsePath } from './path.ts';
import { userWithObjectId, welcome } from './people.ts';
import { isGuid } from './row.ts';
import { requirePrivilege } from './security.ts';

/**
 * Promises who the request is made for: the caller, or the user whom `CallerObjectId` names when the caller may act for others. Both must
 * have a privilege then. A licensed person who is not there yet is made a user by `WhoAmI`. How Dataverse refuses a person whom it does
 * not know was not found; "not a member" is what it says to that person's own token.
 */
export function impersonated(environment: Environment, caller: Caller, request: SandboxRequest): Caller {
  const { callerobjectid: objectId, mscrmcallerid } = request.headers;
  if (mscrmcallerid !== undefined) throw notModelled('MSCRMCallerID; use CallerObjectId');
  if (objectId === undefined) return caller;
  if (!isGuid(objectId)) throw badQuery('The value of the header CallerObjectId is no object id.');
  requirePrivilege(environment, caller, 'prvActOnBehalfOfAnotherUser');
  if (parsePath(request.path)[0]?.name === 'WhoAmI') welcome(environment, objectId);
  const user = userWithObjectId(environment, objectId);
  if (user === undefined) throw notAMember();
  return { ...admitUser(environment, user), impersonator: caller };
}
