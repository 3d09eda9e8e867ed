import { withoutAllAtOnce } from '../allAtOnce.ts';
import { withStep } from '../advance.ts';
import type { Inputs, StepId, StepState } from '../run.ts';
import { steps } from '../steps/index.ts';
import { chooseByAddress } from './choose.ts';
import type { Command } from './command.ts';
import { type Decide, refuse } from './decision.ts';

const details = ['displayName', 'months', 'email', 'userName', 'domain', 'usageLocation', 'adoptedName', 'skuId', 'proof', 'vault', 'vaultSecret', 'appId'] as const;

/** What a person typed into a card: an address, or other details for a step that awaits approval or cannot go on with the present ones. */
export const submit: Decide = (run, context) => {
  const { stepId, address } = context.command.data;
  if (!stepId) return address ? chooseByAddress(run, address, context) : refuse('notice.nothingEntered');
  if (!takesDetails(run.steps[stepId])) return refuse('notice.detailsTooLate');
  const inputs = withEntered(stepId, run.inputs[stepId], context.command.data);
  if (!inputs.success) return refuse('notice.detailsWrong');
  // What is asked alone anyway may be chosen without giving up the approval of the others.
  const changed = { ...(steps[stepId].isAskedAlone ? run : withoutAllAtOnce(run)), inputs: { ...run.inputs, [stepId]: inputs.data } };
  return {
    kind: 'move',
    run: withStep(changed, stepId, { status: 'planning', since: context.now }),
    enqueue: [{ task: { kind: 'plan', stepId } }],
  };
};

/** A step's inputs with what a card's fields say in their place; not a success when the step does not take them. */
export function withEntered(stepId: StepId, inputs: Inputs, data: Command['data']) {
  const given = details.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name].trim()]]));
  return steps[stepId].inputs.safeParse({ ...inputs, ...Object.fromEntries(given) });
}

function takesDetails(state: StepState): boolean {
  return state.status === 'planned' || (state.status === 'blocked' && state.choices !== undefined);
}
