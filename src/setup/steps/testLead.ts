import { SetupError } from '../errors.ts';
import type { Dataverse, TestLead } from '../ports/microsoft.ts';
import { leadReader } from './leadAccess.ts';
import type { StepContext } from './step.ts';

export const writeLeadRequest = 'POST dataverse /leads';
export const deleteLeadRequest = 'DELETE dataverse /leads({id})';

interface Proof {
  /** Writes as the account that is to be proven; `dataverse` is the administrator's. */
  readonly write: (lead: TestLead, dataverse: Dataverse) => ReturnType<Dataverse['writeLeadAs']>;
  /** The administrator's own rights write it, in the account's name. */
  readonly isInTheirName?: boolean;
  /** Who must then be its author. */
  readonly systemUserId: string | undefined;
}

/**
 * A marked lead, written as the account, found and removed by the administrator.
 *
 * @returns undefined when that is done, else why it has to be waited
 */
export async function proveByLead(context: StepContext, { write, isInTheirName, systemUserId }: Proof): Promise<string | undefined> {
  const reader = (await leadReader(context)) ?? context.actor;
  const dataverse = context.microsoft.dataverse(reader, context.environment);
  const lead = testLead(context, chosenLeadId(context));
  const written = await context.changing(writeLeadRequest, () => write(lead, dataverse), isInTheirName ? reader : undefined);
  if (written.kind === 'waiting') return written.reason;
  const found = await dataverse.lead(lead.leadId);
  if (!found || found.createdBy !== systemUserId) throw new SetupError('E-READ-BACK', { values: { what: lead.subject } });
  await context.changing(deleteLeadRequest, () => dataverse.deleteLead(lead.leadId), reader);
  if (await dataverse.lead(lead.leadId)) throw new SetupError('E-READ-BACK', { values: { what: lead.subject } });
  context.remember({ testLead: { leadId: lead.leadId, removedAt: context.clock.now().toISOString() } });
  return undefined;
}

/** Chosen once and remembered before the first write: written twice it is still one lead. */
function chosenLeadId(context: StepContext): string {
  const known = context.run().facts.testLead;
  if (known && !known.removedAt) return known.leadId;
  const leadId = context.ids.guid();
  context.remember({ testLead: { leadId } });
  return leadId;
}

function testLead(context: StepContext, leadId: string): TestLead {
  const mark = `LEADSETUP_TEST_${context.run().id}`;
  return {
    leadId,
    subject: mark,
    firstName: 'Lead Setup',
    lastName: mark,
    companyName: mark,
    description: `Written and removed by Lead Setup to prove that leads can be received (setup ${context.run().id}).`,
  };
}
