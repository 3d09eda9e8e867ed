import { z } from 'zod';

import { type Environment, type Facts, inputsSchema, type pathSteps, type Plan, type SetupRun, setupRunSchema, stepIds, stepIdSchema, type StepState } from '../../src/setup/run.ts';
import { steps as stepsById } from '../../src/setup/steps/index.ts';
import { type Sentence, say } from '../../src/setup/sentence.ts';
import { componentKinds, type ComponentKind } from '../../src/setup/solutionComponents.ts';
import { driftRuns } from './driftRuns.ts';
import { microsoft365Runs } from './microsoft365Runs.ts';
import { undoRuns } from './undoRuns.ts';
import { at, changeOf, journal, planHash, type Texts, type Variation } from './runParts.ts';

export { planHash, type Texts } from './runParts.ts';

export const shortTexts: Texts = {
  environment: 'Contoso',
  application: 'Marketplace Lead Writer',
  solution: 'Microsoft Marketplaces Lead Integration',
  role: 'Microsoft Marketplace Lead Writer',
  person: 'Alex Wilber',
  message: 'Principal user is missing prvCreateSolution privilege (Id=a1e10000-0000-4000-8000-000000000009).',
};

const nasty = 'A *bold* _name_ with [a link](https://evil.example), `code`, <b>HTML</b>, ${runId} and {{DATE(2026-11-22T14:00:00Z)}}, a\nline \\ and ~tilde~ ';
const long = nasty.padEnd(300, 'Zürich-Prüfung ');
export const longTexts: Texts = { environment: long, application: long, solution: long, role: long, person: long, message: long.repeat(8) };

/** The longest that Microsoft lets people write, as somebody might: names of 120 characters, Markdown, emoji, French; a message of 600. */
export const realisticTexts: Texts = {
  environment: '🚀 Environnement de préproduction – équipe *Ventes & Marketing* [Europe du Sud] #2 (ne pas supprimer avant le 31/12/2027 !)',
  application: 'Application d’écriture des prospects de la place de marché commerciale Microsoft – Société Générale de Distribution S.A.S.',
  solution: 'Microsoft_Marketplaces_Lead_Integration_Solution_for_Dynamics_365_Customer_Engagement_Managed_Release_Candidate_20261122_fr',
  role: 'Microsoft Marketplace Lead Writer (rôle personnalisé – accès restreint au niveau de l’unité commerciale « Europe du Sud »)',
  person: 'Marie-Élisabeth de La Rochefoucauld-Villeneuve-d’Ascq, administratrice générale déléguée (prestataire externe, Lyon)',
  message: `Principal user (Id=a1e10000-0000-4000-8000-000000000009, type=8, roleCount=3, privilegeCount=412, accessMode=0), is missing prvCreateSolution privilege (Id=a1e10000-0000-4000-8000-00000000000a) on OTC=7100 for entity 'solution' (LocalizedName='Solution'). context.Caller=a1e10000-0000-4000-8000-000000000009. Consider adding missed privilege to one of the principal (user/team) roles. ${'Microsoft.Crm.CrmSecurityException: SecLib::AccessCheckEx2 failed. Returned hr = -2147220960, ObjectID: 50000000-0000-4000-8000-000000000001. '.repeat(2)}`.slice(0, 600),
};
/** What every card is checked and shown with. */
export const allTexts = { short: shortTexts, realistic: realisticTexts, long: longTexts } satisfies Record<string, Texts>;

/** The moment at which the cards of these runs are looked at. */
export const now = new Date('2026-11-22T14:10:00Z');
const startedAt = '2026-11-22T14:00:00Z';
export const secret = 'aB3~_x8Q*y-secret-of-the-test-7fKq';

const tenantId = '7e0a0000-0000-4000-8000-000000000001';
const appId = 'c0ffee00-0000-4000-8000-000000000002';
const factAppId = { label: say('application.factAppId'), value: appId };

const defaults = z.record(stepIdSchema, inputsSchema).parse(Object.fromEntries(Object.values(stepsById).map((step) => [step.id, step.defaults])));
const serviceUser = { objectId: '05e00000-0000-4000-8000-000000000001', userPrincipalName: 'marketplace-lead-writer@contoso.onmicrosoft.com', displayName: 'Marketplace Lead Writer', origin: 'found' } as const;

const ownKey = { keyId: '4e000000-0000-4000-8000-000000000002', displayName: 'My key', endsAt: '2028-11-21T14:05:00Z', isByHand: true };

