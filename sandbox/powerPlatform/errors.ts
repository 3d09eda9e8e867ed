import { randomUUID } from 'node:crypto';
import type { SandboxAnswer } from '../service.ts';

/** A refusal by the Power Platform admin API; the catalogue below is the only place that makes them. */
export class PowerPlatformError extends Error {
  override readonly name = 'PowerPlatformError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The refusals by what went wrong. `addUser` is documented nowhere: only the code `userNotLicensed` is known, from Microsoft's Terraform
 * provider. Statuses, the other codes and all words are what fits the rest of this API.
 */
export const refusals = {
  unauthenticated: () => new PowerPlatformError(401, 'AuthenticationFailed', 'Authentication failed.'),
  forbidden: (objectId: string, tenantId: string, permission: string) =>
    new PowerPlatformError(403, 'Forbidden', `The user with object id '${objectId}' in tenant '${tenantId}' does not have access to permission '${permission}'.`),
  noVersion: () => new PowerPlatformError(400, 'MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.'),
  unknownVersion: (version: string) =>
    new PowerPlatformError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid for this request.`),
  unknownPath: (path: string) => new PowerPlatformError(404, 'NotFound', `The resource '${path}' could not be found.`),
  wrongMethod: (method: string) => new PowerPlatformError(405, 'MethodNotAllowed', `The method '${method}' is not allowed here.`),
  unknownEnvironment: (environmentId: string, tenantId: string) =>
    new PowerPlatformError(404, 'EnvironmentNotFound', `The environment '${environmentId}' could not be found in the tenant '${tenantId}'.`),
  badBody: (detail: string) => new PowerPlatformError(400, 'InvalidRequestContent', `The request content was invalid: ${detail}`),
  unknownUser: (objectId: string) => new PowerPlatformError(404, 'userNotFound', `The user '${objectId}' could not be found in the directory.`),
  disabledUser: (objectId: string) => new PowerPlatformError(403, 'userNotEnabled', `The user '${objectId}' is not enabled.`),
  unlicensedUser: (objectId: string) => new PowerPlatformError(403, 'userNotLicensed', `The user '${objectId}' is not licensed.`),
};

/** The refusal in this API's error body. */
export function toAnswer({ status, code, message }: PowerPlatformError): SandboxAnswer {
  return { status, body: { error: { code, message } } };
}

/** With the id by which Microsoft's support finds a request. The name of the header is what fits the rest of Azure's APIs. */
export function identified(answer: SandboxAnswer): SandboxAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-ms-correlation-id': randomUUID() } };
}
