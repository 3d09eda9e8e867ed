import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { Application, Directory, ServicePrincipal } from '../ports/microsoft.ts';
import type { Change, Environment, Plan, SetupRun } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import { applicationFact } from './applicationFact.ts';
import type { Applied, Look, Step, StepContext } from './step.ts';

export const saveRequest = 'PATCH graph /applications(uniqueName)';
export const completeRequest = 'PATCH graph /applications/{id}';
const runTagPrefix = 'lead-setup-run:';
export const servicePrincipalRequest = 'PATCH graph /servicePrincipals(appId)';
export const enableRequest = 'PATCH graph /servicePrincipals(appId) (accountEnabled)';

/**
 * A1–A9, A12–A13: the Microsoft Entra application that leads are written as, and its service principal. Multitenant,
 * Dynamics' permission listed, without redirect address and without tenant-wide consent (see docs/adr).
 * Needs the right to register applications. Taken back by deleting the application.
 */
export const application: Step = {
  id: 'application',
  needs: [],
  inputs: z
    .object({ displayName: z.string().trim().min(1).max(120), appId: z.union([z.literal(''), z.guid()]).default('') })
    .strict(),
  defaults: { displayName: 'Marketplace Lead Writer', appId: '' },
  foresee: ({ inputs }) => newChanges(inputs.application['displayName'] ?? ''),
  forewarns: () => [say('application.noConsent')],
  look,
  isStillDone,
  apply,
};

interface Found {
  readonly entry: Application;
  readonly origin: 'made' | 'found';
  readonly principal: ServicePrincipal | undefined;
  /** The person said which one it is. */
  readonly isEntered?: boolean;
}

async function look(context: StepContext): Promise<Look> {
  const directory = context.microsoft.directory(context.actor);
  const found = await find(context, directory);
  if (context.byHand && !isTheirs(found)) return whichOne(context);
  if (!found) return { kind: 'needed', plan: planNew(context) };
  if ((found.origin === 'made' || context.byHand) && isComplete(found)) {
    remember(context, found);
    return { kind: 'done', evidence: [evidence(found)] };
  }
  return context.byHand ? { kind: 'byHand', missing: missingOf(found) } : { kind: 'needed', plan: planFound(found) };
}

/** The same application is there and complete; one that was found stays used, so `look` would ask for it again. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const { application: known } = context.run().facts;
  const directory = context.microsoft.directory(context.actor);
  const entry = known && (await directory.application(known.objectId));
  return entry !== undefined && isComplete(await withServicePrincipal(directory, entry, known?.origin ?? 'found'));
}

/** The one whose id the person entered, or that this setup had begun. */
function isTheirs(found: Found | undefined): found is Found {
  return found?.origin === 'made' || found?.isEntered === true;
}

/** Nothing tells an application that somebody registered from all the others but its id. */
function whichOne({ inputs }: StepContext): Look {
  const appId = inputs['appId'] ?? '';
  return { kind: 'byHand', missing: [appId ? say('application.idUnknown', { appId }) : say('application.idNeeded')] };
}

function missingOf({ entry, principal }: Found): Sentence[] {
  return [
    !entry.isMultitenant && say('application.notMultitenant'),
    !entry.listsDynamicsPermission && say('application.noPermission'),
    principal === undefined && say('application.noServicePrincipal'),
    principal?.isEnabled === false && say('application.principalDisabled'),
  ].filter((sentence) => sentence !== false);
}

/** Ours by its unique name, else the one whose id the person entered, else one that an earlier setup of this environment left behind, unless another name is wanted. */
async function find(context: StepContext, directory: Directory): Promise<Found | undefined> {
  const ours = await applicationMadeBy(context.run(), directory);
  if (ours) return withServicePrincipal(directory, ours, 'made');
  const theirs = await entered(context, directory);
  if (theirs) return { ...(await withServicePrincipal(directory, theirs, 'found')), isEntered: true };
  const tagged = await directory.applicationsTagged(environmentTag(context.environment));
  const earlier = tagged.filter((entry) => isRecorded(context, entry) && isWanted(context, entry));
  const [first] = earlier.toSorted((a, b) => (a.objectId < b.objectId ? -1 : 1));
  return first && withServicePrincipal(directory, first, 'found');
}

