import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { DirectoryUser } from '../ports/microsoft.ts';
import type { Change, Plan } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import { withoutLeadAccess } from './leadAccess.ts';
import { newPassword } from './password.ts';
import { forgetPassword, knownPassword, passwordSecret, rememberOwnChange, rememberPassword, wasReplaced } from './servicePassword.ts';
import { type Applied, type Look, type Step, type StepContext, Stopped } from './step.ts';
import { deleteLeadRequest, proveByLead, writeLeadRequest } from './testLead.ts';

export const passwordRequest = 'PATCH graph /users/{id}';

/**
 * The proof: a marked lead, written in the user's name and with their privileges, found and removed by the administrator. That avoids a sign-in
 * with the password, which a second factor would stop; so the password itself is not proven. A password that is not known here any more is
 * replaced first. Needs the right to act on behalf of others, to read and delete leads, and for a password User Administrator.
 */
export const passwordAndProof: Step = {
  id: 'passwordAndProof',
  needs: ['userRole'],
  inputs: z.object({ proof: z.enum(['yes', 'no']) }).strict(),
  defaults: { proof: 'yes' },
  skipping: { inputs: { proof: 'no' }, consequence: say('passwordAndProof.skipConsequence') },
  foresee: ({ inputs }) => (inputs.passwordAndProof['proof'] === 'no' ? [] : leadChanges(say('passwordAndProof.changeWriteForeseen'))),
  look,
  isStillDone,
  apply,
};

function leadChanges(write: Sentence): Change[] {
  return [
    { sentence: write, request: writeLeadRequest, canBeUndone: true },
    { sentence: say('passwordAndProof.changeDelete'), request: deleteLeadRequest, canBeUndone: false },
  ];
}

/** The user can still sign in, and nobody has set another password. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const user = await context.microsoft.directory(context.actor).user(userOf(context).objectId);
  return user?.isEnabled === true && (userOf(context).isTheirs || !wasReplaced(context, user));
}

async function look(context: StepContext): Promise<Look> {
  const { objectId, userPrincipalName: userName } = userOf(context);
  const user = await context.microsoft.directory(context.actor).user(objectId);
  if (!user) return { kind: 'blocked', reason: say('licence.userGone', { userName }), cure: say('licence.userGoneCure') };
  if (!user.isEnabled) return { kind: 'blocked', reason: say('serviceUser.adoptedDisabled', { userName }), cure: say('serviceUser.adoptedDisabledCure') };
  if (context.byHand) return lookForTheirs(context, user);
  rememberChange(context, user);
  if (!needsPassword(context, user) && !wantsProof(context)) return { kind: 'done', evidence: evidence(context) };
  const obstacle = wantsProof(context) ? await withoutLeadAccess(context) : undefined;
  return obstacle ?? { kind: 'needed', plan: plan(context, user) };
}

/** What is there before the person sets one themselves. */
function rememberChange(context: StepContext, { passwordChangedAt }: DirectoryUser): void {
  if (context.run().facts.passwordChangedBefore !== passwordChangedAt) context.remember({ passwordChangedBefore: passwordChangedAt });
}

/** A password that was changed since the step was shown is the person's own; nothing can be proven with it. */
function lookForTheirs(context: StepContext, { passwordChangedAt, userPrincipalName: userName }: DirectoryUser): Look {
  const { serviceUser, passwordChangedBefore } = context.run().facts;
  if (!userOf(context).isTheirs && passwordChangedAt === passwordChangedBefore) {
    return { kind: 'byHand', missing: [say('passwordAndProof.noNewPassword', { userName })] };
  }
  forgetPassword(context);
  if (serviceUser) context.remember({ serviceUser: { ...serviceUser, isTheirs: true } });
  return { kind: 'done', evidence: [say('passwordAndProof.notProven'), say('passwordAndProof.passwordTheirs', { userName })] };
}

/** Nobody's password is changed who has set it themselves. */
function needsPassword(context: StepContext, user: DirectoryUser): boolean {
  return !userOf(context).isTheirs && (knownPassword(context) === undefined || wasReplaced(context, user));
}

function wantsProof({ inputs }: StepContext): boolean {
  return inputs['proof'] !== 'no';
}

