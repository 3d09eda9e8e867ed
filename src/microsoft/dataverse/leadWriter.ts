import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { LeadWriter, TestLead } from '../../setup/ports/microsoft.ts';
import type { ApiToken } from '../apiToken.ts';
import type { RequestFailure } from '../failure.ts';
import { guid } from './answers.ts';
import { isDuplicate } from './applicationUsers.ts';
import type { CallDataverse } from './client.ts';

/**
 * The finished account: signs in with its own key and writes a lead, as the marketplace will. Needs the application user and its role.
 * Source: the client credentials flow; the table lead.
 */
export function createLeadWriter(dataverse: CallDataverse, token: ApiToken): LeadWriter {
  return {
    signIn: () => signIn(token),
    writeLead: (lead) => writeLead(dataverse, lead),
  };
}

type Waiting = { kind: 'waiting'; reason: string };
type Written = { kind: 'written' } | Waiting;

/**
 * What a new key or user is told while it is not known everywhere: AADSTS7000215 key unknown, AADSTS700016 application unknown,
 * 0x80072560 no member of this organization (also while it has no role).
 */
const notYetKnown = new Set(['AADSTS7000215', 'AADSTS700016', '0x80072560']);

async function signIn(token: ApiToken): Promise<{ kind: 'signedIn' } | Waiting> {
  try {
    await token.get();
    return { kind: 'signedIn' };
  } catch (error) {
    return waitingOr(error);
  }
}

/**
 * Repeatable: the id was chosen before, so a second write is refused as a duplicate. Duplicate detection rules stay off, as they are by default.
 *
 * @param inTheNameOf Entra object id of the person who writes; absent: whoever signed in
 */
export async function writeLead(dataverse: CallDataverse, lead: TestLead, inTheNameOf?: string): Promise<Written> {
  const { leadId, subject, firstName, lastName, companyName, description } = lead;
  const data = { leadid: leadId, subject, firstname: firstName, lastname: lastName, companyname: companyName, description };
  try {
    return await dataverse<Written, Written>({
      name: 'POST /leads',
      kind: 'repeatable',
      answer: z.unknown().transform((): Written => ({ kind: 'written' })),
      send: (api, common) => api.create({ collection: 'leads', data, ...(inTheNameOf && { impersonateAAD: guid(inTheNameOf) }), ...common }),
      instead: (failure: RequestFailure) => (isDuplicate(failure) ? { value: { kind: 'written' } } : undefined),
    });
  } catch (error) {
    return waitingOr(error);
  }
}

function waitingOr(error: unknown): Waiting {
  const code = error instanceof SetupError ? error.upstream?.code : undefined;
  if (code === undefined || !notYetKnown.has(code)) throw error;
  return { kind: 'waiting', reason: code };
}
