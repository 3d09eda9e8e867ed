import { type ErrorCode, SetupError } from '../errors.ts';
import type { Dataverse, EnvironmentUser } from '../ports/microsoft.ts';
import type { Change, Environment, JournalEntry } from '../run.ts';
import { say } from '../sentence.ts';
import { type Applied, PlanAnew, type StepContext } from './step.ts';

const addRequest = 'POST powerPlatform /environments/{id}/addUser';
/** Asked in the user's name, at which Dynamics takes them in. */
const askRequest = 'GET dataverse /WhoAmI';
/** Forced once, it takes its time; after that, forcing it again does no harm. */
const forceAgainMs = 2 * 60_000;
const longestLicenceMs = 10 * 60_000;
const longestSyncMs = 15 * 60_000;
const longestOthersMs = 20 * 60_000;
/** Somebody may not do it this way, or this way is not there: another one is left. Anything else may pass. */
const closed: readonly ErrorCode[] = ['E-REFUSED', 'E-CONSENT', 'E-SIGN-IN', 'E-FOREIGN', 'E-NOT-FOUND', 'E-NOT-MEMBER'];

/** Where the environment's id is known, the other way is left for somebody who may not force it: the sentence says both. */
export function admissionChange({ environmentId }: Pick<Environment, 'environmentId'>, userName: string): Change {
  return { sentence: say(environmentId ? 'licence.changeAdmit' : 'licence.changeAdmitAsked', { userName }), request: requestIn(environmentId), canBeUndone: true };
}

export function foreseenAdmission(environment: Pick<Environment, 'environmentId'> | undefined): Change {
  return { sentence: say('licence.changeAdmitForeseen'), request: requestIn(environment?.environmentId), canBeUndone: true };
}

function requestIn(environmentId: string | undefined): string {
  return environmentId ? addRequest : askRequest;
}

/** As whoever began the setup sees it: somebody who was asked for a licence only may be no user of it. */
export function environmentOf(context: StepContext): Dataverse {
  return context.microsoft.dataverse(context.run().startedBy, context.environment);
}

/** The user's row in the environment, once it is there and enabled; until then what is waited for. Forces what Microsoft would do by and by. */
export async function admitted(context: StepContext, objectId: string, givesLicence: boolean): Promise<{ kind: 'there'; user: EnvironmentUser } | (Applied & { kind: 'waiting' })> {
  const user = await environmentOf(context).userOf(objectId);
  if (user && !user.isDisabled) return { kind: 'there', user };
  const isLicensed = await force(context, objectId);
  if (isLicensed) return waitingForUser();
  return givesLicence ? waitingForLicence() : waitingForOthers(context);
}

/** Whether the licence is in force, as far as that is told. */
async function force(context: StepContext, objectId: string): Promise<boolean> {
  const { environmentId } = context.environment;
  if (!environmentId || isClosed(context, addRequest)) return ask(context, objectId);
  if (isRecent(context, addRequest)) return true;
  const wasAdded = entriesOf(context, addRequest).some(isDone);
  const added = await unlessClosed(() =>
    context.changing(addRequest, () => context.microsoft.powerPlatform(context.actor).addUser(environmentId, objectId)),
  );
  if (!added) return ask(context, objectId);
  return wasAdded || added.kind === 'added';
}

/** Dynamics does not say here whether the licence is what is missing. */
async function ask(context: StepContext, objectId: string): Promise<true> {
  if (isClosed(context, askRequest) || isRecent(context, askRequest)) return true;
  await unlessClosed(() => context.changing(askRequest, () => environmentOf(context).admit(objectId), context.run().startedBy));
  return true;
}

async function unlessClosed<T>(forcing: () => Promise<T>): Promise<T | undefined> {
  try {
    return await forcing();
  } catch (error) {
    if (error instanceof SetupError && closed.includes(error.code)) return undefined;
    throw error;
  }
}

/** Another person may be allowed what this one is not. */
function entriesOf(context: StepContext, request: string): JournalEntry[] {
  const { objectId } = request === askRequest ? context.run().startedBy : context.actor;
  return context.run().journal.filter((entry) => entry.request === request && entry.by === objectId);
}

/** A sign-in that was not accepted may be by now. */
function isClosed(context: StepContext, request: string): boolean {
  const code = refusalIn(entriesOf(context, request).at(-1));
  return closed.some((one) => one === code) && (code !== 'E-SIGN-IN' || isWithin(context, request));
}

/** The code with which it was refused: the first word of what the journal kept. */
function refusalIn(entry: JournalEntry | undefined): string | undefined {
  return entry?.outcome?.result === 'refused' ? entry.outcome.detail.split(' ')[0] : undefined;
}

function isDone({ outcome }: JournalEntry): boolean {
  return outcome?.result === 'done';
}

function isRecent(context: StepContext, request: string): boolean {
  const last = entriesOf(context, request).at(-1);
  const wasSaid = request === askRequest || (last !== undefined && isDone(last));
  return wasSaid && isWithin(context, request);
}

/** It was tried so shortly ago that trying it again would tell nothing. */
function isWithin(context: StepContext, request: string): boolean {
  const last = entriesOf(context, request).at(-1);
  return last !== undefined && context.clock.now().getTime() - Date.parse(last.intendedAt) < forceAgainMs;
}

function waitingForLicence(): Applied & { kind: 'waiting' } {
  return { kind: 'waiting', sentence: say('licence.waitingForLicence'), againAfterMs: 15_000, limitMs: longestLicenceMs, onLimit: 'E-NOT-LICENSED' };
}

/** The organization gives the licence, in its own time; where it does not come, the bot can give one after all. */
function waitingForOthers(context: StepContext): Applied & { kind: 'waiting' } {
  const sentence = say('licence.waitingForOthers');
  const state = context.run().steps.licence;
  const progress = state.status === 'applying' ? state.progress : undefined;
  const waitedMs = progress?.sentence.key === sentence.key ? context.clock.now().getTime() - Date.parse(progress.since) : 0;
  if (waitedMs >= longestOthersMs) throw new PlanAnew({ ...context.inputs, skuId: '' }, say('licence.stillWithout'));
  return { kind: 'waiting', sentence, againAfterMs: 30_000, limitMs: 2 * longestOthersMs, onLimit: 'E-NOT-LICENSED' };
}

function waitingForUser(): Applied & { kind: 'waiting' } {
  return { kind: 'waiting', sentence: say('licence.waitingForUser'), againAfterMs: 10_000, limitMs: longestSyncMs, onLimit: 'E-USER-MISSING' };
}
