import { seedId } from '../dataverse/seedId.ts';
import { tenant } from '../personas.ts';
import type { ServicePlan, SubscribedSkuRow } from './rows.ts';

/** Ids of the subscriptions that the tenant has, as community lists agree on them. */
export const skuIds = {
  DYN365_ENTERPRISE_SALES: '1e1a282c-9c54-43a2-9310-98ef728faace',
  DYN365_TEAM_MEMBERS: '7ac9fe77-66b7-4e5e-9e46-10eed1cff547',
  D365_SALES_PRO: 'be9f9771-1c64-4618-9907-244325141096',
  DYN365_ENTERPRISE_CUSTOMER_SERVICE: '749742bf-0d37-4158-a120-33567104deeb',
  ENTERPRISEPACK: '6fd2c87f-b296-42f0-b197-1e91e994b900',
} as const;

type PartNumber = keyof typeof skuIds;

/** Plans that make a person a user of Dataverse. Their names are Microsoft's, their ids are the sandbox's own. */
const dataversePlans: ReadonlySet<string> = new Set([
  'DYN365_ENTERPRISE_SALES', 'DYN365_TEAM_MEMBERS', 'DYN365_SALES_PRO', 'DYN365_ENTERPRISE_CUSTOMER_SERVICE', 'DYN365_CDS_DYN_APPS',
]);

interface Stock {
  readonly bought: number;
  readonly used: number;
  readonly isSuspended?: boolean;
  readonly plans: readonly string[];
}

/** What the tenant has bought: some of it free, some used up, some suspended because it was not paid, one without Dynamics. */
const stock: Readonly<Record<PartNumber, Stock>> = {
  DYN365_ENTERPRISE_SALES: { bought: 10, used: 7, plans: ['DYN365_ENTERPRISE_SALES', 'DYN365_CDS_DYN_APPS', 'POWERAPPS_DYN_APPS', 'FLOW_DYN_APPS'] },
  DYN365_TEAM_MEMBERS: { bought: 25, used: 5, plans: ['DYN365_TEAM_MEMBERS', 'DYN365_CDS_DYN_APPS', 'POWERAPPS_DYN_TEAM', 'FLOW_DYN_TEAM'] },
  D365_SALES_PRO: { bought: 2, used: 2, plans: ['DYN365_SALES_PRO', 'DYN365_CDS_DYN_APPS', 'POWERAPPS_SALES_PRO', 'FLOW_SALES_PRO'] },
  DYN365_ENTERPRISE_CUSTOMER_SERVICE: { bought: 5, used: 0, isSuspended: true, plans: ['DYN365_ENTERPRISE_CUSTOMER_SERVICE', 'DYN365_CDS_DYN_APPS'] },
  ENTERPRISEPACK: { bought: 50, used: 41, plans: ['EXCHANGE_S_ENTERPRISE', 'SHAREPOINTENTERPRISE', 'TEAMS1', 'OFFICESUBSCRIPTION'] },
};

const partNumbers = Object.keys(skuIds).filter((name): name is PartNumber => Object.hasOwn(skuIds, name));

export const seededSubscriptions: readonly SubscribedSkuRow[] = partNumbers.map(subscription);

/** The subscription with another number of units bought; what is suspended stays so. */
export function withBought(row: SubscribedSkuRow, bought: number): SubscribedSkuRow {
  const { prepaidUnits, capabilityStatus } = row;
  const units = capabilityStatus === 'Suspended' ? { suspended: bought } : { enabled: bought };
  return { ...row, prepaidUnits: { ...prepaidUnits, ...units } };
}

/** Whether a licence of this subscription lets a person into Dataverse, with these plans switched off. */
export function givesDataverse({ servicePlans }: SubscribedSkuRow, disabledPlans: readonly string[]): boolean {
  return servicePlans.some(({ servicePlanId, servicePlanName }) => dataversePlans.has(servicePlanName) && !disabledPlans.includes(servicePlanId));
}

function subscription(skuPartNumber: PartNumber): SubscribedSkuRow {
  const { bought, used, isSuspended = false, plans } = stock[skuPartNumber];
  const skuId = skuIds[skuPartNumber];
  return {
    id: `${tenant.id}_${skuId}`,
    accountId: tenant.id,
    accountName: tenant.displayName,
    appliesTo: 'User',
    capabilityStatus: isSuspended ? 'Suspended' : 'Enabled',
    consumedUnits: used,
    prepaidUnits: { enabled: isSuspended ? 0 : bought, lockedOut: 0, suspended: isSuspended ? bought : 0, warning: 0 },
    servicePlans: plans.map((name) => servicePlan(name, isSuspended)),
    skuId,
    skuPartNumber,
    subscriptionIds: [seedId('subscription', skuPartNumber)],
  };
}

function servicePlan(servicePlanName: string, isSuspended: boolean): ServicePlan {
  const provisioningStatus = isSuspended ? 'Disabled' : 'Success';
  return { appliesTo: 'User', provisioningStatus, servicePlanId: seedId('servicePlan', servicePlanName), servicePlanName };
}
