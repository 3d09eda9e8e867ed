import type { Ids } from './ports/tools.ts';
import { type Person, type SetupRun, setupRunSchema } from './run.ts';
import { steps } from './steps/index.ts';

/** A setup of which nothing is known yet but who asked for it and where. */
export function newRun(person: Person, conversationId: string, now: string, ids: Ids): SetupRun {
  const waiting = { status: 'waiting' } as const;
  return setupRunSchema.parse({
    schemaVersion: 2,
    id: ids.short(),
    version: 1,
    conversationId,
    startedBy: person,
    startedAt: now,
    updatedAt: now,
    status: 'active',
    signedIn: false,
    discovery: waiting,
    offered: [],
    prerequisites: waiting,
    checks: [],
    inputs: Object.fromEntries(Object.values(steps).map(({ id, defaults }) => [id, defaults])),
    steps: Object.fromEntries(Object.keys(steps).map((id) => [id, waiting])),
    facts: {},
    handover: {},
    asks: [],
    journal: [],
  } satisfies Record<keyof Omit<SetupRun, 'environment' | 'path' | 'signedInAt' | 'signInEndedAt' | 'signedOutAt' | 'lastProof' | 'allAtOnce' | 'allAtOnceEndedAt' | 'pausedAt' | 'lookedBackAt' | 'drift' | 'mending' | 'cancelledAt' | 'askedToTakeOver' | 'takenOverBy' | 'undo'>, unknown>);
}
