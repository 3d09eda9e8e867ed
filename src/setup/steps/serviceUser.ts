import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { Directory, DirectoryUser } from '../ports/microsoft.ts';
import type { Change, Choices, Inputs, JournalEntry, Plan, SetupRun } from '../run.ts';
import { say } from '../sentence.ts';
import { newPassword } from './password.ts';
import { forgetPassword, passwordSecret, rememberOwnChange, rememberPassword } from './servicePassword.ts';
import { blockedBy, choicesOf, freeName, isNameOfDeleted, readPlace } from './serviceUserPlace.ts';
import { type Applied, type Look, type Step, type StepContext, Stopped } from './step.ts';

const createRequest = 'POST graph /users';
/** Named apart from a change of the password. */
const enableRequest = 'PATCH graph /users/{id} (accountEnabled)';
/** Written where an administrator sees it, and where it fits: an employee id holds 16 characters only. */
const markPrefix = 'lead-setup-run:';

/**
 * O1–O4b: the Microsoft 365 user that leads are written as: a member without any directory role, whose password the bot makes and seals.
 * Needs User Administrator. Taken back by deleting the user. One that a person made themselves is used as it is.
 */
export const serviceUser: Step = {
  id: 'serviceUser',
  needs: [],
  inputs: z
    .object({
      displayName: z.string().trim().min(1).max(120),
      /** What stands before the @. Entra allows no accents there; a dot may not end it. */
      userName: z.string().trim().max(64).regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?$/iu),
      /** Empty: the default domain of the organization if users sign in at Microsoft there, else the first such domain. */
      domain: z.string().trim().toLowerCase().max(48).regex(/^(?:|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/u),
      /** ISO 3166, two letters. Empty: the country of the organization. */
      usageLocation: z.string().trim().toUpperCase().regex(/^(?:|[A-Z]{2})$/u),
      /** Whole user name of a user that a person has made themselves; it is used as it is, and the other inputs are not looked at. */
      adoptedName: z.string().trim().max(113).regex(/^(?:|[^\s@]+@[^\s@]+)$/u),
    })
    .strict(),
  defaults: { displayName: 'Marketplace Lead Writer', userName: 'marketplace-lead-writer', domain: '', usageLocation: '', adoptedName: '' },
  foresee: ({ inputs }) => (inputs.serviceUser['adoptedName'] ? [] : [foreseen(inputs.serviceUser)]),
  forewarns: ({ inputs }) => (inputs.serviceUser['adoptedName'] ? [] : noticesOfNew),
  look,
  isStillDone,
  apply,
};

const noticesOfNew = [say('serviceUser.noticePassword'), say('serviceUser.noticeMultifactor')];

function foreseen({ userName = '', domain }: Inputs): Change {
  const sentence = domain ? say('serviceUser.changeCreate', { userName: `${userName}@${domain}` }) : say('serviceUser.changeCreateForeseen', { userName });
  return { sentence, request: createRequest, canBeUndone: true };
}

/** Made by this run, by an earlier one of this installation, or by a person; `stranger` is somebody else's. */
type Origin = 'made' | 'earlier' | 'theirs' | 'stranger';

async function look(context: StepContext): Promise<Look> {
  const directory = context.microsoft.directory(context.actor);
  try {
    const { adoptedName } = context.inputs;
    return adoptedName ? await lookedAt(context, await directory.user(adoptedName), { userName: adoptedName, choices: {} }) : await lookForOwn(context, directory);
  } catch (error) {
    if (!(error instanceof SetupError) || error.upstream?.status !== 403) throw error;
    return { kind: 'blocked', reason: say('serviceUser.noRight'), cure: say('serviceUser.noRightCure'), choices: {}, lacksRight: true };
  }
}

