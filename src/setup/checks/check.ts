import type { Microsoft } from '../ports/microsoft.ts';
import type { CheckResult, Environment, Facts, Path, Person } from '../run.ts';

/** One prerequisite: read only, verdict by what the tenant says. Only a proven no is `blocked`. */
export interface Check {
  /** `PRE-001` … ; stable, shown to people. */
  readonly code: string;
  readonly paths: readonly Path[];
  /** undefined when nothing can be said: the person cannot come in to look. */
  read(context: CheckContext): Promise<Pick<CheckResult, 'verdict' | 'found' | 'cure'> | undefined>;
}

export interface CheckContext {
  readonly microsoft: Microsoft;
  readonly actor: Person;
  readonly environment: Environment;
  /** The person as Dataverse knows them; undefined when they are no user of the environment. */
  readonly administrator: Facts['administrator'];
  /** Template ids of the person's active directory roles; undefined when Entra would not tell. */
  readonly directoryRoles: readonly string[] | undefined;
  /** Template ids of the roles that they could activate now. */
  readonly eligibleRoles: readonly string[];
}
