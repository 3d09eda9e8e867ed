import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { Application, Directory, LeadWriter } from '../ports/microsoft.ts';
import type { Change, Inputs, Plan } from '../run.ts';
import { say } from '../sentence.ts';
import { applicationFact } from './applicationFact.ts';
import { keyLives, makeLongestLiving, monthsFrom } from './keyLife.ts';
import { withoutLeadAccess } from './leadAccess.ts';
import { isInVault, isMadeForPlace, lookAtVault, putIntoVault, vaultChange, vaultPlaceIn } from './keyVaultPlace.ts';
import { type Applied, type Look, type Step, type StepContext, Stopped } from './step.ts';
import { deleteLeadRequest, proveByLead, writeLeadRequest } from './testLead.ts';

export const addRequest = 'POST graph /applications/{id}/addPassword';
export const removeRequest = 'POST graph /applications/{id}/removePassword';
const proofChanges: readonly Change[] = [
  { sentence: say('keyAndProof.changeWrite'), request: writeLeadRequest, canBeUndone: true },
  { sentence: say('keyAndProof.changeDelete'), request: deleteLeadRequest, canBeUndone: false },
];
/** Key Vault's own rule for names of secrets. */
const secretName = z.string().regex(/^[0-9a-zA-Z-]{1,127}$/u);
const defaultSecretName = 'marketplace-lead-writer';
/** The name under which the key lies sealed. */
export const keySecret = 'key';

/**
 * A10–A11 and the proof: a key, a token with it, a marked lead written as the application, found and removed by the
 * administrator. Needs the right to add keys to the application, and to read and delete leads.
 * The key is made last, so that it lives minutes before it is seen. Taken back by removing the key.
 */
export const keyAndProof: Step = {
  id: 'keyAndProof',
  needs: ['applicationUserAndRole'],
  inputs: z.object({ months: z.enum(keyLives), proof: z.enum(['yes', 'no']).default('yes'), vault: z.string().max(256).default(''), vaultSecret: secretName.default(defaultSecretName) }).strict(),
  defaults: { months: '24', proof: 'yes', vault: '', vaultSecret: defaultSecretName },
  foresee: ({ inputs }) => newChanges(inputs.application['displayName'] ?? '', inputs.keyAndProof),
  forewarns: ({ inputs }) => (wantsProof(inputs.keyAndProof) ? [] : [say('keyAndProof.skipped')]),
  skipping: { inputs: { proof: 'no' }, consequence: say('keyAndProof.skipped') },
  look,
  isStillDone,
  apply,
};

/** Always needed, unless the person makes the key: that an earlier one works cannot be read, and its value is nowhere. */
async function look(context: StepContext): Promise<Look> {
  const directory = context.microsoft.directory(context.actor);
  const application = await directory.application(applicationOf(context).objectId);
  if (!application) throw new SetupError('E-READ-BACK', { values: { what: applicationOf(context).displayName } });
  if (context.byHand) return lookForTheirs(context, application);
  const obstacle = wantsProof(context.inputs) ? await withoutLeadAccess(context) : undefined;
  if (obstacle) return obstacle;
  const place = vaultPlaceIn(context.inputs);
  const vault = place ? await lookAtVault(context, place) : undefined;
  if (vault?.obstacle) return vault.obstacle;
  rememberKeys(context, application);
  const kept = place && keptKey(context);
  const own = application.keys.filter(({ displayName, keyId }) => displayName === keyName(context) && keyId !== kept);
  return { kind: 'needed', plan: plan(context, { replaces: own.length > 0, addsVersion: vault?.isTaken === true }) };
}

/** The key that was made is still on the application. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const keyId = context.run().facts.key?.keyId;
  const application = await context.microsoft.directory(context.actor).application(applicationOf(context).objectId);
  return application !== undefined && (keyId === undefined || application.keys.some((key) => key.keyId === keyId));
}

/** What is there before the person makes one themselves. */
function rememberKeys(context: StepContext, { keys }: Application): void {
  const keyIds = keys.map(({ keyId }) => keyId).toSorted();
  const known = context.run().facts.keysBefore;
  if (JSON.stringify(known) !== JSON.stringify(keyIds)) context.remember({ keysBefore: keyIds });
}

/** A key that works and was not there before. Its value is the person's alone, so nothing can be proven with it. */
function lookForTheirs(context: StepContext, { keys, displayName: name }: Application): Look {
  const { keysBefore = [] } = context.run().facts;
  const now = context.clock.now().toISOString();
  const theirs = keys.find(({ keyId, endsAt }) => endsAt > now && !keysBefore.includes(keyId));
  if (!theirs) return { kind: 'byHand', missing: [say('keyAndProof.noNewKey', { name })] };
  const { keyId, displayName, endsAt } = theirs;
  context.remember({ key: { keyId, displayName: displayName || keyId, endsAt, madeBy: context.actor.objectId, isByHand: true } });
  return { kind: 'done', evidence: [say('keyAndProof.keyByHand', { name })] };
}