/** The user that was made or taken is there and may sign in, whatever it is called now. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const { serviceUser: known } = context.run().facts;
  const user = known?.objectId ? await context.microsoft.directory(context.actor).user(known.objectId) : undefined;
  return user?.isEnabled === true;
}

/** A user that was made by hand: nothing about it is changed. */
async function lookedAt(context: StepContext, user: DirectoryUser | undefined, { userName, choices }: { userName: string; choices: Choices }): Promise<Look> {
  const trouble = await troubleWith(context, user);
  if (!user || trouble) {
    return { kind: 'blocked', reason: say(`serviceUser.adopted${trouble}`, { userName }), cure: say(`serviceUser.adopted${trouble}Cure`), choices };
  }
  remember(context, user, 'theirs');
  return { kind: 'done', evidence: [say('serviceUser.adopted', { userName: user.userPrincipalName })] };
}

type Trouble = 'Missing' | 'Self' | 'Guest' | 'Disabled' | 'Federated' | 'Administrator';

/** O4b: the user may hold no directory role, as its password leaves the organization. */
async function troubleWith(context: StepContext, user: DirectoryUser | undefined): Promise<Trouble | undefined> {
  if (!user) return 'Missing';
  // Whoever was asked for the step would else end it with an account of their own.
  if ([context.run().startedBy, context.actor].some(({ objectId }) => objectId === user.objectId)) return 'Self';
  if (user.isGuest) return 'Guest';
  if (!user.isEnabled) return 'Disabled';
  if (await isFederated(context, user)) return 'Federated';
  return (await context.microsoft.directory(context.actor).isAdministrator(user.objectId)) ? 'Administrator' : undefined;
}

/** Its password is kept elsewhere, and none can be handed over. */
async function isFederated(context: StepContext, { userPrincipalName }: DirectoryUser): Promise<boolean> {
  const { domains } = await context.microsoft.directory(context.actor).organizationDetails();
  const domain = userPrincipalName.split('@').at(-1)?.toLowerCase();
  return domains.some(({ name, isManaged }) => name.toLowerCase() === domain && !isManaged);
}

async function lookForOwn(context: StepContext, directory: Directory): Promise<Look> {
  const place = await readPlace(context, directory);
  if (place.kind === 'unusable') return place.look;
  const { userName, domain } = place;
  const choices = choicesOf(place);
  const user = (await directory.user(userName)) ?? (await earlierUser(context, directory));
  const origin = user && originOf(context, user);
  const trouble = origin === 'stranger' ? 'taken' : !user && (await isNameOfDeleted(context, directory, userName)) ? 'takenByDeleted' : undefined;
  if (trouble) return blockedBy(trouble, { userName, choices, free: await freeName(context, directory, domain) });
  if (!user) return { kind: 'needed', plan: planNew(context, place), choices };
  if (isBlockedSince(context, user, origin)) return { kind: 'needed', plan: planEnable(user), choices };
  if (origin === 'theirs' || !user.isEnabled) return lookedAt(context, user, { userName, choices });
  return origin === 'made' ? finished(context, user) : { kind: 'needed', plan: planFound(user), choices };
}

/** This setup has used it before, and it could sign in then; one of somebody else's is theirs to unblock. */
function isBlockedSince(context: StepContext, { objectId, isEnabled }: DirectoryUser, origin: Origin | undefined): boolean {
  const isOurs = origin === 'made' || origin === 'earlier';
  return !isEnabled && isOurs && context.run().facts.serviceUser?.objectId === objectId;
}

/** One that a setup of this environment left behind under another name, unless a name is wanted. */
async function earlierUser(context: StepContext, directory: Directory): Promise<DirectoryUser | undefined> {
  const { userName, domain } = context.inputs;
  if (userName !== serviceUser.defaults['userName'] || domain) return undefined;
  for (const run of context.earlierRuns()) {
    const { objectId, isTheirs } = run.facts.serviceUser ?? {};
    // One after the other: the newest that is still there is the one.
    const user = objectId && !isTheirs ? await directory.user(objectId) : undefined;
    if (user?.isEnabled && isMadeBy(run, user)) return user;
  }
  return undefined;
}

function originOf(context: StepContext, user: DirectoryUser): Origin {
  const { serviceUser: known } = context.run().facts;
  if (known?.isTheirs && known.objectId === user.objectId) return 'theirs';
  if (isMadeBy(context.run(), user)) return 'made';
  const earlier = user.jobTitle?.startsWith(markPrefix) ? context.earlierRun(user.jobTitle.slice(markPrefix.length)) : undefined;
  if (earlier && isMadeBy(earlier, user)) return 'earlier';
  return context.byHand ? 'theirs' : 'stranger';
}

