import { SetupError } from '../../errors.ts';
import { say } from '../../sentence.ts';
import { deleteLeadRequest, writeLeadRequest } from '../../steps/testLead.ts';
import { hasSent } from '../madeByRun.ts';
import { nothing, type Reversal, staying, taking, type UndoContext } from '../reversal.ts';

/** A test lead that was written and whose removal did not come about. */
export async function testLead(context: UndoContext): Promise<Reversal> {
  const { facts } = context.run();
  if (!facts.testLead || facts.testLead.removedAt || !hasSent(context.run(), writeLeadRequest)) return nothing;
  const { leadId } = facts.testLead;
  const dataverse = context.microsoft.dataverse(context.actor, context.environment);
  try {
    if (!(await dataverse.lead(leadId))) return nothing;
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-REFUSED') return staying(say('undo.testLeadUnseen'));
    throw error;
  }
  return { ...nothing, takings: [taking(context, { sentence: say('undo.testLead'), request: deleteLeadRequest }, () => dataverse.deleteLead(leadId))] };
}