function plan(context: StepContext, { replaces, addsVersion }: { replaces: boolean; addsVersion: boolean }): Plan {
  const values = { name: applicationOf(context).displayName, months: context.inputs['months'] ?? '' };
  const isProven = wantsProof(context.inputs);
  const place = vaultPlaceIn(context.inputs);
  const where = { name: place?.name ?? '', vault: place?.address ?? '' };
  return {
    summary: say(`keyAndProof.summary${replaces ? 'Replace' : ''}${isProven ? '' : 'Unproven'}`, values),
    reversal: say('keyAndProof.reversal'),
    notices: [
      isProven ? say('keyAndProof.sideEffects') : say('keyAndProof.skipped'),
      ...(place ? [say('keyAndProof.intoVault', where)] : []),
      ...(addsVersion ? [say('keyAndProof.newVersion', where)] : []),
    ],
    facts: [applicationFact(applicationOf(context))],
    changes: [
      ...(replaces ? [{ sentence: say('keyAndProof.changeRemove'), request: removeRequest, canBeUndone: false }] : []),
      ...newChanges(values.name, context.inputs),
    ],
  };
}

function newChanges(name: string, inputs: Inputs): Change[] {
  const values = { name, months: inputs['months'] ?? '' };
  const added: Change = { sentence: say('keyAndProof.changeAdd', values), request: addRequest, canBeUndone: true };
  const place = vaultPlaceIn(inputs);
  return [added, ...(wantsProof(inputs) ? proofChanges : []), ...(place ? [vaultChange(place)] : [])];
}

function wantsProof(inputs: Inputs): boolean {
  return inputs['proof'] !== 'no';
}

async function apply(context: StepContext): Promise<Applied> {
  const directory = context.microsoft.directory(context.actor);
  if (isInVault(context)) return finish(context, directory);
  const secret = await knownKey(context, directory) ?? (await newKey(context, directory));
  if (await isUnlisted(context, directory)) return waiting('keyAndProof.waitingForList');
  if (!wantsProof(context.inputs)) return handOn(context, directory, secret);
  const writer = context.microsoft.leadWriter(
    { tenantId: context.actor.tenantId, appId: applicationOf(context).appId, secret },
    context.environment,
  );
  return (await prove(context, writer)) ?? handOn(context, directory, secret);
}

/** Entra's servers do not all know of a new key at once: that is waited for, and not being listed yet is no reason to make another. */
const listedMs = 60_000;
const knownEverywhereMs = 2 * 60_000;

/** The key that an earlier try sealed, while it is still on the application, or has only just been made. */
async function knownKey(context: StepContext, directory: Directory): Promise<string | undefined> {
  const { key } = context.run().facts;
  const secret = context.secrets.open(keySecret);
  if (!key || !secret || !isMadeForPlace(context)) return undefined;
  const application = await directory.application(applicationOf(context).objectId);
  const isListed = application?.keys.some(({ keyId }) => keyId === key.keyId);
  return isListed || isMadeWithin(knownEverywhereMs, context) ? secret : undefined;
}

/** Whoever looks for the key after this step is to find it, and with it any that was made before and whose answer was lost. */
async function isUnlisted(context: StepContext, directory: Directory): Promise<boolean> {
  if (!isMadeWithin(listedMs, context)) return false;
  const application = await directory.application(applicationOf(context).objectId);
  return application?.keys.some(({ keyId }) => keyId === context.run().facts.key?.keyId) !== true;
}

function isMadeWithin(ms: number, context: StepContext): boolean {
  const made = context.run().journal.findLast(({ request, outcome }) => request === addRequest && outcome?.result === 'done');
  return made !== undefined && Math.abs(context.clock.now().getTime() - Date.parse(made.intendedAt)) < ms;
}

/** Id of a key that was made for the vault and waits sealed until the vault takes it. */
function keptKey(context: StepContext): string | undefined {
  return context.secrets.open(keySecret) !== undefined && isMadeForPlace(context) ? context.run().facts.key?.keyId : undefined;
}