function plan(context: StepContext, user: DirectoryUser): Plan {
  const { userPrincipalName: userName } = user;
  const isNew = needsPassword(context, user);
  const isProven = wantsProof(context);
  return {
    summary: say(isNew ? 'passwordAndProof.summaryNewPassword' : 'passwordAndProof.summary', { userName }),
    reversal: say(isNew ? 'passwordAndProof.reversalNewPassword' : 'passwordAndProof.reversal'),
    notices: [
      ...(isNew ? [say('passwordAndProof.passwordReplaced')] : []),
      ...(userOf(context).isTheirs ? [say('passwordAndProof.passwordTheirs', { userName })] : []),
      ...(isProven ? [say('keyAndProof.sideEffects'), say('passwordAndProof.notSignedIn')] : [say('passwordAndProof.skipConsequence')]),
    ],
    facts: [],
    changes: [
      ...(isNew ? [{ sentence: say('passwordAndProof.changePassword', { userName }), request: passwordRequest, canBeUndone: false }] : []),
      ...(isProven ? leadChanges(say('passwordAndProof.changeWrite', { userName })) : []),
    ],
  };
}

async function apply(context: StepContext): Promise<Applied> {
  const user = await context.microsoft.directory(context.actor).user(userOf(context).objectId);
  if (!user) throw new SetupError('E-READ-BACK', { values: { what: userOf(context).userPrincipalName } });
  if (needsPassword(context, user)) await replacePassword(context, user);
  const reason = wantsProof(context) ? await prove(context) : undefined;
  if (reason !== undefined) return waiting(reason);
  keepLonger(context);
  return { kind: 'done', evidence: evidence(context) };
}

/** Sealed before it is sent, as with a new user: one whose answer was lost is sent again, one that was in use before is destroyed first. */
async function replacePassword(context: StepContext, before: DirectoryUser): Promise<void> {
  const { objectId, userPrincipalName, displayName } = userOf(context);
  if (context.run().facts.password) forgetPassword(context);
  const password = context.secrets.open(passwordSecret) ?? newPassword([userPrincipalName, displayName]);
  if (!context.secrets.keep(passwordSecret, password)) throw new Stopped();
  const directory = context.microsoft.directory(context.actor);
  await context.changing(passwordRequest, () => directory.setPassword(objectId, password));
  rememberPassword(context);
  const after = await directory.user(objectId);
  // What is read at once may still be of before.
  if (after && after.passwordChangedAt !== before.passwordChangedAt) rememberOwnChange(context, after);
}

async function prove(context: StepContext): Promise<string | undefined> {
  const { objectId } = userOf(context);
  return proveByLead(context, {
    write: (lead, dataverse) => dataverse.writeLeadAs(objectId, lead),
    isInTheirName: true,
    systemUserId: context.run().facts.dataverseUser?.systemUserId,
  });
}

/** It was sealed when the user was made; whoever is to be shown it has a day from now. */
function keepLonger(context: StepContext): void {
  const password = knownPassword(context);
  if (password !== undefined && !context.secrets.keep(passwordSecret, password)) throw new Stopped();
}

/** What was shown, and what was not. */
function evidence(context: StepContext): Sentence[] {
  const { userPrincipalName: userName, isTheirs } = userOf(context);
  const values = { userName, environment: context.environment.name };
  return [
    ...(wantsProof(context) ? [say('passwordAndProof.proven', values), say('passwordAndProof.notSignedIn')] : [say('passwordAndProof.notProven')]),
    isTheirs ? say('passwordAndProof.passwordTheirs', values) : say('passwordAndProof.passwordKept'),
  ];
}

/** A role that was just given is not known everywhere at once. */
function waiting(reason: string): Applied {
  return { kind: 'waiting', sentence: say('passwordAndProof.waitingForRights', { reason }), againAfterMs: 4_000, limitMs: 3 * 60_000, onLimit: 'E-PROOF-TIMEOUT' };
}

function userOf(context: StepContext): { objectId: string; userPrincipalName: string; displayName: string; isTheirs: boolean } {
  const { serviceUser } = context.run().facts;
  if (!serviceUser?.objectId) throw new Error('The account is proven before the user was made');
  const { objectId, userPrincipalName, displayName, isTheirs = false } = serviceUser;
  return { objectId, userPrincipalName, displayName, isTheirs };
}