/** Steps that have a plan here. */
type PlannedStep = (typeof pathSteps)['entra'][number];
/** Runs in every state that the living card knows, with these texts in them. */
export function runsWith(texts: Texts) {
  const { contoso, contosoTest } = environments(texts);
  const person = { tenantId, objectId: 'a1e10000-0000-4000-8000-000000000001', channelUserId: '29:alex', channelId: 'msteams', name: texts.person };
  const run = (change: Variation = {}) => buildRun(person, change);
  const read = { status: 'read', at } as const;
  const chosen = { signedIn: true, discovery: read, offered: [contoso, contosoTest], environment: contoso };
  const checked = { ...chosen, prerequisites: read, checks: checks(texts) };
  const onPath = (change: Variation) => run({ ...checked, path: 'entra', ...change });
  const made = facts(texts);
  const approval = (stepId: PlannedStep) => ({ plan: plans(texts)[stepId], planHash, approvedBy: person, approvedAt: at });
  const done: StepState & { status: 'done' } = { status: 'done', at, evidence: [], approvedBy: person };
  const proven = { ...done, evidence: [say('keyAndProof.proven', { name: texts.application, environment: texts.environment })] };
  const planned = (stepId: PlannedStep) => ({ status: 'planned' as const, plan: plans(texts)[stepId], planHash, at });
  const importing: StepState = { status: 'applying', ...approval('solution'), begun: true, progress: { sentence: say('solution.importing'), percent: 42, since: at } };
  const allDone = { solution: done, application: done, applicationUserAndRole: done, keyAndProof: proven };
  const byHand = (...missing: Sentence[]) => ({ status: 'byHand' as const, since: at, ...(missing.length > 0 && { missing }) });
  const on365 = (states: Variation['steps']) => run({ ...checked, path: 'microsoft365', facts: { solution: made.solution, serviceUser }, steps: { solution: done, ...states }, journal: journal() });
  const on365Way = microsoft365Runs({ texts, person, run: (change) => onPath({ path: 'microsoft365', ...change }), facts: made });
  const allAtOnce = { approvedBy: person, approvedAt: at, foreseen: {} };
  const unproven = { ...defaults, keyAndProof: { months: '24', proof: 'no' } };
  const unprovenDone = { ...allDone, keyAndProof: { ...done, evidence: [say('keyAndProof.unproven', { name: texts.application, environment: texts.environment })] } };
  const vaultNames = { name: 'marketplace-lead-writer', vault: 'https://contoso-leads.vault.azure.net' };
  const withVault = { ...defaults, keyAndProof: { months: '24', proof: 'yes', vault: vaultNames.vault, vaultSecret: vaultNames.name } };
  const keyPlan = plans(texts).keyAndProof;
  const vaultPlan = {
    ...keyPlan,
    notices: [say('keyAndProof.sideEffects'), say('keyAndProof.intoVault', vaultNames), say('keyAndProof.newVersion', vaultNames)],
    changes: [...keyPlan.changes, { sentence: say('keyAndProof.changeVault', vaultNames), request: 'PUT keyVault /secrets/{name}', canBeUndone: true }],
  };
  const inVault = { ...made, vaultSecret: { address: vaultNames.vault, name: vaultNames.name, keyId: '4e000000-0000-4000-8000-000000000001', version: '4387e9f3d6e14c459867679a90fd0f79' } };
  const vaultDone = { ...allDone, keyAndProof: { ...done, evidence: [say('keyAndProof.proven', { name: texts.application, environment: texts.environment }), say('keyAndProof.inVault', vaultNames)] } };
  const byHandDone = { ...allDone, keyAndProof: { ...done, evidence: [say('keyAndProof.keyByHand', { name: texts.application })] } };
  const atHandover = { facts: made, steps: allDone, journal: journal() };
  const shown = { revealedAt: '2026-11-22T14:05:00Z', revealUntil: '2026-11-22T14:20:00Z' };
  const demanded = { service: 'entra', status: 400, code: 'AADSTS50076', message: texts.message, requestId: 'b2c3d4e5-0000-4000-8000-000000000003' } as const;
  const claims = { code: 'E-CLAIMS', sentence: say('error.claims'), upstream: demanded, claims: '{"access_token":{"polids":{"essential":true,"values":["p1"]}}}', errorId: 'k3v9q2' } as const;
  const consent = { code: 'E-CONSENT', sentence: say('error.consent'), upstream: { ...demanded, code: 'AADSTS65001' }, errorId: 'k3v9q2' } as const;
  const signIn = { code: 'E-SIGN-IN', sentence: say('error.signIn'), errorId: 'k3v9q2' } as const;
  const failure = { code: 'E-REFUSED', sentence: say('error.refused', { service: 'Dataverse' }), upstream: { service: 'dataverse', status: 403, code: '0x80040220', message: texts.message, requestId: 'b2c3d4e5-0000-4000-8000-000000000003' }, errorId: 'k3v9q2' } as const;

  const otherAccount = { code: 'E-OTHER-ACCOUNT', sentence: say('error.otherAccount'), errorId: 'k3v9q2' } as const;
  const actingAsAdmin = { ...person, actingAs: { objectId: 'a1e10000-0000-4000-8000-000000000007', name: `adm-${texts.person}@contoso.onmicrosoft.com` } };

  return {
    signingIn: run(),
    discovering: run({ signedIn: true, discovery: { status: 'reading', since: at } }),
    discoveryFailed: run({ signedIn: true, discovery: { status: 'failed', at, failure } }),
    twoEnvironments: run({ signedIn: true, discovery: read, offered: [contoso, contosoTest] }),
    sameNames: run({ signedIn: true, discovery: read, offered: [contoso, { ...contosoTest, name: contoso.name, isTest: false }] }),
    fourEnvironments: run({ signedIn: true, discovery: read, offered: [...many(contoso, 3), contosoTest] }),
    manyEnvironments: run({ signedIn: true, discovery: read, offered: [...many(contoso, 11), contosoTest] }),
    hundredsOfEnvironments: run({ signedIn: true, discovery: read, offered: [...many(contoso, 499), contosoTest] }),
    noEnvironments: run({ signedIn: true, discovery: read }),

    discoveryWithOtherAccount: run({ signedIn: true, discovery: { status: 'failed', at, failure: otherAccount } }),
    stepWithOtherAccount: onPath({ steps: { solution: { status: 'failed', at, failure: otherAccount } } }),
    signInLost: onPath({ steps: { solution: { ...importing, signInLost: { since: at, errorId: 'k3v9q2' } } }, journal: journal() }),
    signInLostActingAs: onPath({ startedBy: actingAsAdmin, steps: { ...allDone, applicationUserAndRole: { status: 'applying', ...approval('applicationUserAndRole'), approvedBy: actingAsAdmin, begun: true, signInLost: { since: at, errorId: 'k3v9q2' } } }, journal: journal() }),
    approvalOver: onPath({ steps: { solution: { ...planned('solution'), notice: say('notice.approvalOver', { at }) } }, journal: journal() }),
    signInEnded: onPath({ steps: { solution: planned('solution') }, signedIn: false, signInEndedAt: at }),
    signedOut: onPath({ steps: { solution: planned('solution') }, signedIn: false, signedOutAt: at }),
    discoveryWantsProof: run({ signedIn: true, discovery: { status: 'failed', at, failure: claims } }),
    prerequisitesWantProof: run({ ...chosen, prerequisites: { status: 'failed', at, failure: claims } }),
    stepWantsProof: onPath({ steps: { solution: { status: 'failed', at, failure: claims, approval: { ...approval('solution'), begun: true } } }, journal: journal() }),
    stepWantsConsent: onPath({ steps: { solution: { status: 'failed', at, failure: consent, approval: { ...approval('solution'), begun: true } } }, journal: journal() }),
    discoveryWantsConsent: run({ signedIn: true, discovery: { status: 'failed', at, failure: consent } }),
    microsoft365WantsConsent: onPath({ path: 'microsoft365', steps: { solution: done, serviceUser: { status: 'failed', at, failure: consent } } }),
    stepWantsSignIn: onPath({ steps: { solution: { status: 'failed', at, failure: signIn } } }),
    stepWantsProofOfOtherAccount: { ...onPath({ steps: { solution: { status: 'failed', at, failure: claims } } }), startedBy: { ...person, actingAs: { objectId: 'ad310000-0000-4000-8000-000000000001', name: texts.person } } },
    stepWantsOtherAccount: { ...onPath({ steps: { solution: { status: 'failed', at, failure: signIn } } }), startedBy: { ...person, actingAs: { objectId: 'ad310000-0000-4000-8000-000000000001', name: texts.person } } },
    guest: run({ signedIn: true, discovery: { status: 'failed', at, failure: { code: 'E-GUEST', sentence: say('error.guest'), errorId: 'k3v9q2' } } }),
    actingAs: onPath({ startedBy: actingAsAdmin, steps: { solution: importing, application: { ...planned('application'), notice: say('notice.accountChanged') } }, journal: journal() }),
    actingAsFinished: onPath({ startedBy: actingAsAdmin, ...atHandover, status: 'finished', handover: { ...shown, enteredAt: at } }),
    actingAsRevealed: onPath({ startedBy: actingAsAdmin, ...atHandover, handover: shown }),

    prerequisitesWaiting: run({ ...chosen }),
    prerequisitesReading: run({ ...chosen, prerequisites: { status: 'reading', since: at } }),
    prerequisitesFailed: run({ ...chosen, prerequisites: { status: 'failed', at, failure } }),
    prerequisitesPassed: run({ ...checked, environment: contosoTest, checks: checks(texts).filter(({ verdict }) => verdict === 'passed') }),
    prerequisitesWarned: run(checked),
    prerequisitesBlocked: run({ ...checked, checks: [...checks(texts), { code: 'PRE-003', verdict: 'blocked', paths: ['entra', 'microsoft365'], found: say('check.leadTable.missing', { environment: texts.environment }), cure: say('check.leadTable.cure') }] }),

    prerequisitesToActivate: run({ ...checked, checks: [stranger(texts, 'activate'), eligible('registerApplications', 'entra'), eligible('createUsers', 'microsoft365')] }),
    prerequisitesOfStranger: run({ ...checked, checks: [stranger(texts, 'notMemberCure')] }),

    prerequisitesForEntraOnly: run({ ...checked, checks: checks(texts).map((check) => (check.code === 'PRE-005' ? { ...check, verdict: 'blocked' as const } : check)) }),
    prerequisitesForMicrosoft365Only: run({ ...checked, checks: checks(texts).map((check) => (check.code === 'PRE-004' ? { ...check, verdict: 'blocked' as const } : check)) }),

    solutionWaiting: onPath({}),
    solutionPlanning: onPath({ steps: { solution: { status: 'planning', since: at } } }),
    solutionPlanned: onPath({ steps: { solution: planned('solution') } }),
    solutionPlannedAnew: onPath({ steps: { solution: { ...planned('solution'), notice: say('notice.planChangedSinceApproval') } } }),
    solutionWithCode: onPath({ steps: { solution: withCode(planned('solution'), texts) } }),
    solutionWithEverything: onPath({ steps: { solution: withCode(planned('solution'), texts, [...componentKinds]) } }),
    solutionBlocked: onPath({ steps: { solution: { status: 'blocked', at, reason: say('applicationUserAndRole.disabled', { name: texts.application }), cure: say('applicationUserAndRole.disabledCure') } } }),
    solutionByHand: onPath({ steps: { solution: byHand() } }),
    solutionOnlyByHand: onPath({ steps: { solution: { ...byHand(say('solution.roleMissing', { role: texts.role })), isOnlyWay: true } } }),
    solutionPlannedPaused: onPath({ steps: { solution: planned('solution') }, pausedAt: at }),
    stoppedByFailure: onPath({ steps: { solution: { status: 'failed', at, failure, approval: { ...approval('solution'), begun: true } } }, journal: journal(), allAtOnceEndedAt: at }),
    importingAllAtOnce: onPath({ steps: { ...allDone, solution: importing }, journal: journal(), allAtOnce }),
    solutionPlanningAllAtOnce: onPath({ steps: { solution: { status: 'planning', since: at } }, allAtOnce }),
    applicationStopped: onPath({ steps: { solution: importing, application: { ...planned('application'), notice: say('notice.stoppedByFind') } }, journal: journal() }),
    roleStopped: onPath({ steps: { ...allDone, applicationUserAndRole: { ...planned('applicationUserAndRole'), notice: say('notice.stoppedByPlan') } }, journal: journal() }),
    applicationByHand: onPath({ steps: { solution: importing, application: byHand() }, journal: journal() }),
    applicationByHandUnknown: onPath({ steps: { solution: importing, application: byHand(say('application.idUnknown', { appId })) }, inputs: { ...defaults, application: { displayName: texts.application, appId } }, journal: journal() }),
    applicationByHandIncomplete: onPath({ steps: { solution: importing, application: byHand(say('application.notMultitenant'), say('application.noPermission'), say('application.noServicePrincipal')) }, journal: journal() }),
    roleByHand: onPath({ facts: made, steps: { ...allDone, applicationUserAndRole: byHand(...plans(texts).applicationUserAndRole.changes.map(({ sentence }) => sentence)) }, journal: journal() }),
    keyByHand: onPath({ facts: made, steps: { ...allDone, keyAndProof: byHand(say('keyAndProof.noNewKey', { name: texts.application })) }, journal: journal() }),
    keyPlannedWithoutProof: onPath({ steps: { ...allDone, keyAndProof: { ...planned('keyAndProof'), plan: withoutProof(plans(texts).keyAndProof) } }, inputs: unproven, journal: journal() }),
    keyApplyingWithoutProof: onPath({ steps: { ...allDone, keyAndProof: { status: 'applying', ...approval('keyAndProof'), plan: withoutProof(plans(texts).keyAndProof), begun: true } }, inputs: unproven, journal: journal() }),
    applicationFound: onPath({ steps: { solution: importing, application: { ...planned('application'), plan: foundPlan(texts) } }, journal: journal() }),
    applicationFoundApplying: onPath({ steps: { solution: importing, application: { status: 'applying', ...approval('application'), plan: foundPlan(texts), begun: true } }, journal: journal() }),
    solutionApproved: onPath({ steps: { solution: { status: 'applying', ...approval('solution'), begun: false }, application: { status: 'planning', since: at } } }),
    serviceUserByHand: on365({ serviceUser: byHand() }),
    licenceByHand: on365({ serviceUser: done, licence: byHand() }),
    userRoleByHand: on365({ serviceUser: done, licence: done, userRole: byHand() }),
    passwordByHand: on365({ serviceUser: done, licence: done, userRole: done, passwordAndProof: byHand() }),
    keyBlockedByVault: onPath({ steps: { ...allDone, keyAndProof: { status: 'blocked', at, reason: say('keyAndProof.noVault', { vault: texts.environment }), cure: say('keyAndProof.noVaultCure'), choices: { vault: [] } } }, inputs: withVault, facts: made }),
    keyRefusedByVault: onPath({ steps: { ...allDone, keyAndProof: { status: 'blocked', at, reason: say('error.vaultRefused'), cure: say('keyAndProof.otherVaultCure'), choices: { vault: [] } } }, inputs: withVault, facts: made }),
    keyPlannedIntoVault: onPath({ steps: { ...allDone, keyAndProof: { ...planned('keyAndProof'), plan: vaultPlan } }, inputs: withVault, facts: made }),
    keyVaultUnreachable: onPath({ steps: { ...allDone, keyAndProof: { status: 'failed', at, failure: { code: 'E-UNREACHABLE', sentence: say('error.unreachable', { service: 'Azure Key Vault' }), upstream: { service: 'keyVault', message: '', noticed: say('noticed.noAnswer', { code: 'ECONNRESET' }) }, errorId: 'k3v9q2' }, approval: { ...approval('keyAndProof'), begun: true } } }, inputs: withVault, facts: made, journal: journal() }),
    handoverInVault: onPath({ ...atHandover, steps: vaultDone, facts: inVault }),
    cancelledInVaultWithoutKey: onPath({ ...atHandover, steps: vaultDone, facts: { ...inVault, key: undefined }, status: 'cancelled', cancelledAt: at }),
    keyRefusedAfterAll: onPath({ steps: { ...allDone, keyAndProof: { status: 'failed', at, failure: { ...failure, code: 'E-VAULT-REFUSED', sentence: say('error.vaultRefused'), upstream: { ...failure.upstream, service: 'keyVault', code: 'ForbiddenByRbac' } }, approval: { ...approval('keyAndProof'), begun: false } } }, inputs: withVault, facts: made, journal: journal() }),
    cancelledInVault: onPath({ ...atHandover, steps: vaultDone, facts: inVault, status: 'cancelled', cancelledAt: at }),
    finishedInVault: onPath({ ...atHandover, steps: vaultDone, facts: inVault, status: 'finished', handover: { enteredAt: '2026-11-22T14:09:00Z' } }),
    handoverByHand: onPath({ ...atHandover, steps: byHandDone, facts: { ...made, key: ownKey } }),
    handoverUnproven: onPath({ ...atHandover, steps: unprovenDone, inputs: unproven }),
    finishedUnproven: onPath({ ...atHandover, steps: unprovenDone, inputs: unproven, status: 'finished', handover: { ...shown, enteredAt: '2026-11-22T14:09:00Z' } }),
    finishedByHand: onPath({ ...atHandover, steps: byHandDone, facts: { ...made, key: ownKey }, status: 'finished', handover: { enteredAt: '2026-11-22T14:09:00Z' } }),
    solutionFailed: onPath({ steps: { solution: { status: 'failed', at, failure, approval: { ...approval('solution'), begun: true } } }, journal: journal() }),
    keyRefused: onPath({ steps: { ...allDone, keyAndProof: { status: 'failed', at, failure } }, journal: journal() }),
    serviceUserRefused: on365({ serviceUser: { status: 'failed', at, failure } }),
    licenceRefused: on365({ serviceUser: done, licence: { status: 'failed', at, failure } }),
    passwordRefused: on365({ serviceUser: done, licence: done, userRole: done, passwordAndProof: { status: 'failed', at, failure } }),
    solutionFailedWithoutAnswer: onPath({ steps: { solution: { status: 'failed', at, failure: { code: 'E-INTERNAL', sentence: say('error.internal'), errorId: 'k3v9q2' } } } }),

    applicationPaused: onPath({ steps: { solution: done, application: { status: 'planning', since: at, pausedUntil: at } }, journal: journal() }),
    rolePaused: onPath({ steps: { solution: done, application: done, applicationUserAndRole: { status: 'applying', ...approval('applicationUserAndRole'), begun: true, progress: { sentence: say('card.step.pausedUntil', { until: at }), since: at } } }, journal: journal() }),
    applicationPlanning: onPath({ steps: { solution: importing, application: { status: 'planning', since: at } }, journal: journal() }),
    applicationPlanned: onPath({ steps: { solution: importing, application: planned('application') }, journal: journal() }),
    applicationApplying: onPath({ steps: { solution: importing, application: { status: 'applying', ...approval('application'), begun: true } }, journal: journal() }),
    waitingForImport: onPath({ steps: { solution: importing, application: done }, journal: journal() }),
    onlyImporting: onPath({ steps: { ...allDone, solution: importing }, journal: journal() }),
    rolePlanning: onPath({ steps: { solution: done, application: done, applicationUserAndRole: { status: 'planning', since: at } }, journal: journal() }),
    rolePlanned: onPath({ steps: { solution: done, application: done, applicationUserAndRole: planned('applicationUserAndRole') }, journal: journal() }),
    roleApplying: onPath({ steps: { solution: done, application: done, applicationUserAndRole: { status: 'applying', ...approval('applicationUserAndRole'), begun: true, progress: { sentence: say('applicationUserAndRole.waitingForUser'), since: at } } }, journal: journal() }),
    keyPlanning: onPath({ steps: { ...allDone, keyAndProof: { status: 'planning', since: at } }, journal: journal() }),
    keyPlanned: onPath({ steps: { ...allDone, keyAndProof: planned('keyAndProof') }, journal: journal() }),
    keyApplying: onPath({ steps: { ...allDone, keyAndProof: { status: 'applying', ...approval('keyAndProof'), begun: true, progress: { sentence: say('keyAndProof.waitingForKey', { reason: 'AADSTS7000215' }), since: at } } }, journal: journal() }),

    handover: onPath(atHandover),
    keyLapsed: onPath({ ...atHandover, steps: { ...allDone, keyAndProof: { ...done, at: '2026-11-21T14:02:00Z' } } }),
    revealed: onPath({ ...atHandover, handover: shown }),
    revealOver: onPath({ ...atHandover, handover: { revealedAt: shown.revealedAt, revealUntil: '2026-11-22T14:09:00Z' } }),

    finished: onPath({ ...atHandover, status: 'finished', handover: { ...shown, enteredAt: '2026-11-22T14:09:00Z' } }),
    finishedOnTypedAddress: onPath({ ...atHandover, environment: { url: contoso.url, name: 'contoso.crm4.dynamics.com', isTest: false }, facts: { ...made, solution: { ...made.solution, origin: 'found' } }, status: 'finished', handover: { ...shown, enteredAt: '2026-11-22T14:09:00Z' } }),
    cancelledAtOnce: run({ status: 'cancelled', cancelledAt: at }),
    cancelledDuringImport: onPath({ status: 'cancelled', cancelledAt: at, steps: { solution: importing }, facts: { solution: { ...made.solution, solutionId: undefined } }, journal: journal() }),
    cancelledLate: onPath({ ...atHandover, status: 'cancelled', cancelledAt: at, facts: { ...made, application: { ...made.application, origin: 'found' }, testLead: { leadId: 'x' } } }),
    cancelledWithoutKey: onPath({ ...atHandover, status: 'cancelled', cancelledAt: at, facts: { ...made, key: undefined } }),
    ...driftRuns({ texts, run: (change) => onPath({ ...atHandover, ...change }), on365: on365Way.passwordFinished, at }),
    ...on365Way,
    ...undoRuns({ texts, finished: onPath({ ...atHandover, handover: { ...shown, enteredAt: '2026-11-22T14:09:00Z' } }), finishedOn365: on365Way.passwordFinished }),
    licenceAllAtOnce: { ...on365Way.licencePlanned, allAtOnce },
  } satisfies Record<string, SetupRun>;
}

