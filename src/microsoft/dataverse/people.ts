import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { Dataverse, EnvironmentUser } from '../../setup/ports/microsoft.ts';
import { guid, rowsOf } from './answers.ts';
import { type CallDataverse, forFunction } from './client.ts';
import { writeLead } from './leadWriter.ts';

type People = Pick<Dataverse, 'userOf' | 'admit' | 'writeLeadAs'>;

/**
 * People of the tenant as users of this environment, and what is done in their name (header `CallerObjectId`), which needs the privilege to act on
 * behalf of others; System Administrator has it. Source: the table systemuser, "Impersonate another user", "Create users".
 */
export function createPeople(dataverse: CallDataverse): People {
  return {
    userOf: (objectId) => userOf(dataverse, objectId),
    admit: (objectId) => admit(dataverse, objectId),
    writeLeadAs: (objectId, lead) => writeLead(dataverse, lead, objectId),
  };
}

const userRow = z
  .object({ systemuserid: z.string(), _businessunitid_value: z.string(), isdisabled: z.boolean(), fullname: z.string().nullish() })
  .transform(({ systemuserid, _businessunitid_value: businessUnitId, isdisabled: isDisabled, fullname }): EnvironmentUser =>
    ({ systemUserId: systemuserid, businessUnitId, isDisabled, name: fullname ?? '' }));

async function userOf(dataverse: CallDataverse, objectId: string): Promise<EnvironmentUser | undefined> {
  const { value } = await dataverse({
    name: 'GET /systemusers',
    kind: 'read',
    answer: rowsOf(userRow),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'systemusers',
        select: ['systemuserid', '_businessunitid_value', 'isdisabled', 'fullname'],
        filter: `azureactivedirectoryobjectid eq ${guid(objectId)}`,
        ...common,
      }),
  });
  return value[0];
}

type Admitted = { kind: 'admitted' } | { kind: 'waiting'; reason: string };

/** 0x80072560 no member of this organization (yet), 0x80040225 disabled, 0x80042f09 without any role: taken in, but nothing may be asked yet. */
const notYetThere = new Set(['0x80072560', '0x80040225', '0x80042f09']);

async function admit(dataverse: CallDataverse, objectId: string): Promise<Admitted> {
  try {
    return await dataverse<Admitted>({
      name: 'GET /WhoAmI',
      kind: 'read',
      answer: z.unknown().transform((): Admitted => ({ kind: 'admitted' })),
      send: (api, common) => api.callFunction({ name: 'WhoAmI', impersonateAAD: guid(objectId), ...forFunction(common) }),
    });
  } catch (error) {
    const code = error instanceof SetupError ? error.upstream?.code : undefined;
    if (code === undefined || !notYetThere.has(code.toLowerCase())) throw error;
    return { kind: 'waiting', reason: code };
  }
}
