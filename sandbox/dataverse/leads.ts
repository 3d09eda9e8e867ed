import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { DataverseError, duplicateRow } from './errors.ts';
import { textOf, type Row } from './row.ts';
import { requirePrivilege } from './security.ts';
import { tables } from './tables.ts';

/** Longest texts of the columns that a lead from the marketplace fills, from the lead table's reference. */
const longest: Readonly<Record<string, number>> = {
  subject: 300, firstname: 50, lastname: 50, companyname: 100, emailaddress1: 100, telephone1: 50, mobilephone: 20, jobtitle: 100,
  description: 2000, websiteurl: 200,
};

const leadSources = { lowest: 1, highest: 10 } as const;

/**
 * What writing a lead asks for. Beside the rights on leads themselves these are what the procedure adds to the role: without
 * the System Job and User Entity UI Settings privileges the marketplace's leads fail, as people reported.
 */
const neededToCreate = ['prvCreateLead', 'prvReadLead', 'prvAppendLead'] as const;
const neededBeside = {
  asyncoperation: ['prvReadAsyncOperation', 'prvWriteAsyncOperation', 'prvAppendToAsyncOperation'],
  userentityuisettings: ['prvCreateUserEntityUISettings', 'prvReadUserEntityUISettings', 'prvWriteUserEntityUISettings'],
} as const;

/** Inserts a lead, the caller's unless it is bound to another owner; a chosen `leadid` is taken, a second time it is a duplicate. */
export function createLead(environment: Environment, caller: Caller, values: Row): Row {
  requireLeadPrivileges(environment, caller);
  refuseInvalid(values);
  const leadid = typeof values['leadid'] === 'string' ? values['leadid'].toLowerCase() : environment.newId();
  if (environment.store.find('lead', leadid) !== undefined) throw duplicateRow();
  const owned = ownership(environment, caller, values);
  const behalf = onBehalf(caller);
  const authored = { _createdby_value: caller.userId, _modifiedby_value: caller.userId, _createdonbehalfby_value: behalf, _modifiedonbehalfby_value: behalf };
  return environment.store.insert('lead', { statuscode: 1, ...values, ...owned, ...authored, ...named(values), leadid, statecode: 0 });
}

/** Changes a lead; who owns it and who made it stay. */
export function updateLead(environment: Environment, caller: Caller, row: Row, values: Row): Row {
  requirePrivilege(environment, caller, 'prvWriteLead', tables.lead);
  refuseInvalid(values);
  const changes = { ...values, ...named({ ...row, ...values }), leadid: textOf(row, 'leadid'), _modifiedby_value: caller.userId, _modifiedonbehalfby_value: onBehalf(caller) };
  return environment.store.update('lead', textOf(row, 'leadid'), changes);
}

export function deleteLead(environment: Environment, caller: Caller, row: Row): void {
  requirePrivilege(environment, caller, 'prvDeleteLead', tables.lead);
  environment.store.remove('lead', textOf(row, 'leadid'));
}

/** Who really wrote, when it was done for another user. */
function onBehalf({ impersonator }: Caller): string | null {
  return impersonator?.userId ?? null;
}

function requireLeadPrivileges(environment: Environment, caller: Caller): void {
  for (const name of neededToCreate) requirePrivilege(environment, caller, name, tables.lead);
  for (const name of neededBeside.asyncoperation) requirePrivilege(environment, caller, name, tables.asyncoperation);
  for (const name of neededBeside.userentityuisettings) requirePrivilege(environment, caller, name);
}

function ownership(environment: Environment, caller: Caller, values: Row): Row {
  const owner = typeof values['_ownerid_value'] === 'string' ? values['_ownerid_value'] : caller.userId;
  if (owner !== caller.userId) requirePrivilege(environment, caller, 'prvAssignLead', tables.lead);
  const unit = environment.store.find('systemuser', owner)?.['_businessunitid_value'] ?? caller.businessUnitId;
  return { _ownerid_value: owner, _owninguser_value: owner, _owningbusinessunit_value: unit };
}

function named({ firstname, lastname }: Row): Row {
  const fullname = [firstname, lastname].map((part) => (typeof part === 'string' ? part : '')).join(' ').trim();
  return { fullname: fullname === '' ? null : fullname };
}

function refuseInvalid(values: Row): void {
  for (const [column, limit] of Object.entries(longest)) {
    const value = values[column];
    if (typeof value === 'string' && value.length > limit) throw tooLong(column, limit);
  }
  const source = values['leadsourcecode'];
  if (typeof source === 'number' && (source < leadSources.lowest || source > leadSources.highest)) throw outsideRange('leadsourcecode', source);
}

function tooLong(column: string, limit: number): DataverseError {
  return new DataverseError(
    400,
    '0x80044331',
    `A validation error occurred.  The length of the '${column}' attribute of the 'lead' entity exceeded the maximum allowed length of '${limit}'.`,
  );
}

function outsideRange(column: string, value: number): DataverseError {
  const message = `A validation error occurred.  The value ${value} of '${column}' on record of type 'lead' is outside the valid range.`;
  return new DataverseError(400, '0x8004431a', message);
}
