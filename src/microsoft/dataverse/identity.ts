import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { Dataverse, SecurityRole } from '../../setup/ports/microsoft.ts';
import { type RequestFailure, upstreamOf } from '../failure.ts';
import { isNotFound, when } from '../request.ts';
import { rowsOf } from './answers.ts';
import { type CallDataverse, forFunction } from './client.ts';
import { roleColumns, roleRow, toSecurityRole } from './roleRow.ts';

type Identity = Pick<Dataverse, 'whoAmI' | 'accessMode' | 'rolesOfUser' | 'rolesThroughTeams' | 'hasTable'>;

/**
 * Who the caller is and what they may do. Any enabled user may ask for themselves; 403 0x80072560 means that they are none here.
 * Source: WhoAmI, the tables systemuser, team and role of the Web API reference.
 */
export function createIdentity(dataverse: CallDataverse): Identity {
  return {
    whoAmI: () => whoAmI(dataverse),
    accessMode: (systemUserId) => accessMode(dataverse, systemUserId),
    rolesOfUser: (systemUserId) => rolesAt(dataverse, { collection: 'systemusers', key: systemUserId, association: 'systemuserroles_association' }),
    rolesThroughTeams: (systemUserId) => rolesThroughTeams(dataverse, systemUserId),
    hasTable: (logicalName) => hasTable(dataverse, logicalName),
  };
}

const whoAmISchema = z
  .object({ UserId: z.string(), BusinessUnitId: z.string(), OrganizationId: z.string() })
  .transform(({ UserId, BusinessUnitId, OrganizationId }) => ({ systemUserId: UserId, businessUnitId: BusinessUnitId, organizationId: OrganizationId }));

async function whoAmI(dataverse: CallDataverse): Promise<z.infer<typeof whoAmISchema>> {
  return await dataverse({
    name: 'GET /WhoAmI',
    kind: 'read',
    answer: whoAmISchema,
    send: (api, common) => api.callFunction({ name: 'WhoAmI', ...forFunction(common) }),
    instead: refuseStranger,
  });
}

/** 0x80072560 not a member of the organization, 0x80040225 disabled there, 0x80042f09 without any role. */
const strangerCodes = new Set(['0x80072560', '0x80040225', '0x80042f09']);

function refuseStranger(failure: RequestFailure): undefined {
  if (!strangerCodes.has(failure.code?.toLowerCase() ?? '')) return;
  throw new SetupError('E-NOT-MEMBER', { upstream: upstreamOf('dataverse', failure) });
}

async function accessMode(dataverse: CallDataverse, systemUserId: string): Promise<number> {
  const { accessmode } = await dataverse({
    name: 'GET /systemusers({id})',
    kind: 'read',
    answer: z.object({ accessmode: z.number() }),
    send: (api, common) => api.retrieve({ collection: 'systemusers', key: systemUserId, select: ['accessmode'], ...common }),
  });
  return accessmode;
}

async function rolesThroughTeams(dataverse: CallDataverse, systemUserId: string): Promise<SecurityRole[]> {
  const { value: teams } = await dataverse({
    name: 'GET /systemusers({id})/teammembership_association',
    kind: 'read',
    answer: rowsOf(z.object({ teamid: z.string() })),
    send: (api, common) =>
      api.retrieve({ collection: 'systemusers', key: systemUserId, navigationProperty: 'teammembership_association', select: ['teamid'], ...common }),
  });
  const roles: SecurityRole[] = [];
  // One after the other: somebody may be in hundreds of teams, and Dataverse takes 52 requests of a person at a time.
  for (const { teamid } of teams) {
    roles.push(...(await rolesAt(dataverse, { collection: 'teams', key: teamid, association: 'teamroles_association' })));
  }
  return roles;
}

async function rolesAt(
  dataverse: CallDataverse,
  { collection, key, association }: { collection: string; key: string; association: string },
): Promise<SecurityRole[]> {
  const { value } = await dataverse({
    name: `GET /${collection}({id})/${association}`,
    kind: 'read',
    answer: rowsOf(roleRow),
    send: (api, common) => api.retrieve({ collection, key, navigationProperty: association, select: [...roleColumns], ...common }),
  });
  return value.map(toSecurityRole);
}

/** `GET /EntityDefinitions`: 404 for a table that the environment does not have. */
async function hasTable(dataverse: CallDataverse, logicalName: string): Promise<boolean> {
  return await dataverse({
    name: 'GET /EntityDefinitions(LogicalName)',
    kind: 'read',
    answer: z.object({ LogicalName: z.string() }).transform(() => true),
    send: (api, common) => api.retrieveEntity({ key: `LogicalName='${logicalName}'`, select: ['LogicalName'], ...common }),
    instead: when(isNotFound, false),
  });
}
