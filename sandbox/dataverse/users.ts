import { z } from 'zod';
import { toMilliseconds } from '../duration.ts';
import { tenant } from '../personas.ts';
import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { DataverseError, duplicateRow, invalidArgument, notModelled } from './errors.ts';
import { rolesOf } from './membership.ts';
import { systemAdministratorTemplateId } from './roles.ts';
import { textOf, type Row } from './row.ts';
import { requirePrivilege } from './security.ts';
import { tables } from './tables.ts';
import { insertUser } from './userRow.ts';

const applicationUserSchema = z.object({
  applicationid: z.guid(),
  accessmode: z.number().int().min(0).max(5).default(4),
  isdisabled: z.boolean().default(false),
});

/**
 * Inserts an application user. Its name and object id come from Entra; the service principal must be in the tenant, the business unit must be
 * bound, and there is one user per application. It is refused as a member for a moment after, and while it has no role.
 */
export function createUser(environment: Environment, caller: Caller, values: Row): Row {
  requirePrivilege(environment, caller, 'prvCreateUser', tables.systemuser);
  if (values['applicationid'] === undefined || values['applicationid'] === null) throw notModelled('the creation of users who are people');
  const parsed = applicationUserSchema.safeParse(values);
  if (!parsed.success) throw invalidArgument(z.prettifyError(parsed.error));
  if (typeof values['_businessunitid_value'] !== 'string') throw withoutBusinessUnit();
  return insertApplicationUser(environment, caller, { ...values, ...parsed.data });
}

function insertApplicationUser(environment: Environment, caller: Caller, values: Row): Row {
  const applicationid = textOf(values, 'applicationid').toLowerCase();
  if (environment.store.rows('systemuser').some((user) => user['applicationid'] === applicationid)) throw duplicateRow();
  const principal = environment.servicePrincipals(applicationid);
  if (principal === undefined) throw unknownApplication(applicationid);
  const systemuserid = typeof values['systemuserid'] === 'string' ? values['systemuserid'].toLowerCase() : environment.newId();
  if (environment.store.find('systemuser', systemuserid) !== undefined) throw duplicateRow();
  const row = insertUser(environment, {
    ...fromEntra(principal), ...values, ...namesOf(principal), systemuserid, applicationid, _createdby_value: caller.userId, _modifiedby_value: caller.userId,
  });
  environment.readyAtMs.set(systemuserid, environment.clock.now() + toMilliseconds(environment.conditions.get().replication.applicationUser));
  return row;
}

interface Principal {
  readonly objectId: string;
  readonly displayName: string;
}

/** The names that Dataverse makes itself, whatever was sent; it puts a `#` before an application's. */
function namesOf({ objectId, displayName }: Principal): Row {
  const address = `${objectId}@${tenant.domain}`;
  return { fullname: `# ${displayName}`, azureactivedirectoryobjectid: objectId, domainname: address, windowsliveid: address, issyncwithdirectory: false };
}

/** An e-mail address is the administrator's to give ("Manage application users"); without one there is a made-up one. */
function fromEntra({ objectId }: Principal): Row {
  return { internalemailaddress: `${objectId}@${tenant.domain}` };
}

const changeable = ['isdisabled', 'applicationid', 'accessmode', 'internalemailaddress', 'firstname', 'lastname', 'jobtitle', 'title', 'mobilephone'];

/** Changes a user: enabled or not, and a few plain columns; the application of an application user never changes. */
export function updateUser(environment: Environment, caller: Caller, row: Row, values: Row): Row {
  requirePrivilege(environment, caller, 'prvWriteUser', tables.systemuser);
  const systemuserid = textOf(row, 'systemuserid');
  if (values['applicationid'] !== undefined && values['applicationid'] !== row['applicationid']) {
    throw invalidArgument('The application of an application user cannot be changed.');
  }
  if (values['isdisabled'] === true && systemuserid === caller.userId) throw invalidArgument('You cannot disable your own user record.');
  if (values['accessmode'] !== undefined && values['accessmode'] !== row['accessmode']) requireReadWriteAdministrator(environment, caller);
  const changes = Object.fromEntries(Object.entries(values).filter(([column]) => changeable.includes(column)));
  return environment.store.update('systemuser', systemuserid, { ...changes, _modifiedby_value: caller.userId });
}

/** Code and meaning from Microsoft's list of error codes; the wording is the sandbox's own. */
function requireReadWriteAdministrator(environment: Environment, { userId, user }: Caller): void {
  const isAdministrator = rolesOf(environment, userId).some((role) => role['_roletemplateid_value'] === systemAdministratorTemplateId);
  if (isAdministrator && user['accessmode'] === 0) return;
  const message = 'Only a user with the System Administrator role and Read-Write access mode can change the access mode of a user.';
  throw new DataverseError(403, '0x80048d2f', message);
}

/** The message that people report for the missing business unit. */
function withoutBusinessUnit(): DataverseError {
  return new DataverseError(400, '0x80040530', 'Unable to retrieve attribute=businessunitid for entityLogicalName=systemuser.');
}

function unknownApplication(appId: string): DataverseError {
  const message = `Error from Microsoft Entra ID: Application with identifier '${appId}' was not found in the directory '${tenant.displayName}'.`;
  return new DataverseError(400, '0x80072559', message);
}
