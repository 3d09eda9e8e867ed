import { z } from 'zod';

import type { Dataverse } from '../../setup/ports/microsoft.ts';
import { isNotFound, nothing, when } from '../request.ts';
import type { CallDataverse } from './client.ts';

type Leads = Pick<Dataverse, 'mayReadLeads' | 'lead' | 'deleteLead'>;

/**
 * The test lead as the administrator sees it. Needs Read and Delete on leads; administrative access mode has neither.
 * Source: the table lead.
 */
export function createLeads(dataverse: CallDataverse): Leads {
  return {
    mayReadLeads: () => mayRead(dataverse),
    lead: (leadId) => read(dataverse, leadId),
    deleteLead: (leadId) => remove(dataverse, leadId),
  };
}

async function mayRead(dataverse: CallDataverse): Promise<boolean> {
  return await dataverse({
    name: 'GET /leads',
    kind: 'read',
    answer: z.unknown().transform(() => true),
    send: (api, common) => api.retrieveMultiple({ collection: 'leads', select: ['leadid'], top: 1, ...common }),
    instead: when(({ status }) => status === 403, false),
  });
}

const leadRow = z
  .object({ leadid: z.string(), _createdby_value: z.string() })
  .transform(({ leadid, _createdby_value: createdBy }) => ({ leadId: leadid, createdBy }));

async function read(dataverse: CallDataverse, leadId: string): Promise<{ leadId: string; createdBy: string } | undefined> {
  return await dataverse({
    name: 'GET /leads({id})',
    kind: 'read',
    answer: leadRow,
    send: (api, common) => api.retrieve({ collection: 'leads', key: leadId, select: ['leadid', '_createdby_value'], ...common }),
    instead: when(isNotFound, undefined),
  });
}

async function remove(dataverse: CallDataverse, leadId: string): Promise<void> {
  await dataverse({
    name: 'DELETE /leads({id})',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.deleteRecord({ collection: 'leads', key: leadId, ...common }),
    instead: when(isNotFound, undefined),
  });
}
