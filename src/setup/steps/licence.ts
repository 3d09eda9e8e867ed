import { z } from 'zod';

import { SetupError } from '../errors.ts';
import type { Directory, DirectoryUser, EnvironmentUser } from '../ports/microsoft.ts';
import type { Change, Choices, Plan } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import { admissionChange, admitted, environmentOf, foreseenAdmission } from './admission.ts';
import { type DynamicsLicence, dynamicsLicences, licenceName } from './dynamicsLicences.ts';
import type { Applied, Look, Step, StepContext } from './step.ts';

export const assignRequest = 'POST graph /users/{id}/assignLicense';
/** The input with which no licence is given by the bot. */
const none = 'none';

/**
 * O4c: the licence, which is billed, and the user's way into the environment. Needs License Administrator or User Administrator; to force the
 * way in, Power Platform Administrator or System Administrator. Taken back by removing the licence.
 */
export const licence: Step = {
  id: 'licence',
  needs: ['serviceUser'],
  /** Empty: the best of those that are free. `none`: no licence is given by the bot. */
  inputs: z.object({ skuId: z.union([z.literal(''), z.literal(none), z.guid().toLowerCase()]) }).strict(),
  defaults: { skuId: '' },
  isAskedAlone: true,
  skipping: { inputs: { skuId: none }, consequence: say('licence.skipConsequence') },
  foresee: ({ inputs, environment }) => [...(inputs.licence['skuId'] === none ? [] : [foreseenAssignment]), foreseenAdmission(environment)],
  look,
  isStillDone,
  apply,
};

const foreseenAssignment: Change = { sentence: say('licence.changeAssignForeseen'), request: assignRequest, canBeUndone: true };

type Blocked = Look & { kind: 'blocked' };

interface State {
  readonly user: DirectoryUser;
  /** The Dynamics products of the tenant, the best first. */
  readonly products: readonly DynamicsLicence[];
  /** What the user has already and is enough. */
  readonly held: DynamicsLicence | undefined;
  /** The user as the environment knows it, if it can be used there. */
  readonly present: EnvironmentUser | undefined;
}

async function look(context: StepContext): Promise<Look> {
  try {
    const state = await read(context);
    if (!state) return blocked('userGone', 'userGone', { userName: userOf(context).userPrincipalName });
    if (context.inputs['skuId'] === none) return lookWithout(context, state);
    return state.held ? lookWith(context, state, state.held) : lookForOne(context, state);
  } catch (error) {
    if (!(error instanceof SetupError) || error.upstream?.status !== 403 || error.upstream.service !== 'graph') throw error;
    return { ...blocked('noRight', 'noRight'), choices: {}, lacksRight: true };
  }
}

/** The user has the licence of then, or another one that is enough, unless it was left out; and is in the environment. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const directory = directoryOf(context);
  const user = await directory.user(userOf(context).objectId);
  if (!user) return false;
  const row = await environmentOf(context).userOf(user.objectId);
  if (!row || row.isDisabled) return false;
  const given = context.inputs['skuId'] === none ? undefined : context.run().facts.licence;
  if (!given || user.skuIds.includes(given.skuId)) return true;
  return heldBy(context, user, dynamicsLicences(await directory.licenceStock())) !== undefined;
}

/** undefined when the user is not there any more. */
async function read(context: StepContext): Promise<State | undefined> {
  const directory = directoryOf(context);
  const { objectId } = userOf(context);
  const user = await directory.user(objectId);
  if (!user) return undefined;
  const products = context.inputs['skuId'] === none ? [] : dynamicsLicences(await directory.licenceStock());
  const row = await environmentOf(context).userOf(objectId);
  return { user, products, held: heldBy(context, user, products), present: row?.isDisabled ? undefined : row };
}

