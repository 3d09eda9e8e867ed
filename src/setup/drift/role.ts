import { SetupError } from '../errors.ts';
import { say } from '../sentence.ts';
import { type LeadRole, readLeadRole, type RoleHolder, roleName } from '../steps/leadRole.ts';
import { type MissingPrivilege, missingPrivileges, namedPrivileges } from '../steps/requiredPrivileges.ts';
import type { StepContext } from '../steps/step.ts';
import type { Found } from './finding.ts';
import { asItShouldBe, differs, differsForPeople, type Part } from './part.ts';

/** Who is to have the role; undefined where that account is not there, or cannot be used. */
export type HolderOf = (context: StepContext) => Promise<(RoleHolder & { readonly systemUserId: string; readonly name: string }) | undefined>;

/** The role, what it gives, and what really counts for the account. */
export function roleParts(holderOf: HolderOf): readonly Part[] {
  return [
    { id: 'role', read: async (context) => readRole(context, holderOf) },
    { id: 'privileges', read: async (context) => readPrivileges(context, holderOf) },
    { id: 'testLead', read: async (context) => readTestLead(context, holderOf) },
  ];
}

async function readRole(context: StepContext, holderOf: HolderOf): Promise<Found | undefined> {
  const holder = await holderOf(context);
  if (!holder) return undefined;
  const leadRole = await leadRoleOf(context, holder);
  if (leadRole === 'unclear') return { verdict: 'unknown', what: say('drift.unknown.role'), cure: say('applicationUserAndRole.roleUnclear') };
  const values = { role: leadRole === 'missing' ? roleName : leadRole.role.name, name: holder.name };
  if (leadRole === 'missing') return differs('role', 'missing', values);
  const isAssigned = leadRole.isAssigned && (!leadRole.companion?.role || leadRole.companion.isAssigned);
  return isAssigned ? asItShouldBe('role', values) : differs('role', 'notAssigned', values);
}

/** What the role gives, to whoever has it. */
async function readPrivileges(context: StepContext, holderOf: HolderOf): Promise<Found | undefined> {
  const holder = await holderOf(context);
  const leadRole = holder && (await leadRoleOf(context, holder));
  if (!leadRole || typeof leadRole === 'string') return undefined;
  const missing = missingIn(leadRole);
  const values = { role: leadRole.role.name, names: namesOf(missing) };
  if (missing.length > 0) return differs('privileges', 'missing', values);
  const countsForUser = leadRole.role.isInherited === 1 || leadRole.companion !== undefined;
  return countsForUser ? asItShouldBe('privileges', values) : differs('privileges', 'forTeamsOnly', values);
}

function missingIn({ missing, companion }: LeadRole): readonly MissingPrivilege[] {
  return companion ? companion.missing : missing;
}

function namesOf(missing: readonly MissingPrivilege[]): string {
  return missing.map(({ name, depth }) => `${name} (${depth})`).join(', ');
}

/** What Dynamics asks for when a lead is written, beside what the role is completed with. */
const leadPrivileges = ['prvCreateLead', 'prvReadLead', 'prvAppendLead'].map((name) => ({ name, depth: 'Basic' as const }));

/** Nothing is written: whether it could be is told by what Dynamics itself counts for the account, from all its roles. */
async function readTestLead(context: StepContext, holderOf: HolderOf): Promise<Found | undefined> {
  const holder = await holderOf(context);
  if (!holder) return undefined;
  const dataverse = context.microsoft.dataverse(context.actor, context.environment);
  const counting = await dataverse.privilegesOfUser(holder.systemUserId);
  const missing = missingPrivileges(await namedPrivileges(dataverse, leadPrivileges), counting);
  const values = { name: holder.name, names: namesOf(missing) };
  if (missing.length === 0) return asItShouldBe('testLead', values);
  const leadRole = await leadRoleOf(context, holder);
  // Without the role it comes back with the role.
  return typeof leadRole !== 'string' && leadRole.isAssigned ? differsForPeople('testLead', 'missing', values) : undefined;
}

/** `unclear`: it cannot be told which of the solution's roles is meant. */
async function leadRoleOf(context: StepContext, holder: RoleHolder): Promise<LeadRole | 'missing' | 'unclear'> {
  try {
    return (await readLeadRole(context, holder)) ?? 'unclear';
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-ROLE-MISSING') return 'missing';
    throw error;
  }
}