export type StateName = keyof ReturnType<typeof runsWith>;

function buildRun(person: SetupRun['startedBy'], { steps = {}, ...change }: Variation): SetupRun {
  const waiting = { status: 'waiting' };
  return setupRunSchema.parse({
    schemaVersion: 2,
    id: 'r4x7k2m9',
    version: 1,
    conversationId: 'a:chat',
    startedBy: person,
    startedAt,
    updatedAt: at,
    status: 'active',
    signedIn: false,
    discovery: waiting,
    offered: [],
    prerequisites: waiting,
    checks: [],
    inputs: defaults,
    facts: {},
    handover: {},
    asks: [],
    journal: [],
    ...change,
    steps: { ...Object.fromEntries(stepIds.map((id) => [id, waiting])), ...steps },
  });
}

function environments({ environment }: Texts): Record<'contoso' | 'contosoTest', Environment> {
  return {
    contoso: { url: 'https://contoso.crm4.dynamics.com', name: environment, environmentId: 'e0000000-0000-4000-8000-000000000001', isTest: false, tenantId },
    contosoTest: { url: 'https://contoso-test.crm4.dynamics.com', name: `${environment} Test`, environmentId: 'e0000000-0000-4000-8000-000000000002', isTest: true, tenantId },
  };
}

function many(environment: Environment, count: number): Environment[] {
  return Array.from({ length: count }, (_, index) => ({
    ...environment,
    name: `${environment.name} ${index + 1}`,
    url: `https://contoso${index + 1}.crm4.dynamics.com`,
  }));
}

