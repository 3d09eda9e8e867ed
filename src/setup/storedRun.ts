import { z } from 'zod';

import { type SetupRun, setupRunSchema } from './run.ts';
import { steps } from './steps/index.ts';

type Stored = Readonly<Record<string, unknown>>;

const storedSchema = z.looseObject({ schemaVersion: z.int() });
const stepsSchema = z.looseObject({ inputs: z.record(z.string(), z.unknown()), steps: z.record(z.string(), z.unknown()) });

/** What leads from a record of version n to one of version n + 1. A step that has been released is never edited. */
const upgrades: Readonly<Record<number, (stored: Stored) => Stored>> = {
  1: (stored) => ({ ...stored, ...withAllSteps(stored), asks: [], schemaVersion: 2 }),
};

/**
 * A stored record as today's run, whatever version of the bot wrote it.
 *
 * @throws ZodError when it is no record of any version
 */
export function readStoredRun(record: unknown): SetupRun {
  let stored: Stored & { schemaVersion: number } = storedSchema.parse(record);
  for (let upgrade = upgrades[stored.schemaVersion]; upgrade; upgrade = upgrades[stored.schemaVersion]) {
    stored = storedSchema.parse(upgrade(stored));
  }
  return setupRunSchema.parse(stored);
}

/** Steps that did not exist yet begin where every step begins. */
function withAllSteps(stored: Stored) {
  const known = stepsSchema.parse(stored);
  const all = Object.values(steps);
  return {
    inputs: { ...Object.fromEntries(all.map(({ id, defaults }) => [id, defaults])), ...known.inputs },
    steps: { ...Object.fromEntries(all.map(({ id }) => [id, { status: 'waiting' }])), ...known.steps },
  };
}
