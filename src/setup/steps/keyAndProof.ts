import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { Directory, LeadWriter } from '../ports/microsoft.ts';
import type { Change, Plan } from '../run.ts';
import { say } from '../sentence.ts';
import { keyLives, makeLongestLiving, monthsFrom } from './keyLife.ts';
import { type Applied, type Look, type Step, type StepContext, Stopped } from './step.ts';
import { deleteLeadRequest, proveByLead, writeLeadRequest } from './testLead.ts';

const addRequest = 'POST graph /applications/{id}/addPassword';
const removeRequest = 'POST graph /applications/{id}/removePassword';
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
  inputs: z.object({ months: z.enum(keyLives) }).strict(),
  defaults: { months: '24' },
  foresee: ({ inputs }) => newChanges({ name: inputs.application['displayName'] ?? '', months: inputs.keyAndProof['months'] ?? '' }),
  look,
  apply,
};

/** Always needed: that an earlier key works cannot be read, and its value is nowhere. */
async function look(context: StepContext): Promise<Look> {
  const directory = context.microsoft.directory(context.actor);
  const application = await directory.application(applicationOf(context).objectId);
  if (!application) throw new SetupError('E-READ-BACK', { values: { what: applicationOf(context).displayName } });
  const own = application.keys.filter(({ displayName }) => displayName === keyName(context));
  return { kind: 'needed', plan: plan(context, own.length > 0) };
}

function plan(context: StepContext, replaces: boolean): Plan {
  const values = { name: applicationOf(context).displayName, months: context.inputs['months'] ?? '' };
  return {
    summary: say(replaces ? 'keyAndProof.summaryReplace' : 'keyAndProof.summary', values),
    reversal: say('keyAndProof.reversal'),
    notices: [say('keyAndProof.sideEffects')],
    facts: [],
    changes: [
      ...(replaces ? [{ sentence: say('keyAndProof.changeRemove'), request: removeRequest, canBeUndone: false }] : []),
      ...newChanges(values),
    ],
  };
}

function newChanges(values: { name: string; months: string }): Change[] {
  return [
    { sentence: say('keyAndProof.changeAdd', values), request: addRequest, canBeUndone: true },
    { sentence: say('keyAndProof.changeWrite'), request: writeLeadRequest, canBeUndone: true },
    { sentence: say('keyAndProof.changeDelete'), request: deleteLeadRequest, canBeUndone: false },
  ];
}

async function apply(context: StepContext): Promise<Applied> {
  const directory = context.microsoft.directory(context.actor);
  const secret = await knownKey(context, directory) ?? (await newKey(context, directory));
  const writer = context.microsoft.leadWriter(
    { tenantId: context.actor.tenantId, appId: applicationOf(context).appId, secret },
    context.environment,
  );
  return (await prove(context, writer)) ?? finish(context, directory);
}

/** The key that an earlier try sealed, while it is still on the application. */
async function knownKey(context: StepContext, directory: Directory): Promise<string | undefined> {
  const { key } = context.run().facts;
  const secret = context.secrets.open(keySecret);
  if (!key || !secret) return undefined;
  const application = await directory.application(applicationOf(context).objectId);
  return application?.keys.some(({ keyId }) => keyId === key.keyId) ? secret : undefined;
}

async function newKey(context: StepContext, directory: Directory): Promise<string> {
  await removeKeysBut(undefined, context, directory);
  const { objectId } = applicationOf(context);
  const displayName = keyName(context);
  const made = await makeLongestLiving(Number(context.inputs['months']), (months) => {
    const wanted = { displayName, endsAt: monthsFrom(context.clock.now(), months) };
    context.remember({ key: { ...wanted, madeBy: context.actor.objectId } });
    return context.changing(addRequest, () => directory.addKey(objectId, wanted));
  });
  context.remember({ key: { displayName, madeBy: context.actor.objectId, keyId: made.keyId, endsAt: made.endsAt } });
  if (context.secrets.keep(keySecret, made.secret)) return made.secret;
  // Cancelled while Entra was making it: nobody will ever see this key.
  await directory.removeKey(objectId, made.keyId);
  context.remember({ key: undefined });
  throw new Stopped();
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

async function finish(context: StepContext, directory: Directory): Promise<Applied> {
  const { key } = context.run().facts;
  await removeKeysBut(key?.keyId, context, directory);
  const { displayName: name } = applicationOf(context);
  return { kind: 'done', evidence: [say('keyAndProof.proven', { name, environment: context.environment.name })] };
}

/** A new key and a new user need up to a minute until they are known everywhere. */
function waiting(key: string, reason: string): Applied {
  return { kind: 'waiting', sentence: say(key, { reason }), againAfterMs: 4_000, limitMs: 3 * 60_000, onLimit: 'E-PROOF-TIMEOUT' };
}

function keyName(context: StepContext): string {
  return `lead-setup ${context.run().id}`;
}

function applicationOf(context: StepContext) {
  const { application } = context.run().facts;
  if (!application) throw new Error('A key is made before the application');
  return application;
}
