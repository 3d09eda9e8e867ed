import { type ErrorCode, SetupError } from '../errors.ts';
import type { Person } from '../run.ts';
import { say } from '../sentence.ts';
import type { Look, StepContext } from './step.ts';

/** The proof reads the test lead and removes it: whoever may do neither would leave it behind. Asked before anything is made. */
export async function withoutLeadAccess(context: StepContext): Promise<(Look & { kind: 'blocked' }) | undefined> {
  if (await leadReader(context)) return undefined;
  return { kind: 'blocked', reason: say('proof.noLeadAccess'), cure: say('proof.noLeadAccessCure'), lacksRight: true };
}

/**
 * Who reads and removes the test lead: whoever approves, or where they may not, whoever began the setup; somebody who was asked for a key or a
 * password may be no user of the environment.
 */
export async function leadReader(context: StepContext): Promise<Person | undefined> {
  const { startedBy } = context.run();
  if (await mayReadLeads(context, context.actor)) return context.actor;
  const isSame = startedBy.objectId === context.actor.objectId;
  return !isSame && (await mayReadLeads(context, startedBy)) ? startedBy : undefined;
}

const noUser: readonly ErrorCode[] = ['E-REFUSED', 'E-NOT-MEMBER', 'E-FOREIGN'];

async function mayReadLeads({ microsoft, environment }: StepContext, person: Person): Promise<boolean> {
  try {
    return await microsoft.dataverse(person, environment).mayReadLeads();
  } catch (error) {
    if (error instanceof SetupError && noUser.includes(error.code)) return false;
    throw error;
  }
}
