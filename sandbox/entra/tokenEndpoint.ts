import { z } from 'zod';
import type { JWTPayload } from 'jose';
import { personas, tenant } from '../personas.ts';
import { registrations } from '../registrations.ts';
import { botFrameworkAudience } from '../resources.ts';
import type { SandboxAnswer } from '../service.ts';
import type { SigningKey } from '../signingKeys.ts';
import { authenticateClient, type Client, type ClientTools } from './clients.ts';
import { refusals } from './errors.ts';
import { knownResources, parseScope, type Resource } from './scopes.ts';
import { issueToken, readToken, tokenLifetimeSeconds, type TokenClock } from './tokens.ts';

export interface TokenEndpointTools extends ClientTools {
  readonly key: SigningKey;
  readonly dataverseOrigins: () => readonly string[];
}

type Form = Readonly<Record<string, string | undefined>>;

const formSchema = z.record(z.string(), z.string());
const onBehalfOf = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** `POST /{tenant}/oauth2/v2.0/token`: promises a token answer, or throws an `EntraError`. */
export async function answerTokenRequest(tools: TokenEndpointTools, body: unknown, tokenEndpoint: string): Promise<SandboxAnswer> {
  const form: Form = formSchema.safeParse(body).data ?? {};
  const grantType = required(form, 'grant_type');
  if (grantType !== 'client_credentials' && grantType !== onBehalfOf) throw refusals.unsupportedGrantType(grantType);
  const client = await authenticateClient(tools, form, tokenEndpoint);
  return grantType === onBehalfOf ? delegatedToken(tools, client, form) : applicationToken(tools, client, form);
}

async function applicationToken(tools: TokenEndpointTools, client: Client, form: Form): Promise<SandboxAnswer> {
  const scope = required(form, 'scope');
  if (!scope.endsWith('/.default')) throw refusals.scopeWithoutDefault(scope);
  const { resource } = parseScope(scope, knownResources(tools.dataverseOrigins()));
  const claims = { ...commonClaims(resource, client), oid: client.servicePrincipalId, sub: client.servicePrincipalId, idtyp: 'app' };
  return tokenAnswer(await issueToken(tools.key, clockFor(resource, tools), claims));
}

async function delegatedToken(tools: TokenEndpointTools, client: Client, form: Form): Promise<SandboxAnswer> {
  const assertion = await readAssertion(tools, client, form);
  const { resource, permissions } = parseScope(required(form, 'scope'), knownResources(tools.dataverseOrigins()));
  const granted = grantedScopes(tools, client, resource);
  const isGranted = permissions.every((permission) => permission === '.default' || granted.includes(permission));
  if (granted.length === 0 || !isGranted) throw refusals.noConsent(client.appId, client.displayName);
  const claims = { ...commonClaims(resource, client), ...personClaims(assertion), scp: granted.join(' '), idtyp: 'user' };
  const token = await issueToken(tools.key, clockFor(resource, tools), claims);
  return tokenAnswer(token, answeredScope(resource, granted, permissions));
}

async function readAssertion(tools: TokenEndpointTools, client: Client, form: Form): Promise<JWTPayload> {
  if (required(form, 'requested_token_use') !== 'on_behalf_of') throw refusals.missingParameter('requested_token_use');
  const reading = await readToken(tools.key, tools.clock, required(form, 'assertion'));
  if (reading.kind === 'expired') throw refusals.assertionExpired();
  if (reading.kind !== 'good') throw refusals.assertionInvalid();
  const audiences: readonly unknown[] = [registrations.signIn.appId, registrations.signIn.applicationIdUri];
  if (client.appId !== registrations.signIn.appId || !audiences.includes(reading.claims.aud)) throw refusals.assertionAudience();
  return reading.claims;
}

/** Entra repeats a `.default` that was asked for beside what it stands for; MSAL finds the token in its cache by it. */
function answeredScope({ audience }: Resource, granted: readonly string[], asked: readonly string[]): string {
  const named = asked.includes('.default') ? [...granted, '.default'] : granted;
  return named.map((permission) => `${audience}/${permission}`).join(' ');
}

function grantedScopes({ directory }: TokenEndpointTools, client: Client, resource: Resource): string[] {
  const principal = directory.servicePrincipals.find(({ appId }) => appId === resource.appId);
  const isOurs = (grant: { clientId: string; resourceId: string }) =>
    grant.clientId === client.servicePrincipalId && grant.resourceId === principal?.id;
  return directory.grants.all().filter(isOurs).flatMap(({ scope }) => scope.split(' '));
}

function commonClaims({ audience }: Resource, { appId }: Client): JWTPayload {
  return { aud: audience, iss: `https://sts.windows.net/${tenant.id}/`, tid: tenant.id, appid: appId, appidacr: '1', ver: '1.0' };
}

function personClaims({ oid }: JWTPayload): JWTPayload {
  const person = Object.values(personas).find(({ objectId }) => objectId === oid);
  if (person === undefined) throw refusals.assertionInvalid();
  return { oid: person.objectId, sub: person.objectId, name: person.displayName, upn: person.userPrincipalName, unique_name: person.userPrincipalName };
}

/** Bot Framework is outside the tenant: its tokens do not age when only the tenant's clock is advanced. */
function clockFor({ audience }: Resource, { clock }: TokenEndpointTools): TokenClock {
  return audience === botFrameworkAudience ? Date : clock;
}

function tokenAnswer(token: string, scope?: string): SandboxAnswer {
  const life = { expires_in: tokenLifetimeSeconds - 1, ext_expires_in: tokenLifetimeSeconds - 1 };
  const body = { token_type: 'Bearer', ...(scope === undefined ? {} : { scope }), ...life, access_token: token };
  return { status: 200, headers: { 'cache-control': 'no-store' }, body };
}

function required(form: Form, name: string): string {
  const value = form[name];
  if (value === undefined || value === '') throw refusals.missingParameter(name);
  return value;
}
