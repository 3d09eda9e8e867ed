import { withStep } from '../advance.ts';
import { steps } from '../steps/index.ts';
import { chooseByAddress } from './choose.ts';
import { type Decide, refuse } from './decision.ts';

/** What a person typed into a card: an address, or other details for a step that awaits approval. */
export const submit: Decide = (run, context) => {
  const { stepId, address, displayName, months, email } = context.command.data;
  if (!stepId) return address ? chooseByAddress(run, address, context) : refuse('notice.nothingEntered');
  if (run.steps[stepId].status !== 'planned') return refuse('notice.detailsTooLate');
  const given = Object.entries({ displayName, months, email: email?.trim() }).filter(([, value]) => value !== undefined);
  const inputs = steps[stepId].inputs.safeParse({ ...run.inputs[stepId], ...Object.fromEntries(given) });
  if (!inputs.success) return refuse('notice.detailsWrong');
  const changed = { ...run, inputs: { ...run.inputs, [stepId]: inputs.data } };
  return {
    kind: 'move',
    run: withStep(changed, stepId, { status: 'planning', since: context.now }),
    enqueue: [{ task: { kind: 'plan', stepId } }],
  };
};
