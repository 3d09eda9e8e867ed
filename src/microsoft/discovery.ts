import { z } from 'zod';

import type { Environment } from '../setup/run.ts';
import { type ApiToken, sendAuthorised } from './apiToken.ts';
import { type Cloud, isDataverseHost } from './cloud.ts';
import { download, httpFailure } from './download.ts';
import type { SendRequest } from './request.ts';

const enumeration = z.union([z.number(), z.string()]).nullish();

const instanceSchema = z.object({
  Url: z.string(),
  FriendlyName: z.string().nullish(),
  EnvironmentId: z.string().nullish(),
  State: enumeration,
  Type: enumeration,
  TenantId: z.string().nullish(),
});
type Instance = z.infer<typeof instanceSchema>;
const instancesSchema = z.object({ value: z.array(instanceSchema) });
type Instances = z.infer<typeof instancesSchema>;

const mostBytes = 5_000_000;

/**
 * `GET /Instances` of the global discovery service: the environments in which the person is an enabled user, by name. Delegated
 * `user_impersonation` of Dynamics. An empty list is a normal answer. Disabled environments and hosts that the cloud does not allow are left out.
 * Source: "Discover user organizations" of the Dataverse documentation.
 */
export async function readEnvironments(cloud: Cloud, send: SendRequest, apiToken: ApiToken): Promise<Environment[]> {
  const { value } = await sendAuthorised<Instances, never>(send, apiToken, (token) => ({
    service: 'discovery',
    name: 'GET /Instances',
    kind: 'read',
    answer: instancesSchema,
    send: async (signal) => {
      const url = `${cloud.discovery.url}/Instances?$select=${Object.keys(instanceSchema.shape).join(',')}`;
      return JSON.parse(Buffer.from(await download(url, { signal, token, maxBytes: mostBytes })).toString('utf8')) as unknown;
    },
    failureOf: httpFailure,
  }));
  return value
    .filter((instance) => isEnabled(instance))
    .flatMap((instance) => toEnvironment(cloud, instance))
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** `OrganizationState`: 0 enabled, 1 disabled. */
function isEnabled({ State: state }: Instance): boolean {
  return state === undefined || state === null || state === 0 || state === 'Enabled';
}

function toEnvironment(cloud: Cloud, instance: Instance): Environment[] {
  const address = URL.parse(instance.Url);
  if (address?.protocol !== 'https:' || !isDataverseHost(cloud, address.host)) return [];
  return [{
    url: address.origin,
    name: instance.FriendlyName ?? address.host,
    isTest: testTypes.has(String(instance.Type)),
    ...(instance.EnvironmentId && { environmentId: instance.EnvironmentId }),
    ...(instance.TenantId && { tenantId: instance.TenantId }),
  }];
}

/**
 * `OrganizationType`s that nobody does their business in. Production are 0 Customer, 4 Secondary and 12 Default.
 * Source: the enumeration OrganizationType of Microsoft.Xrm.Sdk.Organization.
 */
const testTypes: ReadonlySet<string> = new Set([
  '5', 'CustomerTest', '6', 'CustomerFreeTest', '7', 'CustomerPreview', '9', 'TestDrive', '11', 'EmailTrial', '13', 'Developer', '14', 'Trial',
]);
