import { compareVersions } from '../solutionVersion.ts';
import type { StepContext } from '../steps/step.ts';
import type { Found } from './finding.ts';
import { asItShouldBe, differs, differsForPeople, type Part } from './part.ts';

/** Installed as Microsoft delivers it, in the version of then or a newer one. */
export const solutionPart: Part = { id: 'solution', read };

async function read(context: StepContext): Promise<Found | undefined> {
  const known = context.run().facts.solution;
  if (!known) return undefined;
  const installed = await context.microsoft.dataverse(context.actor, context.environment).installedSolution(known.uniqueName);
  const values = { name: known.friendlyName, version: known.version, installed: installed?.version ?? '' };
  if (!installed) return differs('solution', 'missing', values);
  // Installed anew, it brings roles of other ids.
  if (installed.solutionId !== known.solutionId) context.remember({ solution: { ...known, solutionId: installed.solutionId } });
  if (!installed.isManaged) return differsForPeople('solution', 'unmanaged', values);
  return compareVersions(installed.version, known.version) < 0 ? differs('solution', 'older', values) : asItShouldBe('solution', values);
}
