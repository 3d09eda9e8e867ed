import { randomUUID } from 'node:crypto';
import type { TenantClock } from '../clock.ts';
import type { SandboxAnswer } from '../service.ts';

/** A refusal of the token endpoint; the catalogue below is the only place that makes them. */
export class EntraError extends Error {
  override readonly name = 'EntraError';
  readonly status: 400 | 401;
  readonly code: number;
  readonly error: OAuthError;
  readonly suberror: string | undefined;
  /** What has to be proven at the next sign-in, as the parameter `claims` of `/authorize` takes it. */
  readonly claims: string | undefined;

  constructor(refusal: { status?: 401; error: OAuthError; code: number; message: string; suberror?: string; claims?: string }) {
    super(refusal.message);
    this.status = refusal.status ?? 400;
    this.error = refusal.error;
    this.code = refusal.code;
    this.suberror = refusal.suberror;
    this.claims = refusal.claims;
  }
}

type OAuthError =
  | 'access_denied'
  | 'interaction_required'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_resource'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** Entra's refusals by what went wrong, with its own codes and texts (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
export const refusals = {
  unknownTenant: (name: string) =>
    new EntraError({ error: 'invalid_request', code: 90002, message: `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.` }),
  missingParameter: (name: string) =>
    new EntraError({ error: 'invalid_request', code: 900144, message: `The request body must contain the following parameter: '${name}'.` }),
  unsupportedGrantType: (grantType: string) =>
    new EntraError({ error: 'unsupported_grant_type', code: 70003, message: `The app requested an unsupported grant type '${grantType}'.` }),
  unknownApplication: (appId: string, tenantName: string) =>
    new EntraError({ error: 'unauthorized_client', code: 700016, message: `Application with identifier '${appId}' was not found in the directory '${tenantName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.` }),
  noServicePrincipal: (appId: string, tenantId: string) =>
    new EntraError({ error: 'unauthorized_client', code: 7000229, message: `The client application ${appId} is missing service principal in the tenant ${tenantId}.` }),
  wrongSecret: (appId: string) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 7000215, message: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.` }),
  noProof: () =>
    new EntraError({ status: 401, error: 'invalid_client', code: 7000218, message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'." }),
  assertionMalformed: () =>
    new EntraError({ status: 401, error: 'invalid_client', code: 50027, message: 'JWT token is invalid or malformed.' }),
  assertionOfAnother: () =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700021, message: "Client assertion application identifier doesn't match 'client_id' parameter." }),
  clientAssertionAudience: () =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700023, message: 'Client assertion audience claim does not match Realm issuer.' }),
  clientAssertionTime: () =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700024, message: 'Client assertion is not within its valid time range.' }),
  unknownCertificate: (thumbprint: string) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700027, message: `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}']` }),
  clientAssertionSignature: () =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700027, message: 'Client assertion failed signature validation.' }),
  noFederatedCredential: ({ iss, sub, aud }: { iss: string; sub: string; aud: string }) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 70021, message: `No matching federated identity record found for presented assertion. Assertion Issuer: '${iss}'. Assertion Subject: '${sub}'. Assertion Audience: '${aud}'.` }),
  noFederatedIssuer: (issuer: string) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700211, message: `No matching federated identity record found for presented assertion issuer '${issuer}'.` }),
  noFederatedAudience: (audience: string) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700212, message: `No matching federated identity record found for presented assertion audience '${audience}'.` }),
  noFederatedSubject: (subject: string) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 700213, message: `No matching federated identity record found for presented assertion subject '${subject}'.` }),
  expiredSecret: (appId: string) =>
    new EntraError({ status: 401, error: 'invalid_client', code: 7000222, message: `The provided client secret keys for app '${appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.` }),
  invalidScope: (scope: string) =>
    new EntraError({ error: 'invalid_scope', code: 70011, message: `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.` }),
  scopeWithoutDefault: (scope: string) =>
    new EntraError({ error: 'invalid_scope', code: 1002012, message: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).` }),
  severalResources: (scope: string) =>
    new EntraError({ error: 'invalid_request', code: 28000, message: `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.` }),
  unknownResource: (resource: string, tenantName: string) =>
    new EntraError({ error: 'invalid_resource', code: 500011, message: `The resource principal named ${resource} was not found in the tenant named ${tenantName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.` }),
  assertionInvalid: () =>
    new EntraError({ error: 'invalid_grant', code: 50013, message: 'Assertion failed signature validation. [Reason - The key was not found.]' }),
  assertionExpired: () =>
    new EntraError({ error: 'invalid_grant', code: 500133, message: 'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token.' }),
  assertionAudience: () =>
    new EntraError({ error: 'invalid_grant', code: 500131, message: 'Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was not the application that presented it, or the application is not the resource that the assertion was made for.' }),
  redirectMismatch: (redirectUri: string, appId: string) =>
    new EntraError({ error: 'invalid_request', code: 50011, message: `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.` }),
  unsupportedResponseType: (type: string) =>
    new EntraError({ error: 'invalid_request', code: 900051, message: `The provided value '${type}' for response_type or response_mode is not supported by this sandbox.` }),
  proofKeyRequired: () =>
    new EntraError({ error: 'invalid_request', code: 9002325, message: 'Proof Key for Code Exchange is required for authorization code redemption.' }),
  invalidClaims: () =>
    new EntraError({ error: 'invalid_request', code: 90013, message: "Invalid input received from the user: the 'claims' parameter is not valid JSON of the expected form." }),
  codeInvalid: () =>
    new EntraError({ error: 'invalid_grant', code: 9002313, message: 'Invalid request. Request is malformed or invalid.' }),
  codeUsed: () =>
    new EntraError({ error: 'invalid_grant', code: 54005, message: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.' }),
  codeExpired: () =>
    new EntraError({ error: 'invalid_grant', code: 70008, message: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.' }),
  codeRedirectMismatch: () =>
    new EntraError({ error: 'invalid_grant', code: 500112, message: 'The reply address does not match the reply address provided when requesting Authorization code.' }),
  codeVerifierMismatch: () =>
    new EntraError({ error: 'invalid_grant', code: 501481, message: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.' }),
  refreshInvalid: () =>
    new EntraError({ error: 'invalid_grant', code: 9002313, message: 'Invalid request. Request is malformed or invalid.' }),
  refreshRevoked: () =>
    new EntraError({ error: 'invalid_grant', code: 50173, suberror: 'bad_token', message: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.' }),
  refreshExpired: () =>
    new EntraError({ error: 'invalid_grant', code: 700082, suberror: 'bad_token', message: 'The refresh token has expired due to inactivity.' }),
  needsAdministrator: (displayName: string) =>
    new EntraError({ error: 'access_denied', code: 90094, message: `An administrator of the tenant must consent to the permissions that '${displayName}' asks for.` }),
  needsProof: () =>
    new EntraError({ error: 'interaction_required', code: 50076, suberror: 'basic_action', claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}', message: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.' }),
  noConsent: (appId: string, displayName: string) =>
    new EntraError({ error: 'invalid_grant', code: 65001, suberror: 'consent_required', message: `The user or administrator has not consented to use the application with ID '${appId}' named '${displayName}'. Send an interactive authorization request for this user and resource.` }),
};

/** The refusal in the shape that every client of the token endpoint parses. */
export function toAnswer(refusal: EntraError, clock: TenantClock, correlationId: string = randomUUID()): SandboxAnswer {
  const traceId = randomUUID();
  const timestamp = new Date(clock.now()).toISOString().replace('T', ' ').replace(/\.\d+Z/, 'Z');
  return {
    status: refusal.status,
    headers: { 'cache-control': 'no-store', 'x-ms-request-id': traceId },
    body: {
      error: refusal.error,
      error_description: `AADSTS${refusal.code}: ${refusal.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [refusal.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
      ...(refusal.suberror === undefined ? {} : { suberror: refusal.suberror }),
      ...(refusal.claims === undefined ? {} : { claims: refusal.claims }),
    },
  };
}
