import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { ApplicationUser, Dataverse } from '../ports/microsoft.ts';
import type { Change, Plan, SetupRun } from '../run.ts';
import { say } from '../sentence.ts';
import { hasSent } from '../undo/madeByRun.ts';
import { applicationFact } from './applicationFact.ts';
import {
  assignRole, companionNotices, completeRole, foreseenRoleChanges, hasLeadRole, type LeadRole, leadRoleForSure, readLeadRole, roleChanges, roleUnclear,
} from './leadRole.ts';
import type { Applied, Look, Step, StepContext } from './step.ts';

export const createUserRequest = 'POST dataverse /systemusers';
/** Enabling and deactivating are one request with another value. */
export const switchRequest = 'PATCH dataverse /systemusers({id})';
export const deleteUserRequest = 'DELETE dataverse /systemusers({id})';

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
  foresee: () => [newUserChange(), ...foreseenRoleChanges],
  look,
  isStillDone,
  apply,
};

interface Account {
  /** The root business unit, where a new user is put. */
  readonly businessUnitId: string;
  readonly user: ApplicationUser | undefined;
  /** Deleted, but not for good, when an earlier setup was taken back and that was stopped: no other can be made while it is there. */
  readonly leftover?: ApplicationUser;
}
type State = Account & LeadRole;

async function look(context: StepContext): Promise<Look> {
  const account = await readAccount(context);
  const leadRole = await readLeadRole(context, holderOf(account));
  if (!leadRole) return roleUnclear();
  const state = { ...account, ...leadRole };
  const obstacle = unusable(context, state);
  if (obstacle) return obstacle;
  const changes = changesFor(state);
  if (changes.length > 0) return { kind: 'needed', plan: plan(context, state, changes) };
  remember(context, state);
  return { kind: 'done', evidence: evidence(context, state) };
}

/** The user is there and usable, and has the role with all that it needs. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const account = await readAccount(context);
  return account.user !== undefined && !unusable(context, account) && !account.user.isDisabled && hasLeadRole(context, holderOf(account));
}

function unusable(context: StepContext, { user }: Account): (Look & { kind: 'blocked' }) | undefined {
  const state = user?.isDeleted ? 'deleted' : user?.isDisabled && !isOurs(context, user) ? 'disabled' : undefined;
  if (!user || !state) return undefined;
  return { kind: 'blocked', reason: say(`applicationUserAndRole.${state}`, { name: user.name }), cure: say(`applicationUserAndRole.${state}Cure`) };
}

/** This setup has used it before, enabled, or this installation itself has switched it off; who disabled one that is a stranger's here had their reasons. */
function isOurs(context: StepContext, user: ApplicationUser): boolean {
  return isUserOf(context.run(), user) || isTakenBack(context, user);
}

function isUserOf({ facts }: SetupRun, { systemUserId }: ApplicationUser): boolean {
  return facts.applicationUser?.systemUserId === systemUserId;
}

/** As far as it went: an earlier setup that has made it was taken back, and that was stopped in the middle. */
function isTakenBack(context: StepContext, user: ApplicationUser): boolean {
  return context.earlierRuns().some((run) => run.undo !== undefined && isUserOf(run, user) && hasSent(run, createUserRequest) && hasSent(run, switchRequest));
}

async function readAccount(context: StepContext): Promise<Account> {
  const dataverse = dataverseOf(context);
  const businessUnitId = await dataverse.rootBusinessUnitId();
  const user = await dataverse.applicationUser(applicationOf(context).appId);
  return user?.isDeleted && isTakenBack(context, user) ? { businessUnitId, user: undefined, leftover: user } : { businessUnitId, user };
}

/** A deleted user has no roles to be asked for. */
function holderOf({ businessUnitId, user }: Account) {
  return { businessUnitId: user?.businessUnitId ?? businessUnitId, systemUserId: user?.isDeleted ? undefined : user?.systemUserId };
}

function changesFor(state: State): Change[] {
  const enabling = state.user?.isDisabled ? [{ sentence: say('applicationUserAndRole.changeEnable'), request: switchRequest, canBeUndone: true }] : [];
  return [...(state.user ? enabling : newUserChanges(state)), ...roleChanges(state)];
}

