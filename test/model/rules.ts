import type { LoggedRequest } from '../../sandbox/requestLog.ts';
import { decide } from '../../src/setup/commands/index.ts';
import { commandSchema, verbSchema } from '../../src/setup/commands/command.ts';
import { isBeingChecked } from '../../src/setup/drift/underWay.ts';
import { pathSteps, type SetupRun, type StepId } from '../../src/setup/run.ts';
import { saveRequest } from '../../src/setup/steps/application.ts';
import { isUndoing } from '../../src/setup/undo/underWay.ts';
import type { TenantState } from '../setup/world.ts';
import type { Model } from './model.ts';
import type { Button } from './play.ts';

/** Each rule answers with what broke it, in words; with nothing when it held. */
type Broken = readonly string[];

/** How a run may have gone on from one look to the next, after what was said. */
export function brokenInRun(before: SetupRun | undefined, after: SetupRun, model: Model): Broken {
  const said = model.said(after.id);
  const begun = pathSteps.entra.filter((id) => approverOf(after, id) !== undefined);
  return [
    ...begun.filter((id) => !said.approved.has(id)).map((id) => `${id} was begun, and nobody approved it`),
    ...begun.filter((id) => approverOf(after, id) !== after.startedBy.objectId).map((id) => `${id} was begun as approved by somebody else`),
    ...begun.filter((id) => !said.allPlans && ![undefined, ...said.plans].includes(planOf(after, id))).map((id) => `${id} is done by a plan that nobody approved`),
    ...brokenInUndo(after, model),
    ...(after.inputs.keyAndProof['proof'] === 'no' && !said.verbs.has('skip') ? ['the proof is left out, and nobody wanted that'] : []),
    ...(after.status !== 'active' && !said.endings.has(after.status) ? [`the setup is ${after.status}, and nobody wanted that`] : []),
    ...(before ? brokenSince(before, after, model) : []),
  ];
}

/** Nothing is taken back but what was shown and approved. */
function brokenInUndo({ id, undo, startedBy }: SetupRun, model: Model): Broken {
  if (!undo) return [];
  const said = model.said(id);
  const approval = undo.state.status === 'undoing' ? undo.state : undefined;
  return [
    ...(said.verbs.has('undo') ? [] : ['it is taken back, and nobody wanted that']),
    ...(undo.taken.length > 0 && !said.approved.has('undo') ? ['something was taken back, and nobody approved it'] : []),
    ...(approval && !said.plans.has(approval.planHash) ? ['it is taken back by a plan that nobody approved'] : []),
    ...(approval && approval.approvedBy.objectId !== startedBy.objectId ? ['it is taken back as approved by somebody else'] : []),
  ];
}

/** The plan by which a step is being done. */
function planOf({ steps }: SetupRun, id: StepId): string | undefined {
  const state = steps[id];
  return state.status === 'applying' ? state.planHash : undefined;
}

function approverOf({ steps }: SetupRun, id: StepId): string | undefined {
  const state = steps[id];
  if (state.status === 'applying' || state.status === 'done') return state.approvedBy?.objectId;
  return state.status === 'failed' ? state.approval?.approvedBy.objectId : undefined;
}

/** A run only goes forward, but where somebody said otherwise. */
function brokenSince(before: SetupRun, after: SetupRun, model: Model): Broken {
  const said = model.said(after.id);
  const undone = pathSteps.entra.filter((id) => before.steps[id].status === 'done' && after.steps[id].status !== 'done');
  const wentBack = said.verbs.has('back');
  const isReturned = (id: StepId) => model.isTouched || said.verbs.has('mend') || (id === 'keyAndProof' && said.verbs.has('retry')) || (wentBack && before.journal.length === 0);
  return [
    ...(after.version < before.version ? ['the run is older than it was'] : []),
    ...(before.status !== 'active' && after.status !== before.status && !isBegunAgain(before, after, said.verbs) ? [`the setup was ${before.status} and is ${after.status}`] : []),
    ...undone.filter((id) => !isReturned(id)).map((id) => `${id} was done and is ${after.steps[id].status}`),
    ...(before.environment && after.environment?.url !== before.environment.url && !wentBack ? ['it is about another environment'] : []),
    ...(before.path && after.path !== before.path && !wentBack ? ['it goes another way'] : []),
    ...before.journal.filter((entry, index) => !goesOn(entry, after.journal[index])).map(({ request }) => `${request} in the journal was changed`),
  ];
}

/** A setup that has ended is under way only to be taken back; a finished one also to be read again or put right. */
function isBegunAgain(before: SetupRun, after: SetupRun, wanted: ReadonlySet<string>): boolean {
  if (isUndoing(after)) return wanted.has('undo');
  const isReadAgain = isBeingChecked(after) && (wanted.has('check') || wanted.has('mend'));
  return before.status === 'finished' && (isReadAgain || (after.mending !== undefined && wanted.has('mend')));
}

/** What was intended stays as it is; an outcome comes once. */
function goesOn(entry: SetupRun['journal'][number], now: SetupRun['journal'][number] | undefined): boolean {
  const { outcome, ...intended } = entry;
  return now !== undefined && Object.entries(intended).every(([name, value]) => now[name as keyof typeof now] === value) && (!outcome || JSON.stringify(outcome) === JSON.stringify(now.outcome));
}

