import { filteredProperties, matches, ODataError, parseQuery, type Query } from '../odata/index.ts';
import type { ConditionsStore } from '../conditions.ts';
import { personaWithId } from '../personas.ts';
import { discoveryAudience } from '../resources.ts';
import type { AccessToken, SandboxAnswer, SandboxRequest, SandboxService, VerifyToken } from '../service.ts';
import { identified, ok, refusal } from './answer.ts';
import { authenticate, userOf } from './caller.ts';
import type { Environment } from './environment.ts';
import { badQuery, DataverseError, unknownProperty, unknownSegment, unsupportedMethod } from './errors.ts';
import { dataverseVersion } from './operations.ts';
import { seedId } from './seedId.ts';

export interface DiscoveryTools {
  readonly environments: () => readonly Environment[];
  readonly verifyToken: VerifyToken;
  readonly conditions: ConditionsStore;
}

/** Global discovery: `/Instances` lists the environments in which the person is an enabled user; none is a normal answer. */
export function createDiscoveryService(tools: DiscoveryTools): SandboxService {
  return async (request) => {
    try {
      const token = await authenticate(request, tools.verifyToken, { audience: discoveryAudience });
      return identified(listInstances(tools, token, request));
    } catch (error) {
      if (error instanceof DataverseError) return identified(refusal(error));
      throw error;
    }
  };
}

function listInstances({ environments, conditions }: DiscoveryTools, token: AccessToken, { method, path, query }: SandboxRequest): SandboxAnswer {
  if (!/^(\/api\/discovery\/v2\.0)?\/Instances$/.test(path)) throw unknownSegment(path.split('/').at(-1) ?? '');
  if (method !== 'GET') throw unsupportedMethod(method, 'GET');
  const isLeftOut = conditions.get().undiscovered.some((name) => name === personaWithId(token.oid)?.name);
  const instances = isLeftOut ? [] : environments().filter((environment) => isEnabledIn(environment, token)).map(describe);
  return ok({ '@odata.context': `${discoveryAudience}/api/discovery/v2.0/$metadata#Instances`, value: listed(instances, query) });
}

function isEnabledIn(environment: Environment, token: AccessToken): boolean {
  return token.tid === environment.tenantId && userOf(environment, token)?.['isdisabled'] === false;
}

type Instance = Readonly<Record<string, unknown>>;

function describe({ name, friendlyName, type, tenantId, environmentId, organizationId, origin }: Environment): Instance {
  return {
    Id: organizationId, UniqueName: `unq${organizationId.replaceAll('-', '').slice(0, 24)}`, UrlName: name, FriendlyName: friendlyName, State: 0,
    Version: dataverseVersion, Url: origin(), ApiUrl: origin(), LastUpdated: '2026-01-12T06:00:00Z', SchemaType: 'Full',
    Type: type, TenantId: tenantId, EnvironmentId: environmentId, StatusMessage: 0, TrialExpirationDate: null,
    Region: 'EUR', DatacenterId: seedId('datacenter', 'EUR'), DatacenterName: 'Europe', IsUserSysAdmin: false, Purpose: null,
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
