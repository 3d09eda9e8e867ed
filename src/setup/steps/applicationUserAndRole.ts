import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { ApplicationUser, Dataverse, SecurityRole } from '../ports/microsoft.ts';
import type { Change, Plan } from '../run.ts';
import { say } from '../sentence.ts';
import { type MissingPrivilege, missingPrivileges } from './requiredPrivileges.ts';
import type { Applied, Look, Step, StepContext } from './step.ts';

/** R3. It may be translated in an environment of another language. */
const roleName = 'Microsoft Marketplace Lead Writer';
const createRequest = 'POST dataverse /systemusers';
const privilegesRequest = 'POST dataverse /roles({id})/Microsoft.Dynamics.CRM.AddPrivilegesRole';
const inheritanceRequest = 'PATCH dataverse /roles({id})';
const assignRequest = 'POST dataverse /systemusers({id})/systemuserroles_association/$ref';

/**
 * A14–A17, R1–R5: the application user in the root business unit, and the solution's role, completed and assigned.
 * Needs System Administrator. Taken back by removing the role and deleting the user.
 */
export const applicationUserAndRole: Step = {
  id: 'applicationUserAndRole',
  needs: ['solution', 'application'],
  // Dynamics takes the user's name from the application; only the address is the person's own.
  inputs: z.object({ email: z.union([z.literal(''), z.email().max(100)]) }).strict(),
  defaults: { email: '' },
  foresee: () => [
    { sentence: say('applicationUserAndRole.changeCreate'), request: createRequest, canBeUndone: true },
    { sentence: say('applicationUserAndRole.changePrivilegesForeseen', { role: roleName }), request: privilegesRequest, canBeUndone: true },
    { sentence: say('applicationUserAndRole.changeInheritance', { role: roleName }), request: inheritanceRequest, canBeUndone: true },
    { sentence: say('applicationUserAndRole.changeAssign', { role: roleName }), request: assignRequest, canBeUndone: true },
  ],
  look,
  apply,
};

interface State {
  readonly businessUnitId: string;
  readonly user: ApplicationUser | undefined;
  readonly role: SecurityRole;
  readonly missing: readonly MissingPrivilege[];
  readonly isAssigned: boolean;
}

async function look(context: StepContext): Promise<Look> {
  const state = await read(context);
  if (!state) return { kind: 'blocked', reason: say('applicationUserAndRole.roleUnclear'), cure: say('applicationUserAndRole.roleUnclearCure') };
  const unusable = state.user?.isDeleted ? 'deleted' : state.user?.isDisabled ? 'disabled' : undefined;
  if (unusable) {
    const name = state.user?.name ?? '';
    return {
      kind: 'blocked',
      reason: say(`applicationUserAndRole.${unusable}`, { name }),
      cure: say(`applicationUserAndRole.${unusable}Cure`),
    };
  }
  const incomplete = state.missing.length > 0 || state.role.isInherited !== 1;
  if (incomplete && !state.role.isCustomizable) {
    return { kind: 'blocked', reason: say('applicationUserAndRole.roleLocked', { role: state.role.name }), cure: say('applicationUserAndRole.roleLockedCure') };
  }
  const changes = changesFor(state);
  if (changes.length > 0) return { kind: 'needed', plan: plan(context, state, changes) };
  remember(context, state);
  return { kind: 'done', evidence: evidence(context, state) };
}

/** undefined when it cannot be told which of the solution's roles is meant. */
async function read(context: StepContext): Promise<State | undefined> {
  const dataverse = dataverseOf(context);
  const { appId } = applicationOf(context);
  const businessUnitId = await dataverse.rootBusinessUnitId();
  const user = await dataverse.applicationUser(appId);
  // Roles are copied into every business unit; only the copy of the user's own unit can be assigned.
  const role = await roleOfSolution(context, user?.businessUnitId ?? businessUnitId);
  if (!role) return undefined;
  const missing = await missingPrivileges(dataverse, role.rootRoleId);
  const assigned = user && !user.isDeleted ? await dataverse.rolesOfUser(user.systemUserId) : [];
  return { businessUnitId, user, role, missing, isAssigned: assigned.some(({ roleId }) => roleId === role.roleId) };
}

/** The only role that the solution brings, else the one that the procedure names; a guess could give too much. */
async function roleOfSolution(context: StepContext, businessUnitId: string): Promise<SecurityRole | undefined> {
  const { solution } = context.run().facts;
  if (!solution?.solutionId) throw new Error('The role is looked for before the solution was installed');
  const roles = await dataverseOf(context).rolesOfSolution(solution.solutionId, businessUnitId);
  if (roles.length === 0) throw new SetupError('E-ROLE-MISSING', { values: { name: solution.friendlyName } });
  return roles.length === 1 ? roles[0] : roles.find(({ name }) => name === roleName);
}