/** What of the tenant's own each step changes. Staging a solution is a dry run. */
const changes: readonly (readonly [RegExp, StepId])[] = [
  [/\/(?:addPassword|removePassword|leads(?:\([^)]*\))?)$/u, 'keyAndProof'],
  [/\/(?:ImportSolutionAsync|solutions\([^)]*\))$/u, 'solution'],
  [/\/graph\/v1\.0\/(?:applications|servicePrincipals)/u, 'application'],
  [/\/data\/v9\.2\/(?:systemusers|roles)/u, 'applicationUserAndRole'],
];

/** No change is asked for before its step was approved, and by nobody but who approved it or the account that is made. */
export function brokenByRequests(requests: readonly LoggedRequest[], runs: readonly SetupRun[], model: Model): Broken {
  const approved = new Set(runs.flatMap(({ id }) => [...model.said(id).approved]));
  return requests.filter(({ changing, actor }) => changing && !isOthers(actor)).flatMap(({ method, path, actor }) => {
    const stepId = changes.find(([pattern]) => pattern.test(path))?.[1];
    const isRemoval = method === 'DELETE' && stepId !== 'keyAndProof';
    const isTheirs = actor === null || actor.startsWith(`${model.owner}@`) || (actor.startsWith('application ') && stepId === 'keyAndProof');
    return [
      ...(stepId && approved.has(stepId) ? [] : [`${method} ${path} was sent, and ${stepId ?? 'nothing of the kind'} was never approved`]),
      ...(isRemoval && !approved.has('undo') ? [`${method} ${path} was sent, and nobody approved to take anything back`] : []),
      ...(isTheirs ? [] : [`${method} ${path} was sent by ${actor}`]),
    ];
  });
}

/** Somebody at work in the portals, who has nothing to do with the bot. */
export const other = 'tomas';
function isOthers(actor: string | null): boolean {
  return actor?.startsWith(`${other}@`) ?? false;
}

/** What there is of each thing that a setup makes; of applications and what hangs on them, those of this id alone where one is given. */
export function countsIn({ graph, dataverse }: TenantState, only?: string) {
  const { systemusers = [], systemuserroles = [], leads = [], solutions = [], importjobs = [] } = dataverse['contoso'] ?? {};
  const applications = graph.applications.filter(({ appId }) => only === undefined || appId === only);
  const applicationIds = new Set(applications.map(({ appId }) => appId));
  const users = systemusers.filter(({ applicationid }) => applicationIds.has(applicationid));
  const userIds = new Set(users.map(({ systemuserid }) => systemuserid));
  return {
    applications: applications.length,
    principals: graph.servicePrincipals.filter(({ appId }) => applicationIds.has(appId)).length,
    keys: applications.reduce((sum, { passwordCredentials }) => sum + passwordCredentials.length, 0),
    users: users.length,
    roles: systemuserroles.filter(({ systemuserid }) => userIds.has(systemuserid)).length,
    leads: leads.filter((row) => JSON.stringify(row).includes('LEADSETUP_TEST')).length,
    solutions: solutions.filter(({ uniquename }) => /lead/iu.test(String(uniquename))).length,
    imports: importjobs.length,
  };
}

/** Every change happens once, however often it was asked for. */
export function brokenInTenant(state: TenantState, runs: readonly SetupRun[]): Broken {
  const accounts = Math.max(1, namesWanted(runs).size);
  const most: Partial<Record<string, number>> = {
    applications: accounts,
    principals: accounts,
    users: accounts,
    roles: accounts,
    // A key that was shown stays when its setup ends: the next one has its own.
    keys: Math.max(1, runs.length),
    imports: 1 + runs.filter(({ undo }) => undo).length,
  };
  return Object.entries(countsIn(state)).filter(([name, count]) => count > (most[name] ?? 1)).map(([name, count]) => `there are ${count} ${name}`);
}

/** Whoever enters another name for the application wants another one than what an earlier setup has left. */
function namesWanted(runs: readonly SetupRun[]): ReadonlySet<string | undefined> {
  return new Set(runs.filter(({ journal }) => journal.some(({ request }) => request === saveRequest)).map(({ facts, inputs }) => facts.application?.displayName ?? inputs.application['displayName']));
}

/** What stands on the card is not refused by the run that it was drawn from; details are for somebody to enter first. */
export function brokenOnCard(run: SetupRun, buttons: readonly Button[], now: string): Broken {
  return buttons.flatMap(({ verb, title, data }) => {
    const command = commandSchema.parse({ verb: verbSchema.parse(verb), actor: run.startedBy, conversationId: run.conversationId, typed: false, data });
    if (command.verb === 'start' || command.verb === 'submit') return [];
    const decision = decide(run, { command, now, hostKind: () => 'environment' });
    // Whoever is not signed in is asked to, before anything is decided.
    return decision.kind === 'refuse' && decision.notice.key !== 'notice.signInFirst' ? [`“${title}” is offered, and refused: ${decision.notice.key}`] : [];
  });
}