/** One that is too small counts only where somebody chose it, or gave it themselves. */
function heldBy(context: StepContext, { skuIds }: DirectoryUser, products: readonly DynamicsLicence[]): DynamicsLicence | undefined {
  const held = products.filter(({ skuId }) => skuIds.includes(skuId));
  const chosen = [context.inputs['skuId'], context.run().facts.licence?.skuId];
  return held.find(({ skuId }) => chosen.includes(skuId)) ?? held.find(({ isSmall }) => !isSmall || context.byHand);
}

function lookWithout(context: StepContext, { user, present }: State): Look {
  const values = { userName: user.userPrincipalName, environment: context.environment.name };
  if (present) return done(context, { user, present });
  return {
    kind: 'needed',
    plan: {
      summary: say('licence.summaryWithout', values),
      reversal: say('licence.reversalWithout'),
      notices: [say('licence.skipConsequence')],
      facts: [{ label: say('licence.factUser'), value: user.userPrincipalName }],
      changes: [admissionChange(context.environment, user.userPrincipalName)],
    },
    choices: {},
  };
}

function lookWith(context: StepContext, { user, present }: State, held: DynamicsLicence): Look {
  rememberHeld(context, held);
  if (present) return done(context, { user, present });
  const values = { userName: user.userPrincipalName, licence: held.name, environment: context.environment.name };
  const changes = [admissionChange(context.environment, user.userPrincipalName)];
  return { kind: 'needed', plan: { ...planFor(user, held), summary: say('licence.summaryPresent', values), reversal: say('licence.reversalWithout'), changes } };
}

function lookForOne(context: StepContext, { user, products }: State): Look {
  const available = products.filter((product) => isAvailable(context, product));
  const choices = choicesOf(available);
  // Nothing to choose from, but the licence can be left out.
  if (available.length === 0) return { ...blocked('noStock', 'noStock'), choices: {} };
  const skuId = context.inputs['skuId'] || sentSku(context);
  const wanted = skuId ? available.find((product) => product.skuId === skuId) : available[0];
  if (!wanted) return { ...blocked('chosenGone', 'chosenGone', { licence: nameOf(products, skuId ?? '') }), choices };
  if (!user.usageLocation) return blocked('usageLocationMissing', 'usageLocation', { userName: user.userPrincipalName });
  const values = { userName: user.userPrincipalName, licence: wanted.name, environment: context.environment.name };
  const changes: Change[] = [
    { sentence: say('licence.changeAssign', values), request: assignRequest, canBeUndone: true },
    admissionChange(context.environment, user.userPrincipalName),
  ];
  const ids = { skuId: wanted.skuId };
  const plan = { ...planFor(user, wanted), summary: say('licence.summary', values), notices: noticesOf(wanted), changes, ids };
  return { kind: 'needed', plan, choices, remarks: [say('licence.free', { licence: wanted.name, count: wanted.free })] };
}

/** The last unit may be the one that was sent for this user, and is only not seen yet. */
function isAvailable(context: StepContext, { skuId, free }: DynamicsLicence): boolean {
  return free > 0 || skuId === sentSku(context);
}

/** What this run has sent and was not refused: while the directory does not show it yet, only it is sent again, and no other. */
function sentSku(context: StepContext): string | undefined {
  const { licence: known } = context.run().facts;
  return known?.origin === 'made' ? known.skuId : undefined;
}

function planFor({ userPrincipalName }: DirectoryUser, { name }: DynamicsLicence): Omit<Plan, 'summary' | 'changes'> {
  return {
    reversal: say('licence.reversal'),
    notices: [],
    facts: [
      { label: say('licence.factUser'), value: userPrincipalName },
      { label: say('licence.factLicence'), value: name },
    ],
  };
}

function noticesOf({ isKnown, isSmall }: DynamicsLicence): Sentence[] {
  return [say('licence.billed'), ...(isSmall ? [say('licence.teamMembers')] : []), ...(isKnown ? [] : [say('licence.unknown')])];
}