function changesFor({ user, role, missing, isAssigned }: State): Change[] {
  const changes: (Change | false)[] = [
    !user && { sentence: say('applicationUserAndRole.changeCreate'), request: createRequest, canBeUndone: true },
    missing.length > 0 && {
      sentence: say('applicationUserAndRole.changePrivileges', { role: role.name, names: names(missing) }),
      request: privilegesRequest,
      canBeUndone: true,
    },
    role.isInherited !== 1 && {
      sentence: say('applicationUserAndRole.changeInheritance', { role: role.name }),
      request: inheritanceRequest,
      canBeUndone: true,
    },
    !isAssigned && {
      sentence: say('applicationUserAndRole.changeAssign', { role: role.name }),
      request: assignRequest,
      canBeUndone: true,
    },
  ];
  return changes.filter((change) => change !== false);
}

function names(privileges: readonly MissingPrivilege[]): string {
  return privileges.map(({ name, depth }) => `${name} (${depth})`).join(', ');
}

function plan(context: StepContext, { user, role }: State, changes: Change[]): Plan {
  const email = context.inputs['email'];
  const values = { name: applicationOf(context).displayName, role: role.name, environment: context.environment.name };
  return {
    summary: say(user ? 'applicationUserAndRole.summaryFound' : 'applicationUserAndRole.summary', values),
    reversal: say('applicationUserAndRole.reversal'),
    notices: user ? [say('applicationUserAndRole.userFound', { name: user.name })] : [],
    facts: [
      { label: say('applicationUserAndRole.factUser'), value: user?.name ?? values.name },
      ...(email && !user ? [{ label: say('applicationUserAndRole.factEmail'), value: email }] : []),
      { label: say('applicationUserAndRole.factRole'), value: role.name },
    ],
    changes,
  };
}

async function apply(context: StepContext): Promise<Applied> {
  const dataverse = dataverseOf(context);
  const before = await readForSure(context);
  if (!before.user) {
    const { appId } = applicationOf(context);
    const { businessUnitId } = before;
    const email = context.inputs['email'];
    const saved = await context.changing(createRequest, () =>
      dataverse.createApplicationUser({ appId, businessUnitId, ...(email && { email }) }),
    );
    if (saved.kind === 'waiting') return waitingForUser();
  }
  await completeRole(context, dataverse, before);
  const user = before.user ?? (await dataverse.applicationUser(applicationOf(context).appId));
  if (!user) return waitingForUser();
  remember(context, { ...before, user });
  if (!before.isAssigned) {
    await context.changing(assignRequest, () => dataverse.assignRole(user.systemUserId, before.role.roleId));
  }
  return readBack(context);
}

async function readForSure(context: StepContext): Promise<State> {
  const state = await read(context);
  if (!state) throw new SetupError('E-ROLE-MISSING', { values: { name: roleName } });
  return state;
}

async function completeRole(context: StepContext, dataverse: Dataverse, { role, missing }: State): Promise<void> {
  if (missing.length > 0) {
    await context.changing(privilegesRequest, () =>
      dataverse.addPrivileges(
        role.rootRoleId,
        missing.map(({ privilegeId, depth }) => ({ privilegeId, depth })),
      ),
    );
  }
  if (role.isInherited !== 1) {
    await context.changing(inheritanceRequest, () => dataverse.setInherited(role.rootRoleId));
  }
}

async function readBack(context: StepContext): Promise<Applied> {
  const now = await readForSure(context);
  if (!now.user) return waitingForUser();
  if (changesFor(now).length > 0) throw new SetupError('E-READ-BACK', { values: { what: now.role.name } });
  remember(context, now);
  return { kind: 'done', evidence: evidence(context, now) };
}

/** A user that we made in an earlier try of this run is ours: its creation stands in the journal. */
function remember(context: StepContext, { user, role }: State): void {
  if (!user) return;
  const madeByUs = context.run().journal.some(({ request }) => request === createRequest);
  context.remember({
    applicationUser: {
      systemUserId: user.systemUserId,
      roleId: role.roleId,
      roleName: role.name,
      origin: madeByUs ? 'made' : 'found',
    },
  });
}

function evidence(context: StepContext, { role }: State) {
  return [say('applicationUserAndRole.assigned', { name: applicationOf(context).displayName, role: role.name })];
}

function waitingForUser(): Applied {
  return {
    kind: 'waiting',
    sentence: say('applicationUserAndRole.waitingForUser'),
    againAfterMs: 3_000,
    limitMs: 3 * 60_000,
    onLimit: 'E-REPLICATION',
  };
}

function dataverseOf(context: StepContext): Dataverse {
  return context.microsoft.dataverse(context.actor, context.environment);
}

function applicationOf(context: StepContext) {
  const { application } = context.run().facts;
  if (!application) throw new Error('The application user is planned before the application was made');
  return application;
}