function checks({ environment }: Texts): SetupRun['checks'] {
  const both: SetupRun['checks'][number]['paths'] = ['entra', 'microsoft365'];
  return [
    { code: 'PRE-001', verdict: 'passed', paths: both, found: say('check.systemAdministrator.direct', { environment }) },
    { code: 'PRE-002', verdict: 'passed', paths: both, found: say('check.accessMode.readWrite') },
    { code: 'PRE-003', verdict: 'passed', paths: both, found: say('check.leadTable.present') },
    { code: 'PRE-004', verdict: 'warning', paths: ['entra'], found: say('check.registerApplications.missing'), cure: say('check.registerApplications.cure') },
    { code: 'PRE-005', verdict: 'warning', paths: ['microsoft365'], found: say('check.createUsers.missing'), cure: say('check.createUsers.cure') },
  ];
}

function stranger({ environment }: Texts, cure: string): SetupRun['checks'][number] {
  const found = say('check.systemAdministrator.notMember', { environment });
  return { code: 'PRE-001', verdict: 'blocked', paths: ['entra', 'microsoft365'], found, cure: say(`check.systemAdministrator.${cure}`) };
}

function eligible(check: string, path: 'entra' | 'microsoft365'): SetupRun['checks'][number] {
  return { code: 'PRE-004', verdict: 'warning', paths: [path], found: say(`check.${check}.eligible`), cure: say('check.directoryRoles.activate') };
}

