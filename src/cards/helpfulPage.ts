import { pathSteps } from '../setup/run.ts';
import type { Sentence } from '../setup/sentence.ts';
import { deletedUsersLink, licencesLink, type Portals, userLink } from './portals.ts';

/** A page of Microsoft's on which what stands in the way can be put right. */
export interface HelpfulPage {
  /** The button's key under `card.button`. */
  readonly button: string;
  readonly url: string;
}

const licences = ['noStock', 'chosenGone'];
const deletedUsers = ['takenByDeleted', 'userGone'];
const users = ['taken', 'adoptedMissing', 'adoptedDisabled', 'adoptedGuest', 'usageLocationMissing', 'disabled', 'missing'];

/** For what a step of the Microsoft 365 way says of itself; undefined where no page of the admin centre helps. */
export function helpfulPage(portals: Portals, { key }: Sentence): HelpfulPage | undefined {
  const [stepId = '', reason = ''] = key.split('.');
  if (!pathSteps.microsoft365.some((id) => id === stepId)) return undefined;
  if (licences.includes(reason)) return { button: 'licences', url: licencesLink(portals) };
  if (deletedUsers.includes(reason)) return { button: 'deletedUsers', url: deletedUsersLink(portals) };
  return users.includes(reason) ? { button: 'users', url: userLink(portals, undefined) } : undefined;
}
