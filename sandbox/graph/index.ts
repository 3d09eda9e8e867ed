import type { TenantClock } from '../clock.ts';
import type { ConditionsStore } from '../conditions.ts';
import type { Directory } from '../directory/directory.ts';
import type { TokenReading } from '../entra/tokens.ts';
import type { AccessToken, SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { createApplication, deleteApplication, getApplication, listApplications, listDeletedApplications, patchApplication } from './applications.ts';
import { authenticate } from './authorisation.ts';
import { deleteForGood, getDeletedUser, listDeletedUsers, restoreUser } from './deletedUsers.ts';
import { listMyEligibleRoles } from './eligibility.ts';
import { GraphError, refusals, toAnswer, traceHeaders } from './errors.ts';
import { assignLicence, listLicenceDetails, listSubscriptions } from './licences.ts';
import { getDomain, listDomains, listOrganization } from './organization.ts';
import { addPassword, removePassword } from './passwords.ts';
import { getMe, listMyDirectoryRoles } from './people.ts';
import type { GraphHandler } from './request.ts';
import { listRoleAssignments } from './roleAssignments.ts';
import { createServicePrincipal, getServicePrincipal, listServicePrincipals, patchServicePrincipal } from './servicePrincipals.ts';
import { createUser, deleteUser, getUser, listUsers, patchUser } from './users.ts';

export interface GraphTools {
  readonly clock: TenantClock;
  readonly conditions: ConditionsStore;
  readonly directory: Directory;
  readonly readAccessToken: (authorization: string | undefined) => Promise<TokenReading<AccessToken>>;
}

type Methods = Readonly<Record<string, GraphHandler>>;

const key = String.raw`(?:\/(?<id>[^/()]+)|\((?<keyName>\w+)='(?<keyValue>(?:[^']|'')*)'\))`;

const routes: readonly (readonly [path: RegExp, methods: Methods])[] = [
  [/^\/organization$/, { GET: listOrganization }],
  [/^\/domains$/, { GET: listDomains }],
  [/^\/domains\/(?<domain>[^/]+)$/, { GET: getDomain }],
  [/^\/subscribedSkus$/, { GET: listSubscriptions }],
  [/^\/users$/, { GET: listUsers, POST: createUser }],
  [/^\/users\/(?<user>[^/()]+)$/, { GET: getUser, PATCH: patchUser, DELETE: deleteUser }],
  [/^\/users\/(?<user>[^/()]+)\/(?:microsoft\.graph\.)?assignLicense$/, { POST: assignLicence }],
  [/^\/users\/(?<user>[^/()]+)\/licenseDetails$/, { GET: listLicenceDetails }],
  [/^\/directory\/deletedItems\/microsoft\.graph\.application$/, { GET: listDeletedApplications }],
  [/^\/directory\/deletedItems\/microsoft\.graph\.user$/, { GET: listDeletedUsers }],
  [/^\/directory\/deletedItems\/(?<id>[^/().]+)$/, { GET: getDeletedUser, DELETE: deleteForGood }],
  [/^\/directory\/deletedItems\/(?<id>[^/().]+)\/(?:microsoft\.graph\.)?restore$/, { POST: restoreUser }],
  [/^\/me$/, { GET: getMe }],
  [/^\/me\/transitiveMemberOf\/microsoft\.graph\.directoryRole$/, { GET: listMyDirectoryRoles }],
  [/^\/roleManagement\/directory\/roleAssignments$/, { GET: listRoleAssignments }],
  [/^\/roleManagement\/directory\/roleEligibilityScheduleInstances\/(?:microsoft\.graph\.)?filterByCurrentUser\(on='(?<on>[^']*)'\)$/, { GET: listMyEligibleRoles }],
  [/^\/applications$/, { GET: listApplications, POST: createApplication }],
  [new RegExp(String.raw`^\/applications${key}$`), { GET: getApplication, PATCH: patchApplication, DELETE: deleteApplication }],
  [new RegExp(String.raw`^\/applications${key}\/(?:microsoft\.graph\.)?addPassword$`), { POST: addPassword }],
  [new RegExp(String.raw`^\/applications${key}\/(?:microsoft\.graph\.)?removePassword$`), { POST: removePassword }],
  [/^\/servicePrincipals$/, { GET: listServicePrincipals, POST: createServicePrincipal }],
  [new RegExp(String.raw`^\/servicePrincipals${key}$`), { GET: getServicePrincipal, PATCH: patchServicePrincipal }],
];

/** Microsoft Graph v1.0, as far as a setup calls it; everything else is refused as unknown. */
export function createGraph(tools: GraphTools): SandboxService {
  return async (request) => {
    try {
      return await answer(tools, request);
    } catch (error) {
      if (error instanceof GraphError) return toAnswer(error, tools.clock, request);
      throw error;
    }
  };
}

async function answer({ clock, conditions, directory, readAccessToken }: GraphTools, request: SandboxRequest): Promise<SandboxAnswer> {
  const caller = authenticate(await readAccessToken(request.headers['authorization']));
  const { handler, parts } = findRoute(request);
  const { headers, ...rest } = handler({ clock, conditions: conditions.get(), directory, caller, request, parts });
  return { ...rest, headers: { ...traceHeaders(request.headers), ...headers } };
}

function findRoute({ method, path }: SandboxRequest): { handler: GraphHandler; parts: Readonly<Record<string, string | undefined>> } {
  for (const [pattern, methods] of routes) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const handler = methods[method];
    if (handler === undefined) throw refusals.methodNotAllowed();
    return { handler, parts: match.groups ?? {} };
  }
  throw refusals.unknownSegment(path.split('/').findLast((segment) => segment !== '') ?? '');
}
