import type { Choices, Facts, Plan, SetupRun, StepId, StepState } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { at, changeOf, journal, planHash, type Texts, type Variation } from './runParts.ts';

const userPrincipalName = 'marketplace-lead-writer@contoso.onmicrosoft.com';

type Microsoft365Step = 'serviceUser' | 'licence' | 'userRole' | 'passwordAndProof';

interface Around {
  readonly texts: Texts;
  readonly person: SetupRun['startedBy'];
  /** A run on this way. */
  readonly run: (change: Variation) => SetupRun;
  readonly facts: Facts;
}

/** The states of the Microsoft 365 way that the living card knows. */
export function microsoft365Runs({ texts, person, run, facts: { directory, solution, testLead } }: Around) {
  const plans = plansOf(texts);
  const done: StepState & { status: 'done' } = { status: 'done', at, evidence: [], approvedBy: person };
  const planned = (stepId: Microsoft365Step, more: Partial<StepState & { status: 'planned' }> = {}) => ({ status: 'planned' as const, plan: plans[stepId], planHash, at, ...more });
  const applying = (stepId: Microsoft365Step, progress?: string) => ({
    status: 'applying' as const,
    plan: plans[stepId],
    planHash,
    approvedBy: person,
    approvedAt: at,
    begun: true,
    ...(progress && { progress: { sentence: say(progress), since: at } }),
  });
  const inputs = {
    serviceUser: { displayName: texts.application, userName: 'marketplace-lead-writer', domain: 'contoso.onmicrosoft.com', usageLocation: 'FR' },
    licence: { skuId: 'sku-sales' },
  };
  const upTo = (stepId: StepId, state: StepState) => {
    const before = order.slice(0, order.indexOf(stepId));
    return run({ inputs: { ...noInputs(run), ...inputs }, steps: { ...Object.fromEntries(before.map((id) => [id, done])), [stepId]: state }, journal: journal() });
  };
  const serviceUser = { objectId: 'd5e00000-0000-4000-8000-000000000001', userPrincipalName, displayName: texts.application, origin: 'made' } as const;
  const made = {
    directory,
    solution,
    testLead,
    serviceUser,
    licence: { skuId: 'sku-sales', skuPartNumber: 'DYN365_ENTERPRISE_SALES', origin: 'made' },
    dataverseUser: { systemUserId: '5e000000-0000-4000-8000-000000000002', roleId: '40000000-0000-4000-8000-000000000001', roleName: texts.role },
    companionRole: { roleId: '40000000-0000-4000-8000-000000000009', name: `${texts.role} 2`, origin: 'made' },
    password: { setAt: at, renewBy: '2027-02-20T14:02:00Z', madeBy: person.objectId },
  } satisfies Facts;
  const proven = { ...done, evidence: provenOf(texts) };
  const allDone = { solution: done, serviceUser: done, licence: done, userRole: done, passwordAndProof: proven };
  const written = [...journal(), ...journal().map((entry) => ({ ...entry, id: `${entry.id}r`, stepId: 'userRole' as const }))];
  const atHandover = { facts: made, steps: allDone, journal: written };
  const adopted = { ...atHandover, facts: { ...made, serviceUser: { ...serviceUser, origin: 'found' as const }, licence: { ...made.licence, origin: 'found' as const }, password: undefined } };
  const shown = { revealedAt: '2026-11-22T14:05:00Z', revealUntil: '2026-11-22T14:20:00Z' };
  const entered = { status: 'finished', handover: { ...shown, enteredAt: '2026-11-22T14:09:00Z' } } as const;

  return {
    userPlanning: upTo('serviceUser', { status: 'planning', since: at }),
    userPlanned: upTo('serviceUser', planned('serviceUser', { choices: domains })),
    userPlannedWithoutCountry: withoutCountry(upTo('serviceUser', planned('serviceUser', { choices: domains }))),
    userTaken: upTo('serviceUser', { status: 'blocked', at, reason: say('solution.noFile'), cure: say('solution.noFileCure'), choices: domains }),
    userDeleted: upTo('serviceUser', { status: 'blocked', at, reason: say('applicationUserAndRole.deleted', { name: userPrincipalName }), cure: say('applicationUserAndRole.deletedCure'), choices: domains }),
    userWithoutRight: upTo('serviceUser', { status: 'blocked', at, reason: say('check.createUsers.missing'), cure: say('check.createUsers.cure'), lacksRight: true }),
    userApplying: upTo('serviceUser', applying('serviceUser')),
    licencePlanning: upTo('licence', { status: 'planning', since: at }),
    licencePlanned: upTo('licence', planned('licence', { choices: licences(2), remarks: [say('application.noConsent')] })),
    licencePlannedOfMany: upTo('licence', planned('licence', { choices: licences(9) })),
    licenceNoStock: upTo('licence', { status: 'blocked', at, reason: say('solution.noFile'), cure: say('solution.noFileCure') }),
    licenceOtherFree: upTo('licence', { status: 'blocked', at, reason: say('solution.noFile'), cure: say('solution.noFileCure'), choices: licences(2) }),
    licenceApplying: upTo('licence', applying('licence', 'applicationUserAndRole.waitingForUser')),
    userRolePlanning: upTo('userRole', { status: 'planning', since: at }),
    userRolePlanned: upTo('userRole', planned('userRole')),
    userRoleApplying: upTo('userRole', applying('userRole')),
    passwordPlanning: upTo('passwordAndProof', { status: 'planning', since: at }),
    passwordPlanned: upTo('passwordAndProof', planned('passwordAndProof')),
    passwordApplying: upTo('passwordAndProof', applying('passwordAndProof')),

    passwordHandover: run(atHandover),
    passwordLapsed: run({ ...atHandover, steps: { ...allDone, passwordAndProof: { ...proven, at: '2026-11-21T14:02:00Z' } } }),
    passwordRevealed: run({ ...atHandover, handover: shown }),
    passwordRevealOver: run({ ...atHandover, handover: { revealedAt: shown.revealedAt, revealUntil: '2026-11-22T14:09:00Z' } }),
    ownPasswordHandover: run(adopted),
    passwordFinished: run({ ...atHandover, ...entered }),
    ownPasswordFinished: run({ ...adopted, status: 'finished', handover: { enteredAt: '2026-11-22T14:09:00Z' } }),
    passwordCancelled: run({ ...atHandover, status: 'cancelled', cancelledAt: at }),
  };
}

