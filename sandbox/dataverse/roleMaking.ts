import { z } from 'zod';
import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { DataverseError, duplicateRow, invalidArgument, notModelled } from './errors.ts';
import { insertRole, systemSolutionId } from './roles.ts';
import type { Row } from './row.ts';
import { requirePrivilege } from './security.ts';
import { tables } from './tables.ts';

const longestName = 100;
const roleSchema = z.object({
  name: z.string().trim().min(1).max(longestName),
  isinherited: z.union([z.literal(0), z.literal(1)]).default(1),
});

/**
 * Inserts an unmanaged role without a privilege, with its copies in the other business units. Its business unit must be bound; that two
 * roles of one business unit cannot have one name is so in Dataverse's own pages, the code of that refusal here is unconfirmed.
 */
export function createRole(environment: Environment, caller: Caller, values: Row): Row {
  requirePrivilege(environment, caller, 'prvCreateRole', tables.role);
  const parsed = roleSchema.safeParse(values);
  if (!parsed.success) throw invalidArgument(z.prettifyError(parsed.error));
  const unit = values['_businessunitid_value'];
  if (typeof unit !== 'string') throw withoutBusinessUnit();
  if (unit !== environment.rootBusinessUnitId) throw notModelled('roles that begin in a child business unit');
  const { name, isinherited: isInherited } = parsed.data;
  const isTaken = environment.store.rows('role').some((role) => role['name'] === name && role['_businessunitid_value'] === unit);
  if (isTaken) throw duplicateRow();
  const id = typeof values['roleid'] === 'string' ? values['roleid'].toLowerCase() : environment.newId();
  if (environment.store.find('role', id) !== undefined) throw duplicateRow();
  return insertRole(environment, { id, name, isInherited, isCustomizable: true, isManaged: false, solutionId: systemSolutionId }, []);
}

/** As for a user without one; for roles unconfirmed. */
function withoutBusinessUnit(): DataverseError {
  return new DataverseError(400, '0x80040530', 'Unable to retrieve attribute=businessunitid for entityLogicalName=role.');
}
