import type { ConditionsStore } from '../conditions.ts';
import type { PeopleOfTenant, TenantPerson } from '../dataverse/people.ts';
import { toMilliseconds } from '../duration.ts';
import type { Directory } from './directory.ts';
import type { UserRow } from './rows.ts';
import { givesDataverse } from './subscriptions.ts';

/** What the directory tells the Power Platform about people; somebody who was deleted is known, but not enabled. */
export function peopleOf({ directory, conditions }: { directory: Directory; conditions: ConditionsStore }): PeopleOfTenant {
  const describe = (user: UserRow): TenantPerson => ({
    objectId: user.id,
    displayName: user.displayName,
    userPrincipalName: user.userPrincipalName,
    isEnabled: user.accountEnabled && user.deletedDateTime === null,
    ...licence(directory, user, toMilliseconds(conditions.get().microsoft365.licenceEffective)),
  });
  return {
    all: () => directory.users.all().map(describe),
    find: (objectId) => {
      const isMeant = ({ id }: UserRow) => id === objectId.toLowerCase();
      const found = directory.users.find(isMeant) ?? directory.deletedUsers.find(isMeant);
      return found && describe(found);
    },
  };
}

function licence({ subscriptions }: Directory, user: UserRow, delayMs: number): Pick<TenantPerson, 'licensedFromMs'> {
  const counting = user.licenseAssignmentStates.filter(({ skuId, disabledPlans }) => {
    const subscription = subscriptions.find((row) => row.skuId === skuId);
    return subscription !== undefined && givesDataverse(subscription, disabledPlans);
  });
  if (counting.length === 0) return {};
  return { licensedFromMs: delayMs + Math.min(...counting.map(({ lastUpdatedDateTime }) => Date.parse(lastUpdatedDateTime))) };
}
