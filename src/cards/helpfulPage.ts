import type { StepId } from '../setup/run.ts';
import type { Sentence } from '../setup/sentence.ts';
import { deletedUsersLink, licencesLink, type Portals, userLink } from './portals.ts';

/** A page of Microsoft's on which what stands in the way can be put right. */
export interface HelpfulPage {
  /** The button's key under `card.button`. */
  readonly button: string;
  readonly url: string;
}

/** Of the step that is blocked for this reason; undefined where no page of the Microsoft 365 admin centre helps. */
export function helpfulPage(portals: Portals, stepId: StepId, { key }: Sentence): HelpfulPage | undefined {
  if (stepId === 'licence') return { button: 'licences', url: licencesLink(portals) };
  if (stepId !== 'serviceUser') return undefined;
  return key.toLowerCase().includes('deleted')
    ? { button: 'deletedUsers', url: deletedUsersLink(portals) }
    : { button: 'users', url: userLink(portals, undefined) };
}
