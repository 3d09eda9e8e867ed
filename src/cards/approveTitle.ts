import type { Plan, StepId } from '../setup/run.ts';

interface Other {
  readonly name: string;
  readonly isMeant: (requests: readonly string[]) => boolean;
}

/** Steps whose plan may be about less than usual, or about something else. */
const others: Partial<Record<StepId, Other>> = {
  serviceUser: { name: 'serviceUserFound', isMeant: (requests) => !requests.includes('POST graph /users') },
  licence: { name: 'licencePresent', isMeant: (requests) => !requests.includes('POST graph /users/{id}/assignLicense') },
  passwordAndProof: { name: 'newPassword', isMeant: (requests) => requests.includes('PATCH graph /users/{id}') },
};

/** The key of the approving button's title under `card.button`: it names what is approved. */
export function approveTitle(stepId: StepId, { changes }: Plan): string {
  const other = others[stepId];
  const isOther = other?.isMeant(changes.map(({ request }) => request));
  return `approve.${other && isOther ? other.name : stepId}`;
}
