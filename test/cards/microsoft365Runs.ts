import type { Choices, Facts, Plan, SetupRun, StepId, StepState } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { at, changeOf, journal, planHash, type Texts, type Variation } from './runParts.ts';

const userPrincipalName = 'marketplace-lead-writer@contoso.onmicrosoft.com';

const sku = 'Dynamics 365 Sales Enterprise';

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
    ...(progress && { progress: { sentence: say(`${stepId}.${progress}`, { reason: 'AADSTS50034' }), since: at } }),
  });
  const values = { userName: userPrincipalName, name: userPrincipalName, licence: sku, domain: 'contoso.example' };
  const cureValues: Record<string, Record<string, string>> = { takenCure: { free: 'marketplace-lead-writer2' }, domainCure: { domain: 'contoso.onmicrosoft.com' } };
  const refused = (stepId: Microsoft365Step, reason: string, cure: string, choices?: Choices) => ({
    status: 'blocked' as const,
    at,
    reason: say(`${stepId}.${reason}`, values),
    cure: say(`${stepId}.${cure}`, cureValues[cure]),
    ...(choices && { choices }),
  });
  const inputs = {
    serviceUser: { displayName: texts.application.slice(0, 120), userName: 'marketplace-lead-writer', domain: 'contoso.onmicrosoft.com', usageLocation: 'FR', adoptedName: '' },
    licence: { skuId: skuIdOf(0) },
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
    licence: { skuId: skuIdOf(0), skuPartNumber: 'DYN365_ENTERPRISE_SALES', origin: 'made' },
    dataverseUser: { systemUserId: '5e000000-0000-4000-8000-000000000002', roleId: '40000000-0000-4000-8000-000000000001', roleName: texts.role },
    companionRole: { roleId: '40000000-0000-4000-8000-000000000009', name: `${texts.role} 2`, origin: 'made' },
    password: { setAt: at, renewBy: '2027-02-20T14:02:00Z', madeBy: person.objectId },
  } satisfies Facts;
  const proven = { ...done, evidence: provenOf(texts) };
  const allDone = { solution: done, serviceUser: done, licence: done, userRole: done, passwordAndProof: proven };
  const written = [...journal(), ...journal().map((entry) => ({ ...entry, id: `${entry.id}r`, stepId: 'userRole' as const }))];
  const atHandover = { facts: made, steps: allDone, journal: written };
  const adopted = { ...atHandover, facts: { ...made, serviceUser: { ...serviceUser, origin: 'found' as const, isTheirs: true }, licence: { ...made.licence, origin: 'found' as const }, password: undefined } };
  const unproven = { ...atHandover, steps: { ...allDone, passwordAndProof: { ...done, evidence: [say('passwordAndProof.notProven'), say('passwordAndProof.passwordKept')] } }, inputs: { ...noInputs(run), passwordAndProof: { proof: 'no' } } };
  const shown = { revealedAt: '2026-11-22T14:05:00Z', revealUntil: '2026-11-22T14:20:00Z' };
  const entered = { status: 'finished', handover: { ...shown, enteredAt: '2026-11-22T14:09:00Z' } } as const;

  return {
    userPlanning: upTo('serviceUser', { status: 'planning', since: at }),
    userPlanned: upTo('serviceUser', planned('serviceUser', { choices: domains })),
    userFound: upTo('serviceUser', planned('serviceUser', { plan: foundPlan, choices: domains })),
    userPlannedWithoutChoice: withInputs(upTo('serviceUser', planned('serviceUser')), { domain: '', usageLocation: '' }),
    userTaken: upTo('serviceUser', refused('serviceUser', 'taken', 'takenCure', domains)),
    userDeleted: upTo('serviceUser', refused('serviceUser', 'takenByDeleted', 'takenCure', domains)),
    userDomainFederated: upTo('serviceUser', refused('serviceUser', 'federated', 'domainCure', domains)),
    userDomainUnknown: upTo('serviceUser', refused('serviceUser', 'domainUnknown', 'domainCure', domains)),
    userNoDomain: upTo('serviceUser', refused('serviceUser', 'noDomain', 'noDomainCure')),
    userWithoutCountry: withInputs(upTo('serviceUser', refused('serviceUser', 'usageLocationMissing', 'usageLocationCure', domains)), { usageLocation: '' }),
    userWithoutRight: upTo('serviceUser', { ...refused('serviceUser', 'noRight', 'noRightCure'), lacksRight: true }),
    userAdoptedMissing: withInputs(upTo('serviceUser', refused('serviceUser', 'adoptedMissing', 'adoptedMissingCure', {})), { adoptedName: userPrincipalName }),
    userAdoptedDisabled: withInputs(upTo('serviceUser', refused('serviceUser', 'adoptedDisabled', 'adoptedDisabledCure', {})), { adoptedName: userPrincipalName }),
    userBlocked: upTo('serviceUser', planned('serviceUser', { plan: blockedPlan })),
    userBlockedApplying: upTo('serviceUser', { ...applying('serviceUser'), plan: blockedPlan }),
    userApplying: upTo('serviceUser', applying('serviceUser', 'waitingForUser')),
    licencePlanning: upTo('licence', { status: 'planning', since: at }),
    licencePlanned: upTo('licence', planned('licence', { choices: licences(2), remarks: [say('licence.free', { licence: sku, count: 3 })] })),
    licencePresent: upTo('licence', planned('licence', { plan: { ...plans.licence, summary: say('licence.summaryPresent', { ...values, environment: texts.environment }), notices: [], changes: plans.licence.changes.slice(1) } })),
    licencePlannedOfMany: upTo('licence', planned('licence', { choices: licences(9), remarks: [say('licence.free', { licence: sku, count: 3 })] })),
    licenceNoStock: upTo('licence', refused('licence', 'noStock', 'noStockCure')),
    licenceOtherFree: upTo('licence', refused('licence', 'chosenGone', 'chosenGoneCure', licences(2))),
    licenceUserGone: upTo('licence', refused('licence', 'userGone', 'userGoneCure')),
    licenceWithoutRight: upTo('licence', { ...refused('licence', 'noRight', 'noRightCure'), lacksRight: true }),
    licenceApplying: upTo('licence', applying('licence', 'waitingForLicence')),
    licenceSyncing: upTo('licence', applying('licence', 'waitingForUser')),
    userRolePlanning: upTo('userRole', { status: 'planning', since: at }),
    userRolePlanned: upTo('userRole', planned('userRole')),
    userRoleDisabled: upTo('userRole', refused('userRole', 'disabled', 'disabledCure')),
    userRoleApplying: upTo('userRole', applying('userRole')),
    passwordPlanning: upTo('passwordAndProof', { status: 'planning', since: at }),
    passwordPlanned: upTo('passwordAndProof', planned('passwordAndProof')),
    newPasswordPlanned: upTo('passwordAndProof', planned('passwordAndProof', { plan: newPasswordPlan(plans.passwordAndProof, values) })),
    passwordApplying: upTo('passwordAndProof', applying('passwordAndProof', 'waitingForRights')),
    newPasswordApplying: upTo('passwordAndProof', { ...applying('passwordAndProof'), plan: newPasswordPlan(plans.passwordAndProof, values) }),
    userFoundApplying: upTo('serviceUser', { ...applying('serviceUser'), plan: foundPlan }),
    licencePresentApplying: upTo('licence', { ...applying('licence'), plan: { ...plans.licence, changes: plans.licence.changes.slice(1) } }),

    passwordHandover: run(atHandover),
    passwordHandoverUnproven: run(unproven),
    passwordFinishedUnproven: run({ ...unproven, ...entered }),
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

function skuIdOf(index: number): string {
  return `1e1a282c-9c54-43a2-9310-00000000000${index}`;
}

function licences(count: number): Choices {
  const skuId = Array.from({ length: count }, (_, index) => ({ value: skuIdOf(index), title: say('licence.choice', { licence: `${sku} ${index}`, count: 3 * index + 2 }) }));
  return { skuId };
}

function noInputs(run: Around['run']): SetupRun['inputs'] {
  return run({}).inputs;
}

function withInputs(run: SetupRun, inputs: Record<string, string>): SetupRun {
  return { ...run, inputs: { ...run.inputs, serviceUser: { ...run.inputs.serviceUser, ...inputs } } };
}

function provenOf({ environment }: Texts) {
  return [say('passwordAndProof.proven', { userName: userPrincipalName, environment }), say('passwordAndProof.notSignedIn'), say('passwordAndProof.passwordKept')];
}

const foundPlan: Plan = {
  summary: say('serviceUser.summaryFound', { userName: userPrincipalName }),
  reversal: say('serviceUser.reversalFound'),
  notices: [say('serviceUser.makeAnother')],
  facts: [],
  changes: [],
};

function newPasswordPlan(plan: Plan, values: { userName: string }): Plan {
  return {
    ...plan,
    summary: say('passwordAndProof.summaryNewPassword', values),
    reversal: say('passwordAndProof.reversalNewPassword'),
    notices: [say('passwordAndProof.passwordReplaced'), ...plan.notices],
    changes: [{ ...changeOf('passwordAndProof.changePassword', 'PATCH graph /users/{id}', values), canBeUndone: false }, ...plan.changes],
  };
}

function plansOf({ application, role, environment }: Texts): Record<Microsoft365Step, Plan> {
  const names = { userName: userPrincipalName, licence: sku, environment, role, name: userPrincipalName };
  const reversal = (stepId: Microsoft365Step) => say(`${stepId}.reversal`);
  return {
    serviceUser: {
      summary: say('serviceUser.summary', names),
      reversal: reversal('serviceUser'),
      notices: [say('serviceUser.noticePassword'), say('serviceUser.noticeMultifactor')],
      facts: [
        { label: say('serviceUser.factUserName'), value: userPrincipalName },
        { label: say('serviceUser.factName'), value: application },
        { label: say('serviceUser.factUsageLocation'), value: 'FR' },
      ],
      changes: [changeOf('serviceUser.changeCreate', 'POST graph /users', names)],
    },
    licence: {
      summary: say('licence.summary', names),
      reversal: reversal('licence'),
      notices: [say('licence.billed')],
      facts: [
        { label: say('licence.factUser'), value: userPrincipalName },
        { label: say('licence.factLicence'), value: sku },
      ],
      changes: [changeOf('licence.changeAssign', 'POST graph /users/{id}/assignLicense', names), changeOf('licence.changeAdmit', 'POST powerPlatform /addUser', names)],
    },
    userRole: {
      summary: say('userRole.summary', names),
      reversal: reversal('userRole'),
      notices: [],
      facts: [
        { label: say('userRole.factUser'), value: userPrincipalName },
        { label: say('userRole.factRole'), value: role },
      ],
      changes: [changeOf('applicationUserAndRole.changeAssign', 'POST dataverse /systemusers({id})/systemuserroles_association/$ref', names)],
    },
    passwordAndProof: {
      summary: say('passwordAndProof.summary', names),
      reversal: reversal('passwordAndProof'),
      notices: [say('keyAndProof.sideEffects'), say('passwordAndProof.notSignedIn')],
      facts: [],
      changes: [changeOf('passwordAndProof.changeWrite', 'POST dataverse /leads', names), { ...changeOf('passwordAndProof.changeDelete', 'DELETE dataverse /leads({id})'), canBeUndone: false }],
    },
  };
}

const blockedPlan: Plan = {
  summary: say('serviceUser.summaryBlocked', { userName: userPrincipalName }),
  reversal: say('serviceUser.reversalBlocked'),
  notices: [say('serviceUser.noticeBlocked')],
  facts: [{ label: say('serviceUser.factUserName'), value: userPrincipalName }],
  changes: [{ sentence: say('serviceUser.changeEnable', { userName: userPrincipalName }), request: 'PATCH graph /users/{id} (accountEnabled)', canBeUndone: true }],
};
