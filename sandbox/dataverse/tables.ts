import documented from './documented-columns.json' with { type: 'json' };
import recorded from './recorded-columns.json' with { type: 'json' };

export type TableName =
  | 'systemuser' | 'role' | 'businessunit' | 'team' | 'privilege' | 'solution' | 'publisher' | 'solutioncomponent'
  | 'importjob' | 'asyncoperation' | 'lead' | 'systemuserroles' | 'teammembership' | 'teamroles' | 'roleprivileges';

/** One table: how the API names it and what its rows hold. */
export interface Table {
  readonly logicalName: TableName;
  readonly entitySet: string;
  readonly key: string;
  /** Its number in privilege errors. */
  readonly objectTypeCode: number;
  /** Column name to JSON type, alternatives separated by ` | `. */
  readonly columns: Readonly<Record<string, string>>;
  /** Single-valued navigation properties, each to the table it leads to; the column is `_{name}_value`. */
  readonly lookups: Readonly<Record<string, TableName>>;
  /** What its privileges are called after `prvRead`, `prvCreate`, …; without it any member may read. */
  readonly privilege?: string;
  /** Rows of these tables have an owner, so a privilege's depth decides which of them a person sees. */
  readonly userOwned: boolean;
}

interface Facts {
  readonly set: string;
  readonly key?: string;
  readonly code: number;
  readonly privilege?: string;
  readonly lookups?: Readonly<Record<string, TableName>>;
  readonly userOwned?: boolean;
}

const authors = { createdby: 'systemuser', modifiedby: 'systemuser' } as const;

const facts: Readonly<Record<TableName, Facts>> = {
  systemuser: { set: 'systemusers', code: 8, privilege: 'User', lookups: { ...authors, businessunitid: 'businessunit' } },
  role: {
    set: 'roles', code: 1036, privilege: 'Role',
    lookups: { ...authors, businessunitid: 'businessunit', parentroleid: 'role', parentrootroleid: 'role' },
  },
  businessunit: { set: 'businessunits', code: 10, privilege: 'BusinessUnit', lookups: { ...authors, parentbusinessunitid: 'businessunit' } },
  team: { set: 'teams', code: 9, privilege: 'Team', lookups: { ...authors, businessunitid: 'businessunit', administratorid: 'systemuser' } },
  privilege: { set: 'privileges', code: 1023 },
  solution: { set: 'solutions', code: 7100, privilege: 'Solution', lookups: { ...authors, publisherid: 'publisher' } },
  publisher: { set: 'publishers', code: 7101, privilege: 'Publisher', lookups: authors },
  solutioncomponent: { set: 'solutioncomponents', code: 7103, privilege: 'Solution', lookups: { ...authors, solutionid: 'solution' } },
  importjob: { set: 'importjobs', code: 9107, privilege: 'ImportJob', lookups: authors },
  asyncoperation: {
    set: 'asyncoperations', code: 4700, privilege: 'AsyncOperation', userOwned: true,
    lookups: { ...authors, ownerid: 'systemuser', owninguser: 'systemuser', owningbusinessunit: 'businessunit' },
  },
  lead: {
    set: 'leads', code: 4, privilege: 'Lead', userOwned: true,
    lookups: { ...authors, createdonbehalfby: 'systemuser', modifiedonbehalfby: 'systemuser', ownerid: 'systemuser', owninguser: 'systemuser', owningbusinessunit: 'businessunit' },
  },
  systemuserroles: { set: 'systemuserrolescollection', key: 'systemuserroleid', code: 14, privilege: 'Role' },
  teammembership: { set: 'teammemberships', key: 'teammembershipid', code: 23, privilege: 'Team' },
  teamroles: { set: 'teamrolescollection', key: 'teamroleid', code: 40, privilege: 'Role' },
  roleprivileges: { set: 'roleprivilegescollection', key: 'roleprivilegeid', code: 12, privilege: 'Role' },
};

/** Every table of an environment of the sandbox. */
export const tables: Readonly<Record<TableName, Table>> = {
  systemuser: define('systemuser', recorded.systemuser),
  role: define('role', recorded.role),
  businessunit: define('businessunit', documented.businessunit),
  team: define('team', documented.team),
  privilege: define('privilege', documented.privilege),
  solution: define('solution', recorded.solution),
  publisher: define('publisher', recorded.publisher),
  solutioncomponent: define('solutioncomponent', documented.solutioncomponent),
  importjob: define('importjob', documented.importjob),
  asyncoperation: define('asyncoperation', recorded.asyncoperation),
  lead: define('lead', documented.lead),
  systemuserroles: define('systemuserroles', documented.systemuserroles),
  teammembership: define('teammembership', documented.teammembership),
  teamroles: define('teamroles', documented.teamroles),
  roleprivileges: define('roleprivileges', documented.roleprivileges),
};

/** The table behind an entity set's name, as it stands in a URL. */
export function tableOfSet(entitySet: string): Table | undefined {
  return Object.values(tables).find((table) => table.entitySet === entitySet);
}

/** Whether an environment has a table: that of leads comes with a Sales application. */
export function isInstalled({ hasLeads }: { readonly hasLeads: boolean }, { logicalName }: Table): boolean {
  return hasLeads || logicalName !== 'lead';
}

function define(logicalName: TableName, columns: Readonly<Record<string, string>>): Table {
  const { set, key = `${logicalName}id`, code, privilege, lookups = {}, userOwned = false } = facts[logicalName];
  const table = { logicalName, entitySet: set, key, objectTypeCode: code, columns, lookups, userOwned };
  return privilege === undefined ? table : { ...table, privilege };
}