function newUserChanges({ leftover }: Account): Change[] {
  const clearing = { sentence: say('applicationUserAndRole.changeClear', { name: leftover?.name ?? '' }), request: deleteUserRequest, canBeUndone: false };
  return [...(leftover ? [clearing] : []), newUserChange()];
}

function newUserChange(): Change {
  return { sentence: say('applicationUserAndRole.changeCreate'), request: createUserRequest, canBeUndone: true };
}

function plan(context: StepContext, state: State, changes: Change[]): Plan {
  const { user, role } = state;
  const email = context.inputs['email'];
  const values = { name: applicationOf(context).displayName, role: role.name, environment: context.environment.name };
  return {
    summary: say(user ? 'applicationUserAndRole.summaryFound' : 'applicationUserAndRole.summary', values),
    reversal: say('applicationUserAndRole.reversal'),
    notices: [...(user ? [say('applicationUserAndRole.userFound', { name: user.name })] : []), ...companionNotices(state)],
    facts: [
      { label: say('applicationUserAndRole.factUser'), value: user?.name ?? values.name },
      applicationFact(applicationOf(context)),
      ...(email && !user ? [{ label: say('applicationUserAndRole.factEmail'), value: email }] : []),
      { label: say('applicationUserAndRole.factRole'), value: role.name },
    ],
    changes,
    ...(user && { usesWhatWasThere: true }),
  };
}

async function apply(context: StepContext): Promise<Applied> {
  const dataverse = dataverseOf(context);
  const before = await readForSure(context);
  const { leftover } = before;
  if (leftover) await context.changing(deleteUserRequest, () => dataverse.deleteUser(leftover.systemUserId));
  if (!before.user) {
    const { appId } = applicationOf(context);
    const { businessUnitId } = before;
    const email = context.inputs['email'];
    // One of before is gone: what is there from here on is another.
    if (context.run().facts.applicationUser) context.remember({ applicationUser: undefined });
    const saved = await context.changing(createUserRequest, () =>
      dataverse.createApplicationUser({ appId, businessUnitId, ...(email && { email }) }),
    );
    if (saved.kind === 'taken' && !hasMade(context)) context.planAnew();
    if (saved.kind !== 'saved') return waitingForUser();
  }
  if (before.user?.isDisabled) await enable(context, dataverse, before.user);
  await completeRole(context, before);
  const user = before.user ?? (await dataverse.applicationUser(applicationOf(context).appId));
  if (!user) return waitingForUser();
  remember(context, { ...before, user });
  await assignRole(context, before, { businessUnitId: user.businessUnitId, systemUserId: user.systemUserId });
  return readBack(context);
}

/** Dynamics gives no role to a disabled user, so it comes first. */
async function enable(context: StepContext, dataverse: Dataverse, user: ApplicationUser): Promise<void> {
  if (!isOurs(context, user)) throw new SetupError('E-READ-BACK', { values: { what: user.name } });
  const { appId } = applicationOf(context);
  await context.changing(switchRequest, () => dataverse.enableApplicationUser({ systemUserId: user.systemUserId, appId }));
}

async function readForSure(context: StepContext): Promise<State> {
  const account = await readAccount(context);
  return { ...account, ...(await leadRoleForSure(context, holderOf(account))) };
}

async function readBack(context: StepContext): Promise<Applied> {
  const now = await readForSure(context);
  if (!now.user) return waitingForUser();
  if (changesFor(now).length > 0) throw new SetupError('E-READ-BACK', { values: { what: now.role.name } });
  remember(context, now);
  return { kind: 'done', evidence: evidence(context, now) };
}

/** A user that we made in an earlier try of this run is ours: its creation stands in the journal. Whoever made one at the same time has made theirs. */
function hasMade(context: StepContext): boolean {
  return hasSent(context.run(), createUserRequest);
}

function remember(context: StepContext, { user, role }: State): void {
  if (!user) return;
  context.remember({
    applicationUser: {
      systemUserId: user.systemUserId,
      roleId: role.roleId,
      roleName: role.name,
      origin: hasMade(context) ? 'made' : 'found',
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