function choicesOf(free: readonly DynamicsLicence[]): Choices {
  return { skuId: free.map(({ skuId, name, free: count }) => ({ value: skuId, title: say('licence.choice', { licence: name, count }) })) };
}

function nameOf(products: readonly DynamicsLicence[], skuId: string): string {
  return products.find((product) => product.skuId === skuId)?.name ?? skuId;
}

function blocked(reason: string, cure: string, values: Record<string, string> = {}): Blocked {
  return { kind: 'blocked', reason: say(`licence.${reason}`, values), cure: say(`licence.${cure}Cure`, values) };
}

async function apply(context: StepContext): Promise<Applied> {
  const state = await read(context);
  if (!state) throw new SetupError('E-READ-BACK', { values: { what: userOf(context).userPrincipalName } });
  const { user, products, held } = state;
  if (held) rememberHeld(context, held);
  else if (context.inputs['skuId'] !== none) await assign(context, products);
  const admission = await admitted(context, user.objectId, context.inputs['skuId'] !== none);
  if (admission.kind === 'waiting') return admission;
  return done(context, { user, present: admission.user });
}

/** What was approved and nothing else. It may be gone, or what the user had may be: then the next try looks, and asks anew. */
async function assign(context: StepContext, products: readonly DynamicsLicence[]): Promise<void> {
  const approved = approvedSku(context);
  const wanted = products.find((product) => product.skuId === approved && isAvailable(context, product));
  if (!wanted) {
    context.planAnew();
    throw new SetupError('E-NO-LICENCE');
  }
  const wasGiven = sentSku(context) === wanted.skuId && wasAssigned(context);
  remember(context, wanted, 'made');
  try {
    await context.changing(assignRequest, () => directoryOf(context).assignLicence(userOf(context).objectId, wanted.skuId));
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-REFUSED') {
      if (!wasGiven) context.remember({ licence: undefined });
      context.planAnew();
    }
    throw error;
  }
}

function approvedSku(context: StepContext): string | undefined {
  const state = context.run().steps.licence;
  return state.status === 'applying' ? state.plan.ids?.['skuId'] : undefined;
}

function wasAssigned(context: StepContext): boolean {
  return context.run().journal.some(({ request, outcome }) => request === assignRequest && outcome?.result === 'done');
}

/** Given by this run in an earlier try, it stays ours. */
function rememberHeld(context: StepContext, held: DynamicsLicence): void {
  const known = context.run().facts.licence;
  if (known?.skuId !== held.skuId) remember(context, held, 'found');
}

function remember(context: StepContext, { skuId, partNumber }: DynamicsLicence, origin: 'made' | 'found'): void {
  context.remember({ licence: { skuId, skuPartNumber: partNumber, origin } });
}

function done(context: StepContext, { user, present }: { user: DirectoryUser; present: EnvironmentUser }): (Look & Applied) & { kind: 'done' } {
  const { dataverseUser, licence: given } = context.run().facts;
  const { systemUserId } = present;
  context.remember({ dataverseUser: { ...(dataverseUser?.systemUserId === systemUserId && dataverseUser), systemUserId } });
  const values = { userName: user.userPrincipalName, environment: context.environment.name };
  const hasLicence = context.inputs['skuId'] !== none && given !== undefined;
  return {
    kind: 'done',
    evidence: [
      hasLicence ? say('licence.assigned', { ...values, licence: licenceName(given.skuPartNumber) }) : say('licence.without'),
      say('licence.inEnvironment', values),
    ],
  };
}

function directoryOf(context: StepContext): Directory {
  return context.microsoft.directory(context.actor);
}

function userOf(context: StepContext): { objectId: string; userPrincipalName: string } {
  const { serviceUser } = context.run().facts;
  if (!serviceUser?.objectId) throw new Error('A licence is given before the user was made');
  return { objectId: serviceUser.objectId, userPrincipalName: serviceUser.userPrincipalName };
}
