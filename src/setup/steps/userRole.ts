import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { EnvironmentUser } from '../ports/microsoft.ts';
import type { Plan } from '../run.ts';
import { say } from '../sentence.ts';
import {
  assignRole, companionNotices, completeRole, foreseenRoleChanges, hasLeadRole, type LeadRole, leadRoleForSure, readLeadRole, roleChanges, roleUnclear,
} from './leadRole.ts';
import type { Applied, Look, Step, StepContext } from './step.ts';

/**
 * R1–R5 for a Microsoft 365 user: the solution's role, completed and assigned. Needs System Administrator.
 * Taken back by removing the role.
 */
export const userRole: Step = {
  id: 'userRole',
  needs: ['solution', 'licence'],
  inputs: z.object({}).strict(),
  defaults: {},
  foresee: () => foreseenRoleChanges,
  look,
  isStillDone,
  apply,
};

async function look(context: StepContext): Promise<Look> {
  const user = await userIn(context);
  if (!user || user.isDisabled) return unusable(context, user);
  const leadRole = await readLeadRole(context, user);
  if (!leadRole) return roleUnclear();
  if (roleChanges(leadRole).length > 0) return { kind: 'needed', plan: plan(context, leadRole) };
  return done(context, user, leadRole);
}

/** The user is there and usable, and has the role with all that it needs. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const user = await userIn(context);
  return user !== undefined && !user.isDisabled && hasLeadRole(context, user);
}

function unusable(context: StepContext, user: EnvironmentUser | undefined): Look {
  const trouble = user ? 'disabled' : 'missing';
  return { kind: 'blocked', reason: say(`userRole.${trouble}`, { name: nameOf(context) }), cure: say(`userRole.${trouble}Cure`) };
}

function plan(context: StepContext, leadRole: LeadRole): Plan {
  const values = { name: nameOf(context), role: leadRole.role.name, environment: context.environment.name };
  return {
    summary: say('userRole.summary', values),
    reversal: say('userRole.reversal'),
    notices: companionNotices(leadRole),
    facts: [
      { label: say('userRole.factUser'), value: values.name },
      { label: say('userRole.factRole'), value: values.role },
    ],
    changes: roleChanges(leadRole),
  };
}

async function apply(context: StepContext): Promise<Applied> {
  const user = await userIn(context);
  if (!user) throw new SetupError('E-USER-MISSING');
  const before = await leadRoleForSure(context, user);
  await completeRole(context, before);
  await assignRole(context, before, user);
  const now = await leadRoleForSure(context, user);
  if (roleChanges(now).length > 0) throw new SetupError('E-READ-BACK', { values: { what: now.role.name } });
  return done(context, user, now);
}

function done(context: StepContext, { systemUserId }: EnvironmentUser, { role }: LeadRole): (Look & Applied) & { kind: 'done' } {
  context.remember({ dataverseUser: { systemUserId, roleId: role.roleId, roleName: role.name } });
  return { kind: 'done', evidence: [say('userRole.assigned', { name: nameOf(context), role: role.name })] };
}

async function userIn(context: StepContext): Promise<EnvironmentUser | undefined> {
  const { serviceUser } = context.run().facts;
  if (!serviceUser?.objectId) throw new Error('A role is given before the user was made');
  return context.microsoft.dataverse(context.actor, context.environment).userOf(serviceUser.objectId);
}

function nameOf(context: StepContext): string {
  return context.run().facts.serviceUser?.userPrincipalName ?? '';
}
