import type { Change, SetupRun, StepId, StepState } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';

/** The free text in a run: names that people or Microsoft gave. */
export interface Texts {
  readonly environment: string;
  readonly application: string;
  readonly solution: string;
  readonly role: string;
  readonly person: string;
  readonly message: string;
}

/** When everything in these runs happened. */
export const at = '2026-11-22T14:02:00Z';
export const planHash = '5f1d7c0e9a';

type States = Partial<Record<StepId, StepState>>;
export type Variation = Partial<Omit<SetupRun, 'steps'>> & { readonly steps?: States };

export function journal(): SetupRun['journal'] {
  return ['POST dataverse /ImportSolutionAsync', 'POST dataverse /leads'].map((request, index) => ({
    id: `j${index}`,
    stepId: 'solution',
    request,
    intendedAt: at,
    by: 'Alex Wilber',
    outcome: { at, result: 'done', detail: '' },
  }));
}

export function changeOf(key: string, request: string, values?: Record<string, string>): Change {
  return { sentence: say(key, values), request, canBeUndone: true };
}
