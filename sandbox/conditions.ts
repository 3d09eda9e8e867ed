import { z } from 'zod';
import type { TenantClock } from './clock.ts';
import { duration, toMilliseconds } from './duration.ts';
import { microsoft365Conditions } from './microsoft365Conditions.ts';
import { personaNames } from './personas.ts';

const upTo = (longest: string, usual: string) =>
  duration.refine((text) => toMilliseconds(text) <= toMilliseconds(longest), `At most ${longest}.`).default(usual);

/**
 * How long the tenant takes to see its own changes, on the tenant's clock.
 *
 * Microsoft promises no times: 5 to 60 seconds have been measured for a new application and its first key. The usual ones are
 * short, so that a demo does not drag, and long enough that code without retries fails.
 */
const replication = z.strictObject({
  /** A new application, until a service principal can be made for it. */
  applicationToServicePrincipal: upTo('PT60S', 'PT3S'),
  /** A new application or service principal, until `$filter` finds it; reading it by a key works at once. */
  filter: upTo('PT60S', 'PT2S'),
  /** A new application, until the token endpoint knows it (AADSTS700016 before). */
  applicationToToken: upTo('PT60S', 'PT3S'),
  /** A new key, until the token endpoint takes it (AADSTS7000215 before). */
  keyToToken: upTo('PT60S', 'PT4S'),
  /** A new key, until reading its application lists it; it can be removed at once. */
  keyToApplication: upTo('PT60S', 'PT0S'),
  /** A new service principal, until Dataverse finds it (0x80072559 before). */
  servicePrincipalToDataverse: upTo('PT60S', 'PT0S'),
  /** A new application user, until it is a member everywhere (0x80072560 before). */
  applicationUser: upTo('PT60S', 'PT4S'),
});

const keyPolicy = z.union([
  z.literal('none'),
  z.strictObject({ forbidden: z.literal(true) }),
  z.strictObject({ maxLifetime: duration }),
]);

/** What can be set in the tenant from outside; each part has the value of an ordinary tenant unless it is set. */
export const conditionsSchema = z.strictObject({
  /** Who may register applications: holders of a directory role for it, or everybody. */
  registration: z.enum(['administrators', 'everybody']).default('administrators'),
  /** What the tenant's app management policy says about keys of applications. */
  keyPolicy: keyPolicy.default('none'),
  /** Eligible roles need a licence of their own (Entra ID P2 or Governance). */
  privilegedIdentityManagement: z.enum(['licensed', 'unlicensed']).default('licensed'),
  replication: replication.prefault({}),
  /** Whether solutions find in the environment what they depend on. */
  solutionDependency: z.enum(['met', 'missing']).default('met'),
  /** A solution of the good one's name that is already there: a higher version, a lower one, an unmanaged one, another publisher's. */
  installed: z.enum(['nothing', 'newer', 'older', 'unmanaged', 'otherPublisher']).default('nothing'),
  /** How many components of others depend on a managed solution, which then cannot be uninstalled. */
  dependents: z.number().int().min(0).max(20).default(0),
  /** The role that the solution brings: open to edits, locked by its managed property, or already with everything that is added by hand. */
  leadWriterRole: z.enum(['customizable', 'locked', 'complete']).default('customizable'),
  /** An import from its start to its end; Microsoft's takes minutes. */
  importTakes: upTo('PT3H', 'PT20S'),
  /** How the next import ends; the one after it is as usual again. */
  nextImport: z.union([z.literal('usual'), z.strictObject({ errors: z.array(z.string().min(1)).min(1) })]).default('usual'),
  /** Somebody else's import, from the moment that this is set; until it ends no other can begin. */
  otherImport: z.union([z.literal('none'), z.strictObject({ lasts: duration })]).default('none'),
  /** The personas whose environments global discovery leaves out, whatever they are there. */
  undiscovered: z.array(z.enum(personaNames)).default([]),
  /** How the key vaults answer: as usual, with Azure RBAC; by access policies instead; too many requests; not to this network. */
  vault: z.enum(['usual', 'accessPolicies', 'throttled', 'firewalled']).default('usual'),
  microsoft365: microsoft365Conditions.prefault({}),
});

export type Conditions = z.output<typeof conditionsSchema>;

/** The conditions of the tenant as they are now. */
export interface ConditionsStore {
  get(): Conditions;
  /** Replaces the parts that are given, each as a whole; throws a `ZodError` and changes nothing when one is wrong. */
  set(changes: unknown): Conditions;
  /** When a part was last set, in milliseconds on the tenant's clock; undefined when it never was. */
  setAtMs(part: keyof Conditions): number | undefined;
  reset(): void;
}

const changesSchema = z.record(z.string(), z.unknown());

export function createConditions(clock: TenantClock): ConditionsStore {
  const times = new Map<string, number>();
  let current = conditionsSchema.parse({});
  return {
    get: () => current,
    set: (changes) => {
      const parts = changesSchema.parse(changes);
      current = conditionsSchema.parse({ ...current, ...parts });
      for (const part of Object.keys(parts)) times.set(part, clock.now());
      return current;
    },
    setAtMs: (part) => times.get(part),
    reset: () => {
      current = conditionsSchema.parse({});
      times.clear();
    },
  };
}
