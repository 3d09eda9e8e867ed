import { type Advanced, advance, withStep } from './advance.ts';
import { samePerson, withdrawn } from './asking.ts';
import type { Person, SetupRun, StepId, StepState } from './run.ts';

/** A planned step, and whose approval it gets when. */
export interface Approved {
  readonly stepId: StepId;
  readonly state: StepState & { status: 'planned' };
  readonly by: Person;
  readonly at: string;
}

/** The step is being applied, nobody else is waited for about it, and whatever can be planned meanwhile is. */
export function withApproval(run: SetupRun, { stepId, state, by, at }: Approved): Advanced {
  const { plan, planHash } = state;
  const applying = { status: 'applying', plan, planHash, approvedBy: by, approvedAt: at, begun: false } as const;
  const decided = withdrawn(run, ({ about, person }) => about === stepId && !(person && samePerson(person, by)));
  const advanced = advance(withStep(decided, stepId, applying), at);
  return { run: advanced.run, enqueue: [{ task: { kind: 'apply', stepId } }, ...advanced.enqueue] };
}
