import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { ApplicationUser, Dataverse, NewApplicationUser, Saved } from '../../setup/ports/microsoft.ts';
import type { RequestFailure } from '../failure.ts';
import { nothing } from '../request.ts';
import { guid, rowsOf } from './answers.ts';
import type { CallDataverse } from './client.ts';

type ApplicationUsers = Pick<Dataverse, 'rootBusinessUnitId' | 'applicationUser' | 'createApplicationUser' | 'enableApplicationUser'>;

/**
 * The application's account in this environment. Needs System Administrator to create. One per application and environment; it needs no licence.
 * Source: the tables systemuser and businessunit, "Manage application users".
 */
export function createApplicationUsers(dataverse: CallDataverse): ApplicationUsers {
  return {
    rootBusinessUnitId: () => rootBusinessUnitId(dataverse),
    applicationUser: (appId) => find(dataverse, appId),
    createApplicationUser: (user) => create(dataverse, user),
    enableApplicationUser: (user) => enable(dataverse, user),
  };
}

async function rootBusinessUnitId(dataverse: CallDataverse): Promise<string> {
  const { value } = await dataverse({
    name: 'GET /businessunits',
    kind: 'read',
    answer: rowsOf(z.object({ businessunitid: z.string() })),
    send: (api, common) =>
      api.retrieveMultiple({ collection: 'businessunits', select: ['businessunitid'], filter: 'parentbusinessunitid eq null', ...common }),
  });
  const [root] = value;
  if (!root) throw new SetupError('E-NOT-FOUND', { values: { what: 'GET /businessunits', service: 'Dataverse' } });
  return root.businessunitid;
}

const userRow = z.object({
  systemuserid: z.string(),
  fullname: z.string().nullish(),
  isdisabled: z.boolean(),
  deletedstate: z.number().nullish(),
  _businessunitid_value: z.string(),
});

/** A deleted user stays in the table for a while, marked by `deletedstate`; a living one counts more. */
async function find(dataverse: CallDataverse, appId: string): Promise<ApplicationUser | undefined> {
  const { value } = await dataverse({
    name: 'GET /systemusers',
    kind: 'read',
    answer: rowsOf(userRow),
    send: (api, common) =>
      api.retrieveMultiple({ collection: 'systemusers', select: Object.keys(userRow.shape), filter: `applicationid eq ${guid(appId)}`, ...common }),
  });
  const row = value.find((user) => !isDeleted(user)) ?? value[0];
  return row && toApplicationUser(row);
}

type UserRow = z.infer<typeof userRow>;

function isDeleted({ deletedstate }: UserRow): boolean {
  return (deletedstate ?? 0) !== 0;
}

function toApplicationUser(row: UserRow): ApplicationUser {
  const { systemuserid: systemUserId, _businessunitid_value: businessUnitId, isdisabled: isDisabled, fullname } = row;
  return { systemUserId, businessUnitId, isDisabled, isDeleted: isDeleted(row), name: fullname ?? '' };
}

type Created = Awaited<ReturnType<Dataverse['createApplicationUser']>>;

/** Repeatable: Dynamics refuses a second user of one application as a duplicate. The business unit has to be named (else 0x80040530). */
async function create(dataverse: CallDataverse, { appId, businessUnitId, email }: NewApplicationUser): Promise<Created> {
  const data = {
    applicationid: guid(appId),
    accessmode: nonInteractive,
    isdisabled: false,
    ...(email && { internalemailaddress: email }),
    'businessunitid@odata.bind': `/businessunits(${guid(businessUnitId)})`,
  };
  return await dataverse<Created, Created>({
    name: 'POST /systemusers',
    kind: 'repeatable',
    answer: saved,
    send: (api, common) => api.create({ collection: 'systemusers', data, ...common }),
    instead: (failure) => savedBefore(failure) ?? (isUnknownInEntra(failure) ? { value: { kind: 'waiting' } } : undefined),
  });
}

/** As Microsoft's own provider does: the application goes along unchanged. The library sends `If-Match: *`: an update, never an upsert. */
async function enable(dataverse: CallDataverse, { systemUserId, appId }: { systemUserId: string; appId: string }): Promise<void> {
  const data = { isdisabled: false, applicationid: guid(appId) };
  await dataverse({
    name: 'PATCH /systemusers({id})',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.update({ collection: 'systemusers', key: guid(systemUserId), data, ...common }),
  });
}

const nonInteractive = 4;

export const saved = z.unknown().transform((): Saved => ({ kind: 'saved' }));

/** A duplicate is this request's own where an earlier attempt may have been carried out; else it is somebody else's. */
export function savedBefore(failure: RequestFailure): { value: Saved } | undefined {
  return isDuplicate(failure) ? { value: { kind: failure.mayBeDone ? 'saved' : 'taken' } } : undefined;
}

/** 0x80040237: a row with matching key values exists. */
export function isDuplicate({ code }: RequestFailure): boolean {
  return code === '0x80040237';
}

/** 0x80072559 (AADError): Dynamics asked Entra for the application and did not find it; a new one is not known everywhere at once. */
function isUnknownInEntra({ code }: RequestFailure): boolean {
  return code === '0x80072559';
}
