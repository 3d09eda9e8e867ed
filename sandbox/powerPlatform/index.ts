import type { Directory } from '../directory/directory.ts';
import { directoryRoles } from '../directory/roles.ts';
import type { Environment } from '../dataverse/environment.ts';
import type { PeopleOfTenant } from '../dataverse/people.ts';
import type { TokenReading } from '../entra/tokens.ts';
import { personaWithId } from '../personas.ts';
import { powerPlatformAudience } from '../resources.ts';
import type { AccessToken, SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { tenant } from '../tenants.ts';
import { addUser } from './addUser.ts';
import { describe } from './environments.ts';
import { identified, PowerPlatformError, refusals, toAnswer } from './errors.ts';

export interface PowerPlatformTools {
  readonly directory: Directory;
  readonly people: PeopleOfTenant;
  readonly environments: () => readonly Environment[];
  readonly readAccessToken: (authorization: string | undefined) => Promise<TokenReading<AccessToken>>;
}

const administrators: readonly string[] = [
  directoryRoles['Global Administrator'],
  directoryRoles['Power Platform Administrator'],
  directoryRoles['Dynamics 365 Administrator'],
];

const permissions = { GET: 'ReadAnyEnvironment', POST: 'ManageAnyEnvironment' } as const;
const versions: Readonly<Record<string, readonly string[]>> = { GET: ['2020-10-01', '2021-04-01', '2023-06-01'], POST: ['2023-06-01'] };
const pathPattern = /^\/providers\/Microsoft\.BusinessAppPlatform\/scopes\/admin\/environments(?:\/(?<id>[^/]+)(?<action>\/addUser)?)?$/;

/** The Power Platform admin API, as far as a setup calls it: the environments of the tenant, and people forced into one of them. */
export function createPowerPlatform(tools: PowerPlatformTools): SandboxService {
  return async (request) => {
    try {
      const caller = authenticate(await tools.readAccessToken(request.headers['authorization']));
      return identified(answer(tools, caller, request));
    } catch (error) {
      if (error instanceof PowerPlatformError) return identified(toAnswer(error));
      throw error;
    }
  };
}

/** The resource is known with and without a slash at its end, and tokens for either are taken. */
function authenticate(reading: TokenReading<AccessToken>): AccessToken {
  if (reading.kind !== 'good' || reading.claims.aud.replace(/\/$/, '') !== powerPlatformAudience) throw refusals.unauthenticated();
  return reading.claims;
}

function answer(tools: PowerPlatformTools, caller: AccessToken, request: SandboxRequest): SandboxAnswer {
  const { id, method } = route(request);
  requireVersion(request, method);
  requireAdministrator(tools, caller, permissions[method]);
  const own = tools.environments().filter(({ tenantId }) => tenantId === tenant.id);
  if (id === undefined) return { status: 200, body: { value: own.map(describe) } };
  const environment = own.find(({ environmentId }) => environmentId === id.toLowerCase());
  if (environment === undefined) throw refusals.unknownEnvironment(id, tenant.id);
  return method === 'POST' ? addUser(environment, tools.people, request.body) : { status: 200, body: describe(environment) };
}

function route({ method, path }: SandboxRequest): { id: string | undefined; method: 'GET' | 'POST' } {
  const match = pathPattern.exec(path);
  if (match === null) throw refusals.unknownPath(path);
  const wanted = match.groups?.['action'] === undefined ? 'GET' : 'POST';
  if (method !== wanted) throw refusals.wrongMethod(method);
  return { id: match.groups?.['id'], method: wanted };
}

function requireVersion({ query }: SandboxRequest, method: 'GET' | 'POST'): void {
  const version = query.get('api-version');
  if (version === null) throw refusals.noVersion();
  if (versions[method]?.includes(version) !== true) throw refusals.unknownVersion(version);
}

function requireAdministrator({ directory }: PowerPlatformTools, { oid, idtyp, scp }: AccessToken, permission: string): void {
  const person = idtyp === 'user' && scp?.split(' ').includes('User') === true ? personaWithId(oid) : undefined;
  const isAdministrator = person !== undefined && directory.roleActivations.active(person).some((role) => administrators.includes(role));
  if (!isAdministrator) throw refusals.forbidden(oid, tenant.id, permission);
}