const order: readonly StepId[] = ['solution', 'serviceUser', 'licence', 'userRole', 'passwordAndProof'];

const domains: Choices = { domain: ['contoso.onmicrosoft.com', 'contoso.example'].map((value) => ({ value, title: say('card.environment.test', { name: value }) })) };

function licences(count: number): Choices {
  const skuId = Array.from({ length: count }, (_, index) => ({
    value: index === 0 ? 'sku-sales' : `sku-${index}`,
    title: say('card.environment.test', { name: `DYN365_ENTERPRISE_SALES ${index}` }),
  }));
  return { skuId };
}

function noInputs(run: Around['run']): SetupRun['inputs'] {
  return run({}).inputs;
}

function withoutCountry(run: SetupRun): SetupRun {
  return { ...run, inputs: { ...run.inputs, serviceUser: { ...run.inputs.serviceUser, usageLocation: '' } } };
}

function provenOf({ application: name, environment }: Texts) {
  return [say('keyAndProof.proven', { name, environment })];
}

function plansOf({ application: name, role }: Texts): Record<Microsoft365Step, Plan> {
  const nothing = { reversal: say('application.reversal'), notices: [], facts: [] };
  return {
    serviceUser: {
      ...nothing,
      summary: say('application.summary', { name }),
      facts: [{ label: say('applicationUserAndRole.factUser'), value: userPrincipalName }],
      changes: [changeOf('application.changeCreate', 'POST graph /users', { name })],
    },
    licence: {
      ...nothing,
      summary: say('application.summary', { name }),
      notices: [say('keyAndProof.sideEffects')],
      changes: [changeOf('application.changeCreate', 'POST graph /users/{id}/assignLicense', { name })],
    },
    userRole: {
      ...nothing,
      summary: say('application.summary', { name }),
      changes: [changeOf('applicationUserAndRole.changeAssign', 'POST dataverse /systemusers({id})/systemuserroles_association/$ref', { role })],
    },
    passwordAndProof: {
      ...nothing,
      summary: say('application.summary', { name }),
      notices: [say('keyAndProof.sideEffects')],
      changes: [changeOf('keyAndProof.changeWrite', 'POST dataverse /leads')],
    },
  };
}