/** Anybody who may edit users can write a mark; only our own record says that a setup made this one. */
function isMadeBy(run: SetupRun, { objectId, jobTitle, userPrincipalName }: DirectoryUser): boolean {
  const { serviceUser: known } = run.facts;
  if (jobTitle !== markOf(run) || !known || known.isTheirs) return false;
  if (known.objectId) return known.objectId === objectId;
  // The answer to its making may have been lost.
  return known.userPrincipalName.toLowerCase() === userPrincipalName.toLowerCase() && mayHaveMade(run);
}

function mayHaveMade(run: SetupRun): boolean {
  return creationsOf(run).some(({ outcome }) => outcome?.result !== 'refused');
}

function creationsOf({ journal }: SetupRun): JournalEntry[] {
  return journal.filter(({ request }) => request === createRequest);
}

/** What this run made is there, whether or not the answer to its making came. */
function finished(context: StepContext, user: DirectoryUser): Look & Applied & { kind: 'done' } {
  remember(context, user, 'made');
  return { kind: 'done', evidence: [say('serviceUser.made', { userName: user.userPrincipalName })] };
}

function remember(context: StepContext, user: DirectoryUser, origin: Exclude<Origin, 'stranger'>): void {
  const { objectId, userPrincipalName, displayName } = user;
  const { serviceUser: known } = context.run().facts;
  const isTheirs = origin === 'theirs';
  if (origin === 'made') rememberLost(context);
  // What lies sealed was for another user, or for none.
  else if (isTheirs || known?.objectId !== objectId) forgetPassword(context);
  const isOurs = origin === 'made' || (known?.objectId === objectId && known.origin === 'made');
  context.remember({ serviceUser: { objectId, userPrincipalName, displayName, origin: isOurs ? 'made' : 'found', ...(isTheirs && { isTheirs }) } });
}

/** Where no answer came, the sealed password is the user's since it was sent. */
function rememberLost(context: StepContext): void {
  const { serviceUser: known, password } = context.run().facts;
  if (known?.objectId !== undefined || password || context.secrets.open(passwordSecret) === undefined) return;
  const sent = creationsOf(context.run()).findLast(({ outcome }) => outcome?.result !== 'refused');
  if (sent) rememberPassword(context, new Date(sent.intendedAt));
}

function planNew(context: StepContext, { userName, usageLocation }: { userName: string; usageLocation: string }): Plan {
  return {
    summary: say('serviceUser.summary', { userName }),
    reversal: say('serviceUser.reversal'),
    notices: [...noticesOfNew],
    facts: [
      { label: say('serviceUser.factName'), value: context.inputs['displayName'] ?? '' },
      { label: say('serviceUser.factUserName'), value: userName },
      { label: say('serviceUser.factUsageLocation'), value: usageLocation },
    ],
    changes: [{ sentence: say('serviceUser.changeCreate', { userName }), request: createRequest, canBeUndone: true }],
  };
}

function planFound({ userPrincipalName: userName, displayName }: DirectoryUser): Plan {
  return {
    summary: say('serviceUser.summaryFound', { userName }),
    reversal: say('serviceUser.reversalFound'),
    notices: [say('serviceUser.makeAnother'), say('serviceUser.noticeMultifactor')],
    facts: [
      { label: say('serviceUser.factName'), value: displayName },
      { label: say('serviceUser.factUserName'), value: userName },
    ],
    changes: [],
    usesWhatWasThere: true,
  };
}

function planEnable({ userPrincipalName: userName, displayName }: DirectoryUser): Plan {
  return {
    summary: say('serviceUser.summaryBlocked', { userName }),
    reversal: say('serviceUser.reversalBlocked'),
    notices: [say('serviceUser.noticeBlocked')],
    facts: [
      { label: say('serviceUser.factName'), value: displayName },
      { label: say('serviceUser.factUserName'), value: userName },
    ],
    changes: [{ sentence: say('serviceUser.changeEnable', { userName }), request: enableRequest, canBeUndone: true }],
  };
}