async function entered(context: StepContext, directory: Directory): Promise<Application | undefined> {
  const appId = context.inputs['appId'];
  const entry = appId ? await directory.applicationByAppId(appId) : undefined;
  return entry && (context.byHand || isWanted(context, entry)) ? entry : undefined;
}

/** Anybody who may register applications can write a tag; only our own record says that a setup made this one. */
function isRecorded(context: StepContext, { objectId, tags }: Application): boolean {
  const runIds = tags.filter((tag) => tag.startsWith(runTagPrefix)).map((tag) => tag.slice(runTagPrefix.length));
  return runIds.some((id) => context.earlierRun(id)?.facts.application?.objectId === objectId);
}

function isWanted(context: StepContext, { displayName: name }: Application): boolean {
  const wanted = displayName(context);
  return wanted === application.defaults['displayName'] || wanted === name;
}

async function withServicePrincipal(
  directory: Directory,
  entry: Application,
  origin: Found['origin'],
): Promise<Found> {
  return { entry, origin, principal: await directory.servicePrincipal(entry.appId) };
}

function isComplete({ entry, principal }: Found): boolean {
  return entry.isMultitenant && entry.listsDynamicsPermission && principal?.isEnabled === true;
}

function planNew(context: StepContext): Plan {
  const name = displayName(context);
  return {
    summary: say('application.summary', { name }),
    reversal: say('application.reversal'),
    notices: [say('application.noConsent')],
    facts: [
      { label: say('application.factName'), value: name },
      { label: say('application.factDirectory'), value: context.run().facts.directory?.displayName ?? '' },
    ],
    changes: newChanges(name),
  };
}

function newChanges(name: string): Change[] {
  return [{ sentence: say('application.changeCreate', { name }), request: saveRequest, canBeUndone: true }, servicePrincipalChange()];
}

function planFound({ entry, principal, origin, isEntered }: Found): Plan {
  const values = { name: entry.displayName };
  const incomplete = !entry.isMultitenant || !entry.listsDynamicsPermission;
  const completion: Change = { sentence: say('application.changeComplete', values), request: completeRequest, canBeUndone: true };
  return {
    summary: say(`application.summary${origin === 'made' ? 'GoOn' : isEntered ? 'Entered' : 'Found'}`, values),
    reversal: say(origin === 'made' ? 'application.reversal' : 'application.reversalFound'),
    notices: [...(origin === 'found' ? [say('application.makeAnother')] : []), say('application.noConsent')],
    facts: [
      { label: say('application.factName'), value: entry.displayName },
      applicationFact(entry),
    ],
    changes: [...(incomplete ? [completion] : []), ...principalChanges(principal)],
    ...(origin === 'found' && { usesWhatWasThere: true }),
  };
}

function principalChanges(principal: ServicePrincipal | undefined): Change[] {
  if (!principal) return [servicePrincipalChange()];
  return principal.isEnabled ? [] : [{ sentence: say('application.changeEnable'), request: enableRequest, canBeUndone: true }];
}

function servicePrincipalChange(): Change {
  return { sentence: say('application.changeServicePrincipal'), request: servicePrincipalRequest, canBeUndone: true };
}

async function apply(context: StepContext): Promise<Applied> {
  const directory = context.microsoft.directory(context.actor);
  const found = (await find(context, directory)) ?? (await create(context, directory));
  if (!found) return waiting(say('application.waitingForApplication'));
  remember(context, found);
  await complete(context, directory, found.entry);
  if (!found.principal) {
    const saved = await context.changing(servicePrincipalRequest, () =>
      directory.saveServicePrincipal(found.entry.appId),
    );
    if (saved.kind === 'waiting') return waiting(say('application.waitingForServicePrincipal'));
  } else if (!found.principal.isEnabled) {
    await context.changing(enableRequest, () => directory.enableServicePrincipal(found.entry.appId));
  }
  return readBack(context, directory, found);
}