function facts({ application, solution, role }: Texts): Facts & { solution: NonNullable<Facts['solution']>; application: NonNullable<Facts['application']> } {
  return {
    directory: { tenantId, displayName: 'Contoso' },
    solution: { uniqueName: 'lead', friendlyName: solution, version: '1.0.0.0', publisher: 'Microsoft', importJobsBefore: [], operationId: 'o1', solutionId: '50000000-0000-4000-8000-000000000001', origin: 'made' },
    application: { objectId: '0b000000-0000-4000-8000-000000000001', appId, displayName: application, origin: 'made' },
    applicationUser: { systemUserId: '5e000000-0000-4000-8000-000000000001', roleId: '40000000-0000-4000-8000-000000000001', roleName: role, origin: 'made' },
    key: { keyId: '4e000000-0000-4000-8000-000000000001', displayName: 'lead-setup r4x7k2m9', endsAt: '2028-11-21T14:05:00Z' },
    testLead: { leadId: '1ead0000-0000-4000-8000-000000000001', removedAt: at },
  };
}

/** More than a role, under names that somebody gave. */
function withCode(state: StepState & { status: 'planned' }, { solution }: Texts, kinds: readonly ComponentKind[] = ['plugIn', 'workflow']): StepState {
  return { ...state, plan: { ...state.plan, toTick: kinds.map((kind) => say(`solution.brings.${kind}`, { number: 17, names: `Contoso.LeadScoring, ${solution}, Contoso.A, Contoso.B, Contoso.C, + 12` })) } };
}

