import { say } from '../sentence.ts';
import { dynamicsLicences, licenceName } from '../steps/dynamicsLicences.ts';
import { wasReplaced } from '../steps/servicePassword.ts';
import type { StepContext } from '../steps/step.ts';
import type { Found } from './finding.ts';
import { asItShouldBe, differs, differsForPeople, type Part } from './part.ts';
import { type HolderOf, roleParts } from './role.ts';
import { endsSoon } from './soon.ts';

/** The Microsoft 365 user that leads are written as. */
export const userPart: Part = {
  id: 'user',
  read: async (context) => {
    const user = await userOf(context);
    const values = { name: user?.userPrincipalName ?? nameOf(context) };
    if (!user) return differs('user', 'missing', values);
    if (user.isEnabled) return asItShouldBe('user', values);
    return context.run().facts.serviceUser?.isTheirs ? differsForPeople('user', 'blocked', values) : differs('user', 'blocked', values);
  },
};

/** The licence of then, or another one that is enough; nothing where it was left to the organization. */
const licencePart: Part = {
  id: 'licence',
  read: async (context) => {
    const user = await userOf(context);
    const given = context.inputs['skuId'] === 'none' ? undefined : context.run().facts.licence;
    if (!user || !given) return undefined;
    const values = { name: user.userPrincipalName, licence: licenceName(given.skuPartNumber) };
    if (user.skuIds.includes(given.skuId)) return asItShouldBe('licence', values);
    const products = dynamicsLicences(await context.microsoft.directory(context.actor).licenceStock());
    const other = products.find(({ skuId, isSmall }) => !isSmall && user.skuIds.includes(skuId));
    return other ? asItShouldBe('licence', { ...values, licence: other.name }) : differs('licence', 'missing', values);
  },
};

const environmentUserPart: Part = {
  id: 'environmentUser',
  read: async (context) => {
    if (!(await userOf(context))) return undefined;
    const row = await rowOf(context);
    const values = { name: nameOf(context), environment: context.environment.name };
    if (!row) return differs('environmentUser', 'missing', values);
    return row.isDisabled ? differs('environmentUser', 'disabled', values) : asItShouldBe('environmentUser', values);
  },
};

/** A password that is its people's own says nothing here. */
export const passwordPart: Part = { id: 'password', read: readPassword };

async function readPassword(context: StepContext): Promise<Found | undefined> {
  const { password } = context.run().facts;
  const user = await userOf(context);
  if (!user || !password) return undefined;
  const values = { name: user.userPrincipalName, date: password.renewBy };
  if (wasReplaced(context, user)) return differs('password', 'replaced', values);
  if (!endsSoon(password.renewBy, context.clock)) return asItShouldBe('password', values);
  const how = password.renewBy <= context.clock.now().toISOString() ? 'overdue' : 'endsSoon';
  return { verdict: 'endsSoon', what: say(`drift.password.${how}`, values), cure: say('drift.password.endsSoonCure') };
}

const holderOf: HolderOf = async (context) => {
  const row = await rowOf(context);
  return row && { ...row, name: nameOf(context) };
};

export const licenceParts: readonly Part[] = [licencePart, environmentUserPart];
export const userRoleParts: readonly Part[] = roleParts(holderOf);

async function userOf(context: StepContext) {
  const objectId = context.run().facts.serviceUser?.objectId;
  return objectId === undefined ? undefined : context.microsoft.directory(context.actor).user(objectId);
}

async function rowOf(context: StepContext) {
  const objectId = context.run().facts.serviceUser?.objectId;
  return objectId === undefined ? undefined : context.microsoft.dataverse(context.actor, context.environment).userOf(objectId);
}

function nameOf(context: StepContext): string {
  return context.run().facts.serviceUser?.userPrincipalName ?? '';
}
