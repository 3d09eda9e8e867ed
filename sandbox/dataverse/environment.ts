import type { TenantClock } from '../clock.ts';
import type { Conditions, ConditionsStore } from '../conditions.ts';
import { environmentFacts, type EnvironmentFacts, type EnvironmentName } from '../environments.ts';
import type { PeopleOfTenant } from './people.ts';
import { seedId } from './seedId.ts';
import type { SolutionFile } from './solutionFile.ts';
import { createStore, type Store } from './store.ts';

/** What Entra knows of an application in this tenant; undefined while it has no service principal here. */
export type ServicePrincipalLookup = (appId: string) => { objectId: string; appId: string; displayName: string } | undefined;

/** An import as the environment remembers it; its visible rows are worked out from the clock. */
export interface SolutionImport {
  readonly jobId: string;
  readonly operationId: string;
  readonly file: SolutionFile;
  readonly startedAtMs: number;
  readonly callerId: string;
  readonly overwrite: boolean;
  readonly takesMs: number;
  /** What it ends with instead of what it would come to. */
  readonly doomedBy: readonly string[];
  outcome: 'running' | 'succeeded' | 'failed';
  /** Why it failed, in the words of its rows. */
  failures: readonly string[];
}

/** One Dynamics 365 environment: its rows, and what it remembers beside them. */
export interface Environment extends EnvironmentParts, EnvironmentFacts {
  /** As the Power Platform names it. */
  readonly environmentId: string;
  readonly organizationId: string;
  readonly rootBusinessUnitId: string;
  readonly store: Store;
  /** When an application user begins to be known everywhere, by its id. */
  readonly readyAtMs: Map<string, number>;
  /** When somebody forced a person in, by the person's object id. */
  readonly forcedAtMs: Map<string, number>;
  /** Who was disabled because they were in Entra, and since when they may sign in there again; by object id. */
  readonly disabledWithEntra: Map<string, number | undefined>;
  /** Object ids of the people who were in the directory when the environment was seeded. */
  readonly presentAtStart: ReadonlySet<string>;
  readonly stagedFiles: Map<string, SolutionFile>;
  readonly imports: SolutionImport[];
  /** The conditions that the rows already follow. */
  readonly applied: { installed: Conditions['installed']; leadWriterRole: Conditions['leadWriterRole'] };
}

export interface EnvironmentParts {
  readonly name: EnvironmentName;
  readonly clock: TenantClock;
  readonly conditions: ConditionsStore;
  readonly origin: () => string;
  readonly servicePrincipals: ServicePrincipalLookup;
  readonly people: PeopleOfTenant;
  readonly newId: () => string;
}

/** An environment without a row; the seed fills it. Its own ids are the same after every reset. */
export function createEnvironment(parts: EnvironmentParts): Environment {
  return {
    ...parts,
    ...environmentFacts[parts.name],
    environmentId: seedId(parts.name, 'environment'),
    organizationId: seedId(parts.name, 'organization'),
    rootBusinessUnitId: seedId(parts.name, 'businessunit', 'root'),
    store: createStore(() => parts.clock.now()),
    readyAtMs: new Map(),
    forcedAtMs: new Map(),
    disabledWithEntra: new Map(),
    presentAtStart: new Set(parts.people.all().map(({ objectId }) => objectId)),
    stagedFiles: new Map(),
    imports: [],
    applied: { installed: 'nothing', leadWriterRole: 'customizable' },
  };
}
