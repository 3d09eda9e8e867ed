import { SetupError } from '../errors.ts';
import type { Microsoft } from '../ports/microsoft.ts';
import type { CheckResult, Environment, Facts, Person } from '../run.ts';
import { accessMode } from './accessMode.ts';
import type { Check, CheckContext } from './check.ts';
import { createUsers, registerApplications } from './directoryRoles.ts';
import { leadTable } from './leadTable.ts';
import { systemAdministrator } from './systemAdministrator.ts';

export const checks: readonly Check[] = [systemAdministrator, accessMode, leadTable, registerApplications, createUsers];

export interface Prerequisites {
  readonly results: CheckResult[];
  readonly facts: Pick<Facts, 'administrator' | 'directory'>;
}

/**
 * Reads every prerequisite, for both paths.
 *
 * @throws SetupError E-REFUSED when the person is no user of the environment, and whatever else reading meets
 */
export async function readPrerequisites(microsoft: Microsoft, actor: Person, environment: Environment): Promise<Prerequisites> {
  const directory = microsoft.directory(actor);
  const [organization, whoAmI, directoryRoles] = await Promise.all([
    directory.organization(),
    microsoft.dataverse(actor, environment).whoAmI(),
    unlessRefused(directory.directoryRoleTemplateIds()),
  ]);
  const administrator = { systemUserId: whoAmI.systemUserId, businessUnitId: whoAmI.businessUnitId };
  const context = { microsoft, actor, environment, administrator, directoryRoles };
  const results = await Promise.all(checks.map((check) => readCheck(check, context)));
  return { results, facts: { administrator, directory: organization } };
}

async function readCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  return { code: check.code, paths: [...check.paths], ...(await check.read(context)) };
}

/** Not being allowed to read one's own roles proves nothing about the roles. */
async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-REFUSED') return undefined;
    throw error;
  }
}
