import { z } from 'zod';
import type { JWTPayload } from 'jose';
import { personaWithId, tenant, type Persona } from '../personas.ts';
import { registrations } from '../registrations.ts';
import { botFrameworkAudience } from '../resources.ts';
import type { SandboxAnswer } from '../service.ts';
import type { SigningKey } from '../signingKeys.ts';
import { authenticateClient, type Client, type ClientTools } from './clients.ts';
import { issueAssertion, secondFactor } from './assertion.ts';
import { refusals } from './errors.ts';
import type { Grants, SignedIn } from './interactive/grants.ts';
import { knownResources, parseScope, type Resource } from './scopes.ts';
import { issueToken, readToken, tokenLifetimeSeconds, type TokenClock } from './tokens.ts';

export interface TokenEndpointTools extends ClientTools {
  readonly key: SigningKey;
  readonly dataverseOrigins: () => readonly string[];
  readonly grants: Grants;
  /** Whether the tenant wants a second factor of this person before they may use an API. */
  readonly needsProof: (person: Persona) => boolean;
}

type Form = Readonly<Record<string, string | undefined>>;

const formSchema = z.record(z.string(), z.string());
const onBehalfOf = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface Asking {
  readonly tools: TokenEndpointTools;
  readonly client: Client;
  readonly form: Form;
  /** Of identity tokens: `https://host:port/{tenant}/v2.0`. */
  readonly issuer: string;
}

const grantTypes: Readonly<Record<string, (asking: Asking) => Promise<SandboxAnswer>>> = {
  client_credentials: applicationToken,
  [onBehalfOf]: delegatedToken,
  authorization_code: codeToken,
  refresh_token: refreshedToken,
};

/** `POST /{tenant}/oauth2/v2.0/token`: promises a token answer, or throws an `EntraError`. */
export async function answerTokenRequest(tools: TokenEndpointTools, body: unknown, addresses: { readonly tokenEndpoint: string; readonly issuer: string }): Promise<SandboxAnswer> {
  const form: Form = formSchema.safeParse(body).data ?? {};
  const grantType = required(form, 'grant_type');
  const answer = grantTypes[grantType];
  if (answer === undefined) throw refusals.unsupportedGrantType(grantType);
  const client = await authenticateClient(tools, form, addresses.tokenEndpoint);
  return answer({ tools, client, form, issuer: addresses.issuer });
}

async function applicationToken({ tools, client, form }: Asking): Promise<SandboxAnswer> {
  const scope = required(form, 'scope');
  if (!scope.endsWith('/.default')) throw refusals.scopeWithoutDefault(scope);
  const { resource } = parseScope(scope, knownResources(tools.dataverseOrigins()));
  const claims = { ...commonClaims(resource, client), oid: client.servicePrincipalId, sub: client.servicePrincipalId, idtyp: 'app' };
  return tokenAnswer(await issueToken(tools.key, clockFor(resource, tools), claims));
}

async function delegatedToken({ tools, client, form }: Asking): Promise<SandboxAnswer> {
  const assertion = await readAssertion(tools, client, form);
  const person = personOf(assertion);
  const isProven = Array.isArray(assertion['acrs']) && assertion['acrs'].includes('c1');
  if (tools.needsProof(person) && !isProven) throw refusals.needsProof();
  const { resource, permissions } = parseScope(required(form, 'scope'), knownResources(tools.dataverseOrigins()));
  const granted = grantedScopes(tools, client, resource);
  const isGranted = permissions.every((permission) => permission === '.default' || granted.includes(permission));
  if (granted.length === 0 || !isGranted) throw refusals.noConsent(client.appId, client.displayName);
  const claims = { ...commonClaims(resource, client), ...personClaims(person), ...(isProven ? secondFactor : {}), scp: granted.join(' '), idtyp: 'user' };
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

/** A code that a browser brought back from `/authorize`. */
async function codeToken(asking: Asking): Promise<SandboxAnswer> {
  const { tools, form } = asking;
  checkIsSignIn(asking);
  const proof = { redirectUri: required(form, 'redirect_uri'), verifier: required(form, 'code_verifier') };
  return signedInAnswer(asking, tools.grants.redeem(required(form, 'code'), proof));
}

async function refreshedToken(asking: Asking): Promise<SandboxAnswer> {
  checkIsSignIn(asking);
  return signedInAnswer(asking, asking.tools.grants.refresh(required(asking.form, 'refresh_token')));
}

/** Only the sign-in application has people sign in. */
function checkIsSignIn({ client: { appId } }: Asking): void {
  if (appId !== registrations.signIn.appId) throw refusals.codeInvalid();
}

async function signedInAnswer({ tools, issuer }: Asking, signedIn: SignedIn): Promise<SandboxAnswer> {
  const { person, isProven, nonce } = signedIn;
  const { signIn } = registrations;
  const access = await issueAssertion(tools, person, isProven);
  const identity = await issueToken(tools.key, tools.clock, {
    iss: issuer,
    aud: signIn.appId,
    tid: tenant.id,
    oid: person.objectId,
    sub: person.objectId,
    name: person.displayName,
    preferred_username: person.userPrincipalName,
    ver: '2.0',
    ...(nonce === undefined ? {} : { nonce }),
  });
  const clientInfo = Buffer.from(JSON.stringify({ uid: person.objectId, utid: tenant.id })).toString('base64url');
  const more = { id_token: identity, refresh_token: tools.grants.refreshToken(signedIn), client_info: clientInfo };
  return tokenAnswer(access, `${signIn.applicationIdUri}/access_as_user openid profile offline_access`, more);
}

function personOf({ oid }: JWTPayload): Persona {
  const person = personaWithId(oid);
  if (person === undefined) throw refusals.assertionInvalid();
  return person;
}

function personClaims(person: Persona): JWTPayload {
  return { oid: person.objectId, sub: person.objectId, name: person.displayName, upn: person.userPrincipalName, unique_name: person.userPrincipalName };
}

/** Bot Framework is outside the tenant: its tokens do not age when only the tenant's clock is advanced. */
function clockFor({ audience }: Resource, { clock }: TokenEndpointTools): TokenClock {
  return audience === botFrameworkAudience ? Date : clock;
}

function tokenAnswer(token: string, scope?: string, more: Readonly<Record<string, string>> = {}): SandboxAnswer {
  const life = { expires_in: tokenLifetimeSeconds - 1, ext_expires_in: tokenLifetimeSeconds - 1 };
  const body = { token_type: 'Bearer', ...(scope === undefined ? {} : { scope }), ...life, access_token: token, ...more };
  return { status: 200, headers: { 'cache-control': 'no-store' }, body };
}

function required(form: Form, name: string): string {
  const value = form[name];
  if (value === undefined || value === '') throw refusals.missingParameter(name);
  return value;
}
