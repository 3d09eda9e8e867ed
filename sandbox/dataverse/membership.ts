import type { Environment } from './environment.ts';
import { textOf, type Row } from './row.ts';
import type { TableName } from './tables.ts';

/** A many-to-many relationship as one side of it sees it. */
interface Link {
  readonly through: TableName;
  readonly near: string;
  readonly far: string;
  readonly target: TableName;
}

/** Collection-valued navigation properties, by the table that they start from. */
const links: Partial<Record<TableName, Readonly<Record<string, Link>>>> = {
  systemuser: {
    systemuserroles_association: { through: 'systemuserroles', near: 'systemuserid', far: 'roleid', target: 'role' },
    teammembership_association: { through: 'teammembership', near: 'systemuserid', far: 'teamid', target: 'team' },
  },
  team: {
    teamroles_association: { through: 'teamroles', near: 'teamid', far: 'roleid', target: 'role' },
    teammembership_association: { through: 'teammembership', near: 'teamid', far: 'systemuserid', target: 'systemuser' },
  },
  role: {
    systemuserroles_association: { through: 'systemuserroles', near: 'roleid', far: 'systemuserid', target: 'systemuser' },
    teamroles_association: { through: 'teamroles', near: 'roleid', far: 'teamid', target: 'team' },
  },
};

/** The relationship that a navigation property of this table follows, if there is one. */
export function linkOf(table: TableName, navigation: string): Link | undefined {
  const found = links[table];
  return found !== undefined && Object.hasOwn(found, navigation) ? found[navigation] : undefined;
}

/** The rows at the other end of a relationship. */
export function linkedRows(environment: Environment, link: Link, id: string): Row[] {
  const ids = environment.store.rows(link.through).filter((row) => row[link.near] === id).map((row) => textOf(row, link.far));
  return ids.map((each) => environment.store.find(link.target, each)).filter((row) => row !== undefined);
}

/** A person's roles: their own and those of their teams. */
export function rolesOf(environment: Environment, userId: string): Row[] {
  const follow = (table: TableName, navigation: string, id: string) => {
    const link = linkOf(table, navigation);
    return link === undefined ? [] : linkedRows(environment, link, id);
  };
  const teams = follow('systemuser', 'teammembership_association', userId);
  const throughTeams = teams.flatMap((team) => follow('team', 'teamroles_association', textOf(team, 'teamid')));
  return [...follow('systemuser', 'systemuserroles_association', userId), ...throughTeams];
}
