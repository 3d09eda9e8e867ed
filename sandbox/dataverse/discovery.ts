import { filteredProperties, matches, ODataError, parseQuery, type Query } from '../odata/index.ts';
import { tenant } from '../personas.ts';
import type { AccessToken, SandboxService, VerifyToken } from '../service.ts';
import { ok, refusal } from './answer.ts';
import { authenticate, userOf } from './caller.ts';
import type { Environment } from './environment.ts';
import { badQuery, DataverseError, unknownProperty, unknownSegment } from './errors.ts';
import { dataverseVersion } from './operations.ts';
import { seedId } from './seedId.ts';

/** The audience of tokens for global discovery. */
export const discoveryAudience = 'https://globaldisco.crm.dynamics.com';

const instanceTypes = { contoso: 0, 'contoso-test': 5 } as const;

/** Global discovery: `/Instances` lists the environments in which the person is an enabled user; none is a normal answer. */
export function createDiscoveryService(environments: () => readonly Environment[], verifyToken: VerifyToken): SandboxService {
  return async (request) => {
    try {
      const token = await authenticate(request, verifyToken, discoveryAudience);
      if (!/^(\/api\/discovery\/v2\.0)?\/Instances$/.test(request.path)) throw unknownSegment(request.path.split('/').at(-1) ?? '');
      if (request.method !== 'GET') throw new DataverseError(405, '0x80060888', `The requested resource does not support http method '${request.method}'.`, { Allow: 'GET' });
      const instances = environments().filter((environment) => isEnabledIn(environment, token)).map(describe);
      return ok({ '@odata.context': `${discoveryAudience}/api/discovery/v2.0/$metadata#Instances`, value: listed(instances, request.query) });
    } catch (error) {
      if (error instanceof DataverseError) return refusal(error);
      throw error;
    }
  };
}

function isEnabledIn(environment: Environment, token: AccessToken): boolean {
  return token.tid === tenant.id && userOf(environment, token)?.['isdisabled'] === false;
}

type Instance = Readonly<Record<string, unknown>>;

function describe({ name, friendlyName, organizationId, origin }: Environment): Instance {
  return {
    Id: organizationId, UniqueName: `unq${organizationId.replaceAll('-', '').slice(0, 24)}`, UrlName: name, FriendlyName: friendlyName, State: 0,
    Version: dataverseVersion, Url: origin(), ApiUrl: origin(), LastUpdated: '2026-01-12T06:00:00Z', SchemaType: 'Full', Type: instanceTypes[name], TenantId: tenant.id,
    EnvironmentId: seedId(name, 'environment'), StatusMessage: 0, TrialExpirationDate: null, Region: 'EUR', DatacenterId: seedId('datacenter', 'EUR'),
    DatacenterName: 'Europe', IsUserSysAdmin: false, Purpose: null,
  };
}

function listed(instances: readonly Instance[], parameters: URLSearchParams): Instance[] {
  const { select, filter } = parsed(parameters);
  const known = Object.keys(instances[0] ?? {});
  const used = [...(select ?? []), ...(filter === undefined ? [] : filteredProperties(filter))];
  const unknown = used.find((property) => known.length > 0 && !known.includes(property));
  if (unknown !== undefined) throw unknownProperty(unknown, 'Instance');
  const kept = instances.filter((instance) => filter === undefined || matches(instance, filter));
  return kept.map((instance) => (select === undefined ? instance : Object.fromEntries(select.map((property) => [property, instance[property]]))));
}

function parsed(parameters: URLSearchParams): Query {
  try {
    return parseQuery(parameters);
  } catch (error) {
    throw error instanceof ODataError ? badQuery(error.message) : error;
  }
}
