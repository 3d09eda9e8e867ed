import { z } from 'zod';

import type { Dataverse, NamedSolution } from '../../setup/ports/microsoft.ts';
import { guid, quoted, rowsOf } from './answers.ts';
import type { CallDataverse } from './client.ts';
import { roleColumns, roleRow, toSecurityRole } from './roleRow.ts';

/** `solutioncomponents.componenttype` of a security role. */
export const roleComponent = 20;

/**
 * Which managed solution brings a role. An edited role is a component of the unmanaged layers too; only the managed solution is meant.
 * Needs Read on roles and solutions. Source: the tables role, solutioncomponent and solution.
 */
export function createSolutionOfRole(dataverse: CallDataverse): Pick<Dataverse, 'solutionOfRole'> {
  return {
    solutionOfRole: async (roleName) => {
      const roleIds = await rootRoleIds(dataverse, roleName);
      const solutionIds = roleIds.length > 0 ? await solutionIdsWith(dataverse, roleIds) : [];
      return solutionIds.length > 0 ? managedAmong(dataverse, solutionIds) : undefined;
    },
  };
}

/** Every business unit has a copy of the role under the same name. */
async function rootRoleIds(dataverse: CallDataverse, roleName: string): Promise<string[]> {
  const { value } = await dataverse({
    name: 'GET /roles',
    kind: 'read',
    answer: rowsOf(roleRow),
    send: (api, common) => api.retrieveMultiple({ collection: 'roles', select: [...roleColumns], filter: `name eq ${quoted(roleName)}`, ...common }),
  });
  return [...new Set(value.map((row) => toSecurityRole(row).rootRoleId))];
}

async function solutionIdsWith(dataverse: CallDataverse, roleIds: readonly string[]): Promise<string[]> {
  const { value } = await dataverse({
    name: 'GET /solutioncomponents',
    kind: 'read',
    answer: rowsOf(z.object({ _solutionid_value: z.string() })),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'solutioncomponents',
        select: ['_solutionid_value'],
        filter: `componenttype eq ${roleComponent} and ${oneOf('objectid', roleIds)}`,
        ...common,
      }),
  });
  return value.map(({ _solutionid_value: solutionId }) => solutionId);
}

const solutionRow = z.object({
  solutionid: z.string(),
  uniquename: z.string(),
  friendlyname: z.string().nullish(),
  version: z.string(),
  publisherid: z.object({ friendlyname: z.string().nullish() }).nullish(),
});

async function managedAmong(dataverse: CallDataverse, solutionIds: readonly string[]): Promise<NamedSolution | undefined> {
  const { value } = await dataverse({
    name: 'GET /solutions',
    kind: 'read',
    answer: rowsOf(solutionRow),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'solutions',
        select: ['solutionid', 'uniquename', 'friendlyname', 'version'],
        expand: [{ property: 'publisherid', select: ['friendlyname'] }],
        filter: `ismanaged eq true and ${oneOf('solutionid', solutionIds)}`,
        ...common,
      }),
  });
  const [row] = value;
  return row && {
    solutionId: row.solutionid,
    uniqueName: row.uniquename,
    friendlyName: row.friendlyname ?? row.uniquename,
    version: row.version,
    isManaged: true,
    publisher: row.publisherid?.friendlyname ?? '',
  };
}

function oneOf(column: string, ids: readonly string[]): string {
  return `(${ids.map((id) => `${column} eq ${guid(id)}`).join(' or ')})`;
}
