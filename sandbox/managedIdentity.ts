import type { TenantClock } from './clock.ts';
import { tenantIssuer } from './entra/clientCredentials.ts';
import { issueToken, tokenLifetimeSeconds } from './entra/tokens.ts';
import { tenant } from './personas.ts';
import { registrations } from './registrations.ts';
import { botFrameworkAudience } from './resources.ts';
import type { SandboxAnswer, SandboxService } from './service.ts';
import type { SigningKey } from './signingKeys.ts';

const apiVersion = '2019-08-01';
const tokenExchange = 'api://AzureADTokenExchange';

/** User-assigned identities of the machine that the bot runs on, by client id: the bot itself, and one that stands for applications. */
const identities: readonly { readonly appId: string; readonly principalId: string }[] = [
  { appId: registrations.bot.appId, principalId: registrations.bot.appId },
  { appId: registrations.managedIdentity.clientId, principalId: registrations.managedIdentity.principalId },
];

/**
 * The endpoint by which Azure App Service gives a process the tokens of its managed identities: plain HTTP on loopback, opened by a header
 * that only the process knows (learn.microsoft.com/azure/app-service/overview-managed-identity, "REST endpoint reference").
 */
export function createManagedIdentity(key: SigningKey): SandboxService {
  return ({ method, path, query, headers }) => {
    if (path !== '/token') return { status: 404 };
    if (method !== 'GET') return { status: 405 };
    if (headers['x-identity-header'] !== registrations.managedIdentity.header) return refuse(401, 'The X-IDENTITY-HEADER is missing or wrong.');
    if (query.get('api-version') !== apiVersion) return refuse(400, `The api-version must be ${apiVersion}.`);
    const identity = identities.find(({ appId }) => appId === query.get('client_id'));
    if (!identity) return refuse(400, 'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.');
    const resource = query.get('resource') ?? '';
    if (resource !== tokenExchange && resource !== botFrameworkAudience) return refuse(400, `The resource '${resource}' is not known.`);
    return answerWithToken(key, identity, resource);
  };
}

/** On real time, as the machine lives outside the tenant whose clock is moved. */
async function answerWithToken(key: SigningKey, { appId, principalId }: (typeof identities)[number], resource: string): Promise<SandboxAnswer> {
  const clock: Pick<TenantClock, 'now'> = Date;
  const issuer = resource === tokenExchange ? tenantIssuer(tenant.id) : `https://sts.windows.net/${tenant.id}/`;
  const claims = { aud: resource, iss: issuer, tid: tenant.id, appid: appId, oid: principalId, sub: principalId, idtyp: 'app' };
  const expiresOn = Math.floor(clock.now() / 1000) + tokenLifetimeSeconds;
  const token = await issueToken(key, clock, claims);
  return { status: 200, body: { access_token: token, client_id: appId, expires_on: String(expiresOn), not_before: String(expiresOn - tokenLifetimeSeconds), resource, token_type: 'Bearer' } };
}

function refuse(statusCode: number, message: string): SandboxAnswer {
  return { status: statusCode, body: { statusCode, message } };
}