async function newKey(context: StepContext, directory: Directory): Promise<string> {
  if (context.run().facts.vaultSecret) context.remember({ vaultSecret: undefined });
  await removeKeysBut(undefined, context, directory);
  const { objectId } = applicationOf(context);
  const made: { key?: MadeKey } = {};
  try {
    const key = await makeLongestLiving(Number(context.inputs['months']), (months) => addKey(context, directory, { months, made }));
    if (isSealed(context, key)) return key.secret;
  } catch (error) {
    // What could not be put on record, as another worker has gone on meanwhile or the disk is full, is a key that nobody knows.
    if (made.key) await directory.removeKey(objectId, made.key.keyId);
    throw error;
  }
  return await putAway(context, directory, made.key);
}

/** Cancelled while Entra was making it: nobody will ever see this key. */
async function putAway(context: StepContext, directory: Directory, key: MadeKey | undefined): Promise<never> {
  if (key) await context.tidying(removeRequest, () => directory.removeKey(applicationOf(context).objectId, key.keyId));
  context.remember({ key: undefined, vaultSecret: undefined });
  throw new Stopped();
}

type MadeKey = Awaited<ReturnType<Directory['addKey']>>;

/** `made` has it as soon as it is there, whatever becomes of its record. */
async function addKey(context: StepContext, directory: Directory, { months, made }: { months: number; made: { key?: MadeKey } }): Promise<MadeKey> {
  const wanted = { displayName: keyName(context), endsAt: monthsFrom(context.clock.now(), months) };
  context.remember({ key: { ...wanted, madeBy: context.actor.objectId } });
  return await context.changing(addRequest, async () => (made.key = await directory.addKey(applicationOf(context).objectId, wanted)));
}

function isSealed(context: StepContext, { keyId, endsAt, secret }: MadeKey): boolean {
  const place = vaultPlaceIn(context.inputs);
  context.remember({
    // Stopped meanwhile: what is said about it since stays.
    key: { ...context.run().facts.key, displayName: keyName(context), madeBy: context.actor.objectId, keyId, endsAt },
    ...(place && { vaultSecret: { ...place, keyId } }),
  });
  return context.secrets.keep(keySecret, secret);
}

/** Keys under this run's name whose value nobody knows (an answer was lost) are removed, so that none is forgotten. */
async function removeKeysBut(kept: string | undefined, context: StepContext, directory: Directory): Promise<void> {
  const { objectId } = applicationOf(context);
  const application = await directory.application(objectId);
  const lost = application?.keys.filter(({ keyId, displayName }) => displayName === keyName(context) && keyId !== kept);
  for (const { keyId } of lost ?? []) {
    await context.changing(removeRequest, () => directory.removeKey(objectId, keyId));
  }
}

/** undefined when the proof is complete. */
async function prove(context: StepContext, writer: LeadWriter): Promise<Applied | undefined> {
  const signedIn = await writer.signIn();
  if (signedIn.kind === 'waiting') return waiting('keyAndProof.waitingForKey', signedIn.reason);
  const reason = await proveByLead(context, {
    write: (lead) => writer.writeLead(lead),
    systemUserId: context.run().facts.applicationUser?.systemUserId,
  });
  return reason === undefined ? undefined : waiting('keyAndProof.waitingForRights', reason);
}

/** A key that goes into a vault is sealed here until it is there, and not a moment longer. */
async function handOn(context: StepContext, directory: Directory, secret: string): Promise<Applied> {
  const place = vaultPlaceIn(context.inputs);
  const { key } = context.run().facts;
  if (place && key?.keyId) {
    const version = await putIntoVault(context, place, { keyId: key.keyId, value: secret, endsAt: key.endsAt });
    context.remember({ vaultSecret: { ...place, keyId: key.keyId, version } });
  }
  return finish(context, directory);
}

async function finish(context: StepContext, directory: Directory): Promise<Applied> {
  const { key, vaultSecret } = context.run().facts;
  if (isInVault(context)) context.secrets.forget(keySecret);
  await removeKeysBut(key?.keyId, context, directory);
  const values = { name: applicationOf(context).displayName, environment: context.environment.name };
  const inVault = vaultSecret ? [say('keyAndProof.inVault', { name: vaultSecret.name, vault: vaultSecret.address })] : [];
  return { kind: 'done', evidence: [say(wantsProof(context.inputs) ? 'keyAndProof.proven' : 'keyAndProof.unproven', values), ...inVault] };
}

/** A new key and a new user need up to a minute until they are known everywhere. */
function waiting(key: string, reason?: string): Applied {
  return { kind: 'waiting', sentence: say(key, reason === undefined ? undefined : { reason }), againAfterMs: 4_000, limitMs: 3 * 60_000, onLimit: 'E-PROOF-TIMEOUT' };
}

export function keyName(context: Pick<StepContext, 'run'>): string {
  return `lead-setup ${context.run().id}`;
}

function applicationOf(context: StepContext) {
  const { application } = context.run().facts;
  if (!application) throw new Error('A key is made before the application');
  return application;
}
