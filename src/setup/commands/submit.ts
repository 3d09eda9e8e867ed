import { withStep } from '../advance.ts';
import type { StepState } from '../run.ts';
import { steps } from '../steps/index.ts';
import { chooseByAddress } from './choose.ts';
import { type Decide, refuse } from './decision.ts';

const details = ['displayName', 'months', 'email', 'userName', 'domain', 'usageLocation', 'adoptedName', 'skuId', 'proof'] as const;

/** What a person typed into a card: an address, or other details for a step that awaits approval or cannot go on with the present ones. */
export const submit: Decide = (run, context) => {
  const { stepId, address, ...data } = context.command.data;
  if (!stepId) return address ? chooseByAddress(run, address, context) : refuse('notice.nothingEntered');
  if (!takesDetails(run.steps[stepId])) return refuse('notice.detailsTooLate');
  const given = details.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name].trim()]]));
  const inputs = steps[stepId].inputs.safeParse({ ...run.inputs[stepId], ...Object.fromEntries(given) });
  if (!inputs.success) return refuse('notice.detailsWrong');
  const changed = { ...run, inputs: { ...run.inputs, [stepId]: inputs.data } };
  return {
    kind: 'move',
    run: withStep(changed, stepId, { status: 'planning', since: context.now }),
    enqueue: [{ task: { kind: 'plan', stepId } }],
  };
};

function takesDetails(state: StepState): boolean {
  return state.status === 'planned' || (state.status === 'blocked' && state.choices !== undefined);
}