async function create(context: StepContext, directory: Directory): Promise<Found | undefined> {
  chooseAnotherName(context);
  const run = context.run();
  await context.changing(saveRequest, () =>
    directory.saveApplication({
      uniqueName: uniqueNameOf(run),
      displayName: displayName(context),
      tags: [environmentTag(context.environment), `${runTagPrefix}${run.id}`],
      notes: `Made by Lead Setup for ${context.environment.url}, setup ${run.id}, approved by ${context.actor.name}.`,
    }),
  );
  const made = await directory.applicationByUniqueName(uniqueNameOf(run));
  return made && { entry: made, origin: 'made', principal: undefined };
}

async function complete(context: StepContext, directory: Directory, found: Application): Promise<void> {
  if (found.isMultitenant && found.listsDynamicsPermission) return;
  await context.changing(completeRequest, () => directory.completeApplication(found.objectId));
}

async function readBack(context: StepContext, directory: Directory, found: Found): Promise<Applied> {
  const entry = await directory.application(found.entry.objectId);
  if (!entry) throw new SetupError('E-READ-BACK', { values: { what: found.entry.displayName } });
  const now = { ...found, ...(await withServicePrincipal(directory, entry, found.origin)) };
  if (!now.principal?.isEnabled) return waiting(say('application.waitingForServicePrincipal'));
  if (!isComplete(now)) throw new SetupError('E-READ-BACK', { values: { what: entry.displayName } });
  remember(context, now);
  return { kind: 'done', evidence: [evidence(now)] };
}

function remember(context: StepContext, found: Found): void {
  const { entry, origin, principal } = found;
  const { objectId, appId, displayName: name } = entry;
  context.remember({
    application: {
      objectId,
      appId,
      displayName: name,
      origin,
      ...(principal && { servicePrincipalId: principal.objectId }),
      ...(wasDisabled(context, found) && { wasDisabled: true }),
    },
  });
}

/** As this setup met it: what was disabled later was enabled before. */
function wasDisabled(context: StepContext, { entry, origin, principal }: Found): boolean {
  const { application: known } = context.run().facts;
  if (known?.objectId === entry.objectId) return known.wasDisabled === true;
  return origin === 'found' && principal?.isEnabled === false;
}

/** Entra needs some seconds until a new object is known everywhere; a minute is already unusual. */
function waiting(sentence: Sentence): Applied {
  return { kind: 'waiting', sentence, againAfterMs: 3_000, limitMs: 3 * 60_000, onLimit: 'E-REPLICATION' };
}

function displayName(context: StepContext): string {
  return context.inputs['displayName'] ?? application.defaults['displayName'] ?? '';
}

/**
 * The one that this setup had made is gone. Entra may hold the name of a deleted application for as long as it can be restored, so another is chosen before
 * anything is sent: once for each approval, since what was sent with this one may only not be seen yet.
 */
function chooseAnotherName(context: StepContext): void {
  const run = context.run();
  const { application: known, moreUniqueNames = [] } = run.facts;
  if (known?.origin === 'made' && !isSentSinceApproval(run)) context.remember({ moreUniqueNames: [...moreUniqueNames, `${firstUniqueName(run)}-${context.ids.short()}`] });
}

function isSentSinceApproval({ steps, journal }: SetupRun): boolean {
  const state = steps.application;
  const since = state.status === 'applying' ? (state.firstApprovedAt ?? state.approvedAt) : '';
  return journal.some(({ request, intendedAt }) => request === saveRequest && intendedAt >= since);
}

/** Of this run alone: saving under it can never touch an application that was there before. */
function firstUniqueName({ id }: SetupRun): string {
  return `lead-setup-${id}`;
}

function uniqueNameOf(run: SetupRun): string {
  return run.facts.moreUniqueNames?.at(-1) ?? firstUniqueName(run);
}

/** The newest one that is there: one of before may have been restored. */
export async function applicationMadeBy(run: SetupRun, directory: Directory): Promise<Application | undefined> {
  for (const name of [firstUniqueName(run), ...(run.facts.moreUniqueNames ?? [])].toReversed()) {
    const made = await directory.applicationByUniqueName(name);
    if (made) return made;
  }
  return undefined;
}

function environmentTag(environment: Environment): string {
  return `lead-setup-environment:${new URL(environment.url).host}`;
}

function evidence({ entry: { displayName: name, appId }, origin, isEntered }: Found): Sentence {
  return say(`application.${origin === 'made' ? 'made' : isEntered ? 'byHand' : 'reused'}`, { name, appId });
}
