import type { StepContext } from '../steps/step.ts';
import type { Found } from './finding.ts';
import { asItShouldBe, differs, type Part } from './part.ts';
import { type HolderOf, roleParts } from './role.ts';

/** The application's account in the environment: Dynamics knows it by the application's id. */
const applicationUserPart: Part = { id: 'applicationUser', read };

async function read(context: StepContext): Promise<Found | undefined> {
  const { application } = context.run().facts;
  if (!application) return undefined;
  const user = await applicationUserOf(context);
  const values = { name: application.displayName, environment: context.environment.name };
  if (!user || user.isDeleted) return differs('applicationUser', 'missing', values);
  return user.isDisabled ? differs('applicationUser', 'disabled', values) : asItShouldBe('applicationUser', values);
}

/** Also one that is disabled: it has its role all the same. */
const holderOf: HolderOf = async (context) => {
  const user = await applicationUserOf(context);
  return user && !user.isDeleted ? user : undefined;
};

async function applicationUserOf(context: StepContext) {
  const { application } = context.run().facts;
  return application && context.microsoft.dataverse(context.actor, context.environment).applicationUser(application.appId);
}

export const applicationUserParts: readonly Part[] = [applicationUserPart, ...roleParts(holderOf)];
