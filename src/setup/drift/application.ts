import type { Application } from '../ports/microsoft.ts';
import type { StepContext } from '../steps/step.ts';
import type { Found } from './finding.ts';
import { asItShouldBe, differs, type Part } from './part.ts';

/** The registration in Microsoft Entra. */
export const applicationPart: Part = { id: 'application', read: readApplication };

/** What it signs in as in this tenant. */
export const servicePrincipalPart: Part = { id: 'servicePrincipal', read: readServicePrincipal };

async function readApplication(context: StepContext): Promise<Found | undefined> {
  const { application: known } = context.run().facts;
  if (!known) return undefined;
  const entry = await context.microsoft.directory(context.actor).application(known.objectId);
  const values = { name: entry?.displayName ?? known.displayName };
  if (!entry) return differs('application', 'missing', values);
  return isComplete(entry) ? asItShouldBe('application', values) : differs('application', 'incomplete', values);
}

function isComplete({ isMultitenant, listsDynamicsPermission }: Application): boolean {
  return isMultitenant && listsDynamicsPermission;
}

/** Goes with its application, which says so. */
async function readServicePrincipal(context: StepContext): Promise<Found | undefined> {
  const { application: known } = context.run().facts;
  const directory = context.microsoft.directory(context.actor);
  if (!known || !(await directory.application(known.objectId))) return undefined;
  const principal = await directory.servicePrincipal(known.appId);
  const values = { name: known.displayName };
  if (!principal) return differs('servicePrincipal', 'missing', values);
  return principal.isEnabled ? asItShouldBe('servicePrincipal', values) : differs('servicePrincipal', 'disabled', values);
}
