import { randomUUID } from 'node:crypto';
import type { ConditionsStore } from '../conditions.ts';
import { environmentNames, forEachEnvironment, type EnvironmentName } from '../environments.ts';
import type { SandboxService, ServiceTools } from '../service.ts';
import type { BuiltSolution } from '../solution/build.ts';
import { solutionFile } from '../solution/files.ts';
import { createDiscoveryService } from './discovery.ts';
import { createEnvironment, type Environment, type ServicePrincipalLookup } from './environment.ts';
import { settlePeople, type PeopleOfTenant } from './people.ts';
import { etagOf } from './row.ts';
import { seed } from './seed.ts';
import { createEnvironmentService } from './service.ts';
import { settleConditions } from './solutionConditions.ts';
import { settleImports } from './solutionImport.ts';
import { tables, type TableName } from './tables.ts';

export { timing } from './timing.ts';
export type { ServicePrincipalLookup } from './environment.ts';

export interface DataverseParts extends ServiceTools {
  /** `https://host:port` of each environment, asked for late since a port may be chosen at start. */
  readonly origins: Readonly<Record<EnvironmentName, () => string>>;
  readonly servicePrincipals: ServicePrincipalLookup;
  readonly people: PeopleOfTenant;
  readonly conditions: ConditionsStore;
}

/** The sandbox's Dataverse: its environments, global discovery, and the solution to import. */
export interface Dataverse {
  readonly environments: Readonly<Record<EnvironmentName, { readonly service: SandboxService }>>;
  readonly discovery: SandboxService;
  /** The environments themselves, for the API that administers them. */
  all(): readonly Environment[];
  /** Rows per environment and table, as the API itself would give them now. */
  state(): unknown;
  /** Forgets everything that happened and seeds anew; ids of seeded rows stay the same. */
  reset(): void;
  readonly solution: BuiltSolution;
}

/** Builds the services; they answer without a transport, so whoever listens hands each request on. */
export function createDataverse({ clock, verifyToken, origins, servicePrincipals, people, conditions }: DataverseParts): Dataverse {
  const fresh = (name: EnvironmentName): Environment => {
    const environment = createEnvironment({ name, clock, conditions, origin: origins[name], servicePrincipals, people, newId: randomUUID });
    seed(environment);
    return environment;
  };
  let environments = forEachEnvironment(fresh);
  const service = (name: EnvironmentName) => ({ service: createEnvironmentService(() => environments[name], verifyToken) });
  return {
    environments: forEachEnvironment(service),
    discovery: createDiscoveryService({ environments: () => Object.values(environments), verifyToken, conditions }),
    all: () => Object.values(environments),
    state: () => Object.fromEntries(environmentNames.map((name) => [name, stateOf(environments[name])])),
    reset: () => {
      environments = forEachEnvironment(fresh);
    },
    solution: solutionFile('good'),
  };
}

/** Where the rows of each table stand in the state; privileges are the same everywhere and left out. */
const stateNames: Partial<Record<TableName, string>> = {
  solution: 'solutions', publisher: 'publishers', solutioncomponent: 'solutioncomponents', systemuser: 'systemusers', role: 'roles',
  systemuserroles: 'systemuserroles', roleprivileges: 'roleprivileges', businessunit: 'businessunits', team: 'teams',
  teammembership: 'teammemberships', teamroles: 'teamroles', lead: 'leads', importjob: 'importjobs', asyncoperation: 'asyncoperations',
};

function stateOf(environment: Environment): unknown {
  settleConditions(environment);
  settleImports(environment);
  settlePeople(environment);
  const listed = Object.values(tables).flatMap(({ logicalName }) => {
    const name = stateNames[logicalName];
    const rows = environment.store.rows(logicalName).map((row) => ({ '@odata.etag': etagOf(row), ...row }));
    return name === undefined ? [] : [[name, rows] as const];
  });
  return Object.fromEntries(listed);
}
