import type { Plan, StepId } from '../setup/run.ts';

interface Other {
  readonly name: string;
  readonly isMeant: (plan: Plan) => boolean;
}

/** Steps whose plan may be about less than usual, or about something else. */
const others: Partial<Record<StepId, readonly Other[]>> = {
  application: [{ name: 'applicationFound', isMeant: ({ usesWhatWasThere }) => usesWhatWasThere === true }],
  keyAndProof: [{ name: 'keyOnly', isMeant: (plan) => !sends(plan, 'POST dataverse /leads') }],
  serviceUser: [
    { name: 'serviceUserBlocked', isMeant: (plan) => sends(plan, 'PATCH graph /users/{id} (accountEnabled)') },
    { name: 'serviceUserFound', isMeant: (plan) => !sends(plan, 'POST graph /users') },
  ],
  licence: [{ name: 'licencePresent', isMeant: (plan) => !sends(plan, 'POST graph /users/{id}/assignLicense') }],
  passwordAndProof: [{ name: 'newPassword', isMeant: (plan) => sends(plan, 'PATCH graph /users/{id}') }],
};

/** The key under `card.button.approve` and `card.stepApplying`: the button and the card name what is approved. */
export function nameOfPlan(stepId: StepId, plan: Plan): string {
  return others[stepId]?.find(({ isMeant }) => isMeant(plan))?.name ?? stepId;
}

function sends({ changes }: Plan, request: string): boolean {
  return changes.some((change) => change.request === request);
}
