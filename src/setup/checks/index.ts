import { SetupError } from '../errors.ts';
import type { Dataverse, Microsoft } from '../ports/microsoft.ts';
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
 * @throws SetupError E-FOREIGN when the environment belongs to another tenant, and whatever else reading meets
 */
export async function readPrerequisites(microsoft: Microsoft, actor: Person, environment: Environment): Promise<Prerequisites> {
  const directory = microsoft.directory(actor);
  const [organization, administrator, directoryRoles, eligibleRoles = []] = await Promise.all([
    directory.organization(),
    unlessStranger(microsoft.dataverse(actor, environment).whoAmI()),
    unlessRefused(directory.directoryRoleTemplateIds()),
    directory.eligibleRoleTemplateIds(),
  ]);
  const context = { microsoft, actor, environment, administrator, directoryRoles, eligibleRoles };
  const results = await Promise.all(checks.map((check) => readCheck(check, context)));
  return {
    results: results.filter((result) => result !== undefined),
    facts: { directory: organization, ...(administrator && { administrator }) },
  };
}

async function readCheck(check: Check, context: CheckContext): Promise<CheckResult | undefined> {
  const read = await check.read(context);
  return read && { code: check.code, paths: [...check.paths], ...read };
}

/** Who is no user of the environment is told so among the prerequisites: it is the first of them. */
async function unlessStranger(whoAmI: ReturnType<Dataverse['whoAmI']>): Promise<Facts['administrator']> {
  try {
    const { systemUserId, businessUnitId } = await whoAmI;
    return { systemUserId, businessUnitId };
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-NOT-MEMBER') return undefined;
    throw error;
  }
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
