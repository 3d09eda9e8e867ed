import type { TenantClock } from '../clock.ts';
import type { ConditionsStore } from '../conditions.ts';
import type { TokenReading } from '../entra/tokens.ts';
import { explainIssues } from '../explainIssues.ts';
import { vaultAudience } from '../resources.ts';
import type { AccessToken, SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { forEachVault, type SecretAction, type VaultName, vaultRoles } from '../vaults.ts';
import { KeyVaultError, marks, refusals, toAnswer } from './errors.ts';
import { createVaultSecrets, setBody, type SecretVersion, type VaultSecrets } from './secrets.ts';

export interface KeyVaultTools {
  readonly clock: TenantClock;
  readonly conditions: ConditionsStore;
  readonly readAccessToken: (authorization: string | undefined) => Promise<TokenReading<AccessToken>>;
  /** Of the main port, where Entra is. */
  readonly authority: () => string;
}

export interface KeyVaults {
  readonly services: Readonly<Record<VaultName, SandboxService>>;
  readonly secrets: Readonly<Record<VaultName, VaultSecrets>>;
  state(): Record<string, unknown>;
  reset(): void;
}

/** The data plane of Azure Key Vault, as far as secrets are read and set; source: its REST reference, 7.4 to 2026-04-01. */
export function createKeyVaults(tools: KeyVaultTools): KeyVaults {
  const secrets = forEachVault(() => createVaultSecrets(tools.clock));
  return {
    secrets,
    services: forEachVault((name) => vault({ ...tools, name, secrets: secrets[name] })),
    state: () => forEachVault((name) => secrets[name].state()),
    reset: () => Object.values(secrets).forEach((one) => one.reset()),
  };
}

interface Vault extends KeyVaultTools {
  readonly name: VaultName;
  readonly secrets: VaultSecrets;
}

function vault(tools: Vault): SandboxService {
  return async (request) => {
    try {
      const given = answer(tools, authenticate(await tools.readAccessToken(request.headers['authorization'])), request);
      return { ...given, headers: { ...given.headers, ...marks() } };
    } catch (error) {
      if (error instanceof KeyVaultError) return toAnswer(error, tools.authority());
      throw error;
    }
  };
}

function authenticate(reading: TokenReading<AccessToken>): AccessToken {
  if (reading.kind === 'missing') throw refusals.noToken();
  if (reading.kind !== 'good') throw refusals.badToken();
  if (reading.claims.aud !== vaultAudience) throw refusals.wrongAudience(reading.claims.aud);
  return reading.claims;
}

const versions: readonly string[] = ['7.4', '7.5', '7.6', '2025-07-01', '2026-04-01'];
const pathPattern = /^\/secrets\/(?<name>[0-9a-zA-Z-]{1,127})(?:\/(?<rest>versions|[0-9a-f]{32})?)?$/;

const deletedPattern = /^\/deletedsecrets\/([0-9a-zA-Z-]{1,127})$/;

function answer(tools: Vault, caller: AccessToken, request: SandboxRequest): SandboxAnswer {
  const { vault: condition } = tools.conditions.get();
  if (condition === 'throttled') throw refusals.throttled();
  if (condition === 'firewalled') throw refusals.firewall();
  const version = request.query.get('api-version');
  if (version === null) throw refusals.noVersion();
  if (!versions.includes(version)) throw refusals.badParameter(`The specified version (${version}) is not recognized.`);
  const [, deletedName] = deletedPattern.exec(request.path) ?? [];
  if (deletedName !== undefined) return deleted(tools, caller, request, deletedName);
  const { name = '', rest } = pathPattern.exec(request.path)?.groups ?? {};
  if (name === '') throw refusals.badParameter('The request URI contains an invalid name.');
  return carryOut(tools, caller, { request, name, rest });
}

/** *Get deleted secret*: without its value. */
function deleted(tools: Vault, caller: AccessToken, { method, origin }: SandboxRequest, name: string): SandboxAnswer {
  if (method !== 'GET') throw refusals.wrongMethod(method);
  authorise(tools, caller, 'readMetadata');
  if (!tools.secrets.isDeleted(name)) throw refusals.notDeleted(name);
  return { status: 200, body: { recoveryId: `${origin}/deletedsecrets/${name}`, id: `${origin}/secrets/${name}`, attributes: { enabled: true, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 } } };
}

function carryOut(tools: Vault, caller: AccessToken, { request, name, rest }: { request: SandboxRequest; name: string; rest: string | undefined }): SandboxAnswer {
  const wanted: SecretAction = request.method === 'PUT' ? 'setSecret' : rest === 'versions' ? 'readMetadata' : 'getSecret';
  if (request.method !== 'GET' && (request.method !== 'PUT' || rest !== undefined)) throw refusals.wrongMethod(request.method);
  authorise(tools, caller, wanted);
  const bundle = (version: SecretVersion) => describe(request.origin, name, version);
  if (wanted === 'setSecret') return { status: 200, body: bundle(tools.secrets.set(name, readBody(request))) };
  if (wanted === 'getSecret') return { status: 200, body: bundle(tools.secrets.get(name, rest)) };
  return { status: 200, body: { value: tools.secrets.versions(name).map((version) => withoutValue(bundle(version))), nextLink: null } };
}

function authorise({ name, conditions }: Vault, { oid, appid, idtyp, scp }: AccessToken, action: SecretAction): void {
  const isDelegated = idtyp === 'app' || scp?.split(' ').includes('user_impersonation') === true;
  if (isDelegated && vaultRoles[name][oid]?.includes(action)) return;
  const refusal = conditions.get().vault === 'accessPolicies' ? refusals.withoutPolicy : refusals.forbidden;
  throw refusal({ appId: appid, objectId: oid }, action);
}

function readBody({ body }: SandboxRequest) {
  const read = setBody.safeParse(body);
  if (!read.success) throw refusals.badParameter(explainIssues(read.error));
  return read.data;
}

function describe(origin: string, name: string, { version, attributes, ...secret }: SecretVersion): Record<string, unknown> {
  return { ...secret, id: `${origin}/secrets/${name}/${version}`, attributes: { ...attributes, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 } };
}

function withoutValue({ value: _value, ...bundle }: Record<string, unknown>): Record<string, unknown> {
  return bundle;
}