function withoutProof({ changes, ...plan }: Plan): Plan {
  return { ...plan, summary: say('keyAndProof.summaryUnproven', plan.summary.values), notices: [say('keyAndProof.skipped')], changes: changes.slice(0, 1) };
}

/** An application of an earlier setup, to which nothing has to be added. */
function foundPlan({ application: name }: Texts): Plan {
  return {
    summary: say('application.summaryFound', { name }),
    reversal: say('application.reversalFound'),
    notices: [say('application.makeAnother'), say('application.noConsent')],
    facts: [
      { label: say('application.factName'), value: name },
      factAppId,
    ],
    changes: [],
    usesWhatWasThere: true,
  };
}

function plans({ environment, application: name, solution, role }: Texts): Record<PlannedStep, Plan> {
  const version = '1.0.0.0';
  return {
    solution: {
      summary: say('solution.summary', { name: solution, version }),
      reversal: say('solution.reversal'),
      notices: [],
      facts: [
        { label: say('solution.factName'), value: solution },
        { label: say('solution.factVersion'), value: version },
        { label: say('solution.factPublisher'), value: 'Microsoft Corporation' },
        { label: say('solution.factComponents'), value: `${role} (Security role), Lead Integration (Web resource)` },
      ],
      changes: [changeOf('solution.changeImport', 'POST dataverse /ImportSolutionAsync', { name: solution, version, sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })],
    },
    application: {
      summary: say('application.summary', { name }),
      reversal: say('application.reversal'),
      notices: [say('application.noConsent')],
      facts: [
        { label: say('application.factName'), value: name },
        { label: say('application.factDirectory'), value: 'Contoso' },
      ],
      changes: [
        changeOf('application.changeCreate', 'PATCH graph /applications(uniqueName)', { name }),
        changeOf('application.changeServicePrincipal', 'PATCH graph /servicePrincipals(appId)'),
      ],
    },
    applicationUserAndRole: {
      summary: say('applicationUserAndRole.summary', { name, role, environment }),
      reversal: say('applicationUserAndRole.reversal'),
      notices: [],
      facts: [
        { label: say('applicationUserAndRole.factUser'), value: name },
        factAppId,
        { label: say('applicationUserAndRole.factRole'), value: role },
      ],
      changes: [
        changeOf('applicationUserAndRole.changeCreate', 'POST dataverse /systemusers'),
        changeOf('applicationUserAndRole.changePrivileges', 'POST dataverse /roles({id})/AddPrivilegesRole', { role, names: 'prvCreateUserEntityUISettings (Basic), prvReadUserEntityUISettings (Basic), prvWriteUserEntityUISettings (Basic), prvReadAsyncOperation (Global), prvWriteAsyncOperation (Global), prvAppendToAsyncOperation (Global)' }),
        changeOf('applicationUserAndRole.changeInheritance', 'PATCH dataverse /roles({id})', { role }),
        changeOf('applicationUserAndRole.changeAssign', 'POST dataverse /systemusers({id})/systemuserroles_association/$ref', { role }),
      ],
    },
    keyAndProof: {
      summary: say('keyAndProof.summary', { name, months: '24' }),
      reversal: say('keyAndProof.reversal'),
      notices: [say('keyAndProof.sideEffects')],
      facts: [factAppId],
      changes: [
        changeOf('keyAndProof.changeAdd', 'POST graph /applications/{id}/addPassword', { name, months: '24' }),
        changeOf('keyAndProof.changeWrite', 'POST dataverse /leads'),
        { ...changeOf('keyAndProof.changeDelete', 'DELETE dataverse /leads({id})'), canBeUndone: false },
      ],
    },
  };
}
