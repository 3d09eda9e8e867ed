import type { Environment } from '../dataverse/environment.ts';
import { seedId } from '../dataverse/seedId.ts';

const path = '/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments';

/** An environment as the admin API lists it: `name` is its id, the rest stands in `properties`. */
export function describe(environment: Environment): Readonly<Record<string, unknown>> {
  const { environmentId, friendlyName, type, name } = environment;
  return {
    id: `${path}/${environmentId}`,
    type: 'Microsoft.BusinessAppPlatform/scopes/environments',
    location: 'europe',
    name: environmentId,
    properties: {
      displayName: friendlyName,
      environmentSku: type === 0 ? 'Production' : 'Sandbox',
      isDefault: name === 'contoso',
      states: { management: { id: 'Ready' }, runtime: { id: 'Enabled' } },
      linkedEnvironmentMetadata: linkedMetadata(environment),
    },
  };
}

/** Of the environment's Dataverse; `securityGroupId` is there when only a group's members come in. */
function linkedMetadata({ name, friendlyName, organizationId, origin, conditions }: Environment): Readonly<Record<string, unknown>> {
  const hasGroup = conditions.get().microsoft365.securityGroups[name] !== undefined;
  return {
    resourceId: organizationId, friendlyName, uniqueName: `unq${organizationId.replaceAll('-', '').slice(0, 24)}`, domainName: name,
    instanceUrl: `${origin()}/`, instanceApiUrl: origin(), instanceState: 'Ready', baseLanguage: 1033,
    ...(hasGroup ? { securityGroupId: seedId(name, 'securityGroup') } : {}),
  };
}
