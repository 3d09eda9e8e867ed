import { randomUUID } from 'node:crypto';
import type { TenantClock } from '../clock.ts';
import type { SandboxAnswer, SandboxRequest } from '../service.ts';

export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** A refusal by Graph; the catalogue below is the only place that makes them. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[] | undefined;

  constructor(status: number, code: string, message: string, details?: readonly ErrorDetail[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

const badRequest = (message: string, details?: readonly ErrorDetail[]) => new GraphError(400, 'Request_BadRequest', message, details);

/** Graph's refusals by what went wrong, in its own words where they are known. */
export const refusals = {
  noToken: () => new GraphError(401, 'InvalidAuthenticationToken', 'Access token is empty.'),
  badToken: () => new GraphError(401, 'InvalidAuthenticationToken', 'Access token validation failure. Invalid signature.'),
  expiredToken: () => new GraphError(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
  wrongAudience: () => new GraphError(401, 'InvalidAuthenticationToken', 'Access token validation failure. Invalid audience.'),
  forbidden: () => new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
  needsPremiumLicence: () =>
    new GraphError(400, 'AadPremiumLicenseRequired', 'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.'),
  meWithoutPerson: () => new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.'),
  notFound: (key: string) =>
    new GraphError(404, 'Request_ResourceNotFound', `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`),
  invalidId: (id: string) => badRequest(`Invalid object identifier '${id}'.`),
  unknownSegment: (segment: string) => new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`),
  methodNotAllowed: () => new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.'),
  malformed: (message: string) => new GraphError(400, 'BadRequest', message),
  invalidFilter: (message: string) => new GraphError(400, 'BadRequest', `Invalid filter clause: ${message}`),
  unknownProperty: (name: string, type: string) => `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
  invalidSelect: (message: string) => new GraphError(400, 'BadRequest', `Parsing OData Select and Expand failed: ${message}`),
  unsupportedFilter: (property: string, type: string) =>
    new GraphError(400, 'Request_UnsupportedQuery', `Unsupported or invalid query filter clause specified for property '${property}' of resource '${type}'.`),
  needsConsistencyLevel: () =>
    new GraphError(400, 'Request_UnsupportedQuery', 'This query needs the header ConsistencyLevel: eventual and the parameter $count=true.'),
  bodyMissing: () => badRequest('Empty Payload. JSON content expected.'),
  invalidProperty: (name: string) => badRequest(`Invalid property '${name}'.`),
  mismatch: (name: string) => badRequest(`Property ${name} in payload has a value that does not match schema.`),
  readOnly: (name: string) => badRequest(`Property '${name}' is read-only and cannot be set.`),
  required: (name: string, resource: string) => badRequest(`A value is required for property '${name}' of resource '${resource}'.`),
  invalidValue: (name: string) => badRequest(`Property ${name} is invalid.`),
  taken: (name: string) => {
    const message = `Another object with the same value for property ${name} already exists.`;
    return badRequest(message, [{ code: 'ObjectConflict', message, target: name }]);
  },
  noBackingApplication: (appId: string) => {
    const message = `The appId '${appId}' of the service principal does not reference a valid application object.`;
    return badRequest(message, [{ code: 'NoBackingApplicationObject', message, target: 'appId' }]);
  },
  servicePrincipalExists: (appId: string) =>
    new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`),
  /** Unconfirmed: the codes and texts that circulate for app management policies; no page of Microsoft's has been found that lists them. */
  credentialsForbidden: () =>
    new GraphError(400, 'CredentialTypeNotAllowedAsPerAppPolicy', 'Credential type not allowed as per assigned policy.'),
  credentialTooLongForPolicy: (maxLifetime: string) =>
    new GraphError(400, 'CredentialLifetimeExceedsMaxValueAsPerAppPolicy', `Credential lifetime exceeds the max value allowed as per assigned policy (${maxLifetime}).`),
  invalidUserValue: (name: string) => {
    const message = `Invalid value specified for property '${name}' of resource 'User'.`;
    return badRequest(message, [{ code: 'InvalidValue', message, target: name }]);
  },
  passwordMissing: () => badRequest('A password must be specified to create a new user.'),
  weakPassword: () => badRequest('The specified password does not comply with password complexity requirements. Please provide a different password.'),
  unverifiedDomain: () =>
    badRequest('The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.'),
  userNameTaken: () => {
    const message = 'Another object with the same value for property userPrincipalName already exists.';
    const detail = { message, target: 'userPrincipalName' };
    return badRequest(message, [{ code: 'ObjectConflict', ...detail }, { code: 'ConflictingObjects', ...detail }]);
  },
  noUsageLocation: () => badRequest('License assignment cannot be done for user with invalid usage location.'),
  noFreeLicence: (skuId: string) => badRequest(`Subscription with SKU ${skuId} does not have any available licenses.`),
  unknownLicence: (skuId: string) => badRequest(`License ${skuId} does not correspond to a valid company License.`),
  unknownPlan: (planId: string) => badRequest(`Service plan ${planId} does not belong to the license.`),
  licenceNotHeld: () => badRequest('User does not have a corresponding license.'),
  missingParameters: (operation: string, names: readonly string[]) =>
    new GraphError(400, 'BadRequest', `One or more parameters of the operation '${operation}' are missing from the request payload. The missing parameters: ${names.join(', ')}.`),
  credentialTooLong: () => badRequest('Credential lifetime exceeds the max value allowed as per assigned policy.'),
  noSuchCredential: (keyId: string) => badRequest(`No password credential found with keyId ${keyId}.`),
};

/** The refusal in Graph's error body. */
export function toAnswer(refusal: GraphError, clock: TenantClock, { headers }: SandboxRequest): SandboxAnswer {
  const requestId = randomUUID();
  const innerError = {
    date: new Date(clock.now()).toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': headers['client-request-id'] ?? requestId,
  };
  const details = refusal.details === undefined ? {} : { details: refusal.details };
  return {
    status: refusal.status,
    headers: traceHeaders(headers, requestId),
    body: { error: { code: refusal.code, message: refusal.message, ...details, innerError } },
  };
}

/** The headers by which a request is found again in Microsoft's logs; Graph sends them with every answer. */
export function traceHeaders(requestHeaders: SandboxRequest['headers'], requestId: string = randomUUID()): Record<string, string> {
  return { 'request-id': requestId, 'client-request-id': requestHeaders['client-request-id'] ?? requestId };
}
