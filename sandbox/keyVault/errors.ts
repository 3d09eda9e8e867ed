import { randomUUID } from 'node:crypto';
import { vaultAudience } from '../resources.ts';
import type { SandboxAnswer } from '../service.ts';
import { tenant } from '../tenants.ts';

/** A refusal by Key Vault; the catalogue below is the only place that makes them. */
export class KeyVaultError extends Error {
  override readonly name = 'KeyVaultError';
  readonly status: number;
  readonly code: string;
  readonly innerCode: string | undefined;

  constructor(status: number, code: string, message: string, innerCode?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.innerCode = innerCode;
  }
}

/** Source: Key Vault's pages on its REST error codes and on authentication; the AKV numbers as the service gives them. */
export const refusals = {
  noToken: () => new KeyVaultError(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'),
  badToken: () => new KeyVaultError(401, 'Unauthorized', 'AKV10001: Bearer token is invalid or has expired.'),
  wrongAudience: (audience: string) => new KeyVaultError(401, 'Unauthorized', `AKV10022: Invalid audience. Expected ${vaultAudience}, found: ${audience}.`),
  forbidden: ({ appId, objectId }: { appId: string; objectId: string }, action: string) =>
    new KeyVaultError(403, 'Forbidden', `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=${appId};oid=${objectId}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/${action}/action'\r\nAssignment: (not found)`, 'ForbiddenByRbac'),
  withoutPolicy: ({ appId, objectId }: { appId: string; objectId: string }, action: string) =>
    new KeyVaultError(403, 'Forbidden', `The user, group or application 'appid=${appId};oid=${objectId}' does not have secrets ${action} permission on key vault. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`, 'ForbiddenByPolicy'),
  firewall: () => new KeyVaultError(403, 'Forbidden', 'Client address is not authorized and caller is not a trusted service.', 'ForbiddenByFirewall'),
  noSecret: (name: string) =>
    new KeyVaultError(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`),
  notDeleted: (name: string) => new KeyVaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`),
  disabled: () => new KeyVaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled'),
  deleted: (name: string) =>
    new KeyVaultError(409, 'Conflict', `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`, 'ObjectIsDeletedButRecoverable'),
  throttled: () => new KeyVaultError(429, 'Throttled', 'Request was not processed because too many requests were received.'),
  badParameter: (detail: string) => new KeyVaultError(400, 'BadParameter', detail),
  noVersion: () => new KeyVaultError(400, 'BadParameter', 'api-version must be specified'),
  wrongMethod: (method: string) => new KeyVaultError(405, 'MethodNotAllowed', `The method ${method} is not allowed here.`),
};

/** On every answer. */
export function marks(): Record<string, string> {
  return { 'x-ms-request-id': randomUUID(), 'x-ms-keyvault-service-version': '2.0.0' };
}

/** The refusal in Key Vault's error body; a 401 says where a token is to be had, and for what. */
export function toAnswer({ status, code, innerCode, message }: KeyVaultError, authority: string): SandboxAnswer {
  const challenge = status === 401 ? { 'www-authenticate': `Bearer authorization="${authority}/${tenant.id}", resource="${vaultAudience}"` } : {};
  const retry = status === 429 ? { 'retry-after': '1' } : {};
  return {
    status,
    headers: { ...marks(), ...challenge, ...retry },
    body: { error: { code, message, ...(innerCode === undefined ? {} : { innererror: { code: innerCode } }) } },
  };
}
