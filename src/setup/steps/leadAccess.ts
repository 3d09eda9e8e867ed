import { say } from '../sentence.ts';
import type { Look, StepContext } from './step.ts';

/** The proof reads the test lead and removes it: whoever may do neither would leave it behind. Asked before anything is made. */
export async function withoutLeadAccess({ microsoft, actor, environment }: StepContext): Promise<(Look & { kind: 'blocked' }) | undefined> {
  if (await microsoft.dataverse(actor, environment).mayReadLeads()) return undefined;
  return { kind: 'blocked', reason: say('proof.noLeadAccess'), cure: say('proof.noLeadAccessCure'), lacksRight: true };
}