async function apply(context: StepContext): Promise<Applied> {
  const directory = context.microsoft.directory(context.actor);
  const place = await readPlace(context, directory);
  // What was approved can no longer be done: the next try looks, and says why.
  if (place.kind === 'unusable') return lookAgain(context);
  const { serviceUser: known } = context.run().facts;
  const made = known?.origin === 'made' && known.userPrincipalName === place.userName ? known.objectId : undefined;
  const user = (await directory.user(made ?? place.userName)) ?? (made ? undefined : await earlierUser(context, directory));
  if (!user) return made ? waiting() : create(context, directory, place);
  const origin = originOf(context, user);
  if (isBlockedSince(context, user, origin)) return enable(context, directory, user);
  if (origin === 'made') return readBack(context, user);
  if (origin !== 'earlier') return lookAgain(context);
  remember(context, user, origin);
  return { kind: 'done', evidence: [say('serviceUser.reused', { userName: user.userPrincipalName })] };
}

/** What is read at once may still be of before: then the next try finds it enabled. */
async function enable(context: StepContext, directory: Directory, { objectId }: DirectoryUser): Promise<Applied> {
  await context.changing(enableRequest, () => directory.enableUser(objectId));
  const user = await directory.user(objectId);
  return user?.isEnabled ? { kind: 'done', evidence: [say('serviceUser.unblocked', { userName: user.userPrincipalName })] } : waiting();
}

interface Wanted {
  readonly userName: string;
  readonly usageLocation: string;
}

/** The password is sealed before it is sent: whatever becomes of the answer, it is known. */
async function create(context: StepContext, directory: Directory, { userName, usageLocation }: Wanted): Promise<Applied> {
  const displayName = context.inputs['displayName'] ?? '';
  const password = context.secrets.open(passwordSecret) ?? newPassword([userName, displayName]);
  if (!context.secrets.keep(passwordSecret, password)) throw new Stopped();
  context.remember({ serviceUser: { userPrincipalName: userName, displayName, origin: 'made' } });
  const wanted = { userPrincipalName: userName, displayName, usageLocation, jobTitle: markOf(context.run()), password };
  const made = await unlessRefused(context, () => context.changing(createRequest, () => directory.createUser(wanted)));
  // Somebody took the name meanwhile, or it is ours and its answer was lost: the next look tells which.
  if (made.kind === 'taken') {
    forgetUnmade(context);
    return lookAgain(context);
  }
  context.remember({ serviceUser: { objectId: made.objectId, userPrincipalName: userName, displayName, origin: 'made' } });
  rememberPassword(context);
  const user = await directory.user(made.objectId);
  return user ? readBack(context, user) : waiting();
}

/** What was refused or never sent was not made: it is not on the list of what stays, and the next try looks before it does anything. */
async function unlessRefused<T>(context: StepContext, making: () => Promise<T>): Promise<T> {
  try {
    return await making();
  } catch (error) {
    if (error instanceof Stopped || (error instanceof SetupError && error.code !== 'E-UNCLEAR')) {
      forgetUnmade(context);
      context.planAnew();
    }
    throw error;
  }
}

/** Nothing of it is there, unless an earlier try whose answer was lost has made it. */
function forgetUnmade(context: StepContext): void {
  if (mayHaveMade(context.run())) return;
  context.remember({ serviceUser: undefined });
  forgetPassword(context);
}

function readBack(context: StepContext, user: DirectoryUser): Applied {
  if (!user.isEnabled || user.isGuest) throw new SetupError('E-READ-BACK', { values: { what: user.userPrincipalName } });
  if (context.run().facts.serviceUser?.objectId) rememberOwnChange(context, user);
  return finished(context, user);
}

function lookAgain(context: StepContext): Applied {
  context.planAnew();
  return waiting();
}

/** Entra needs some seconds until a new user is known everywhere; a minute is already unusual. */
function waiting(): Applied {
  return { kind: 'waiting', sentence: say('serviceUser.waitingForUser'), againAfterMs: 3_000, limitMs: 3 * 60_000, onLimit: 'E-REPLICATION' };
}

/** Of this run alone. */
export function markOf(run: SetupRun): string {
  return `${markPrefix}${run.id}`;
}
