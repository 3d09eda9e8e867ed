import type { TokenCredential } from '@azure/identity';
import { SecretClient, type SetSecretOptions } from '@azure/keyvault-secrets';
import { z } from 'zod';

import { type ErrorCode, SetupError, type Upstream } from '../../setup/errors.ts';
import type { SecretVersion, VaultSecret } from '../../setup/ports/microsoft.ts';
import { type ApiToken, sendAuthorised } from '../apiToken.ts';
import { claimsOfChallenge } from '../claims.ts';
import type { Cloud } from '../cloud.ts';
import type { RequestTrace } from '../correlation.ts';
import { networkFailure, type RequestFailure, upstreamOf } from '../failure.ts';
import type { RequestKind, SendRequest } from '../request.ts';
import type { SecretPlace } from './address.ts';

interface Parts {
  readonly cloud: Pick<Cloud, 'keyVault'>;
  readonly send: SendRequest;
  readonly token: ApiToken;
  readonly place: SecretPlace;
}

/** One secret of a vault of the person's organization, with their own rights. Source: Key Vault's REST reference, through its own client library. */
export function createVaultSecret(parts: Parts): VaultSecret {
  return {
    versions: () => versions(parts),
    isDeleted: () => isDeleted(parts),
    put: (value, about) => put(parts, value, about),
  };
}

const versionsSchema = z.array(z.object({ version: z.string(), tags: z.record(z.string(), z.string()) }));
/** More than anybody keeps; ours would be among the newest. */
const mostVersions = 100;

/** `GET /secrets/{name}/versions`, without any value. A name that is not there has none. */
async function versions({ place, ...parts }: Parts): Promise<SecretVersion[]> {
  return await call<SecretVersion[]>({ place, ...parts }, {
    name: 'GET /secrets/{name}/versions',
    kind: 'read',
    answer: versionsSchema,
    instead: ({ status }) => (status === 404 ? { value: [] } : undefined),
    work: async (client, options) => {
      const found: SecretVersion[] = [];
      for await (const { version, tags } of client.listPropertiesOfSecretVersions(place.name, options)) {
        if (version !== undefined) found.push({ version, tags: tags ?? {} });
        if (found.length === mostVersions) break;
      }
      return found;
    },
  });
}

/** `GET /deletedsecrets/{name}`. Whoever may put secrets there may not always see deleted ones: then the put says so. */
async function isDeleted({ place, ...parts }: Parts): Promise<boolean> {
  return await call<boolean>({ place, ...parts }, {
    name: 'GET /deletedsecrets/{name}',
    kind: 'read',
    answer: z.boolean(),
    instead: ({ status }) => (status === 404 || status === 403 ? { value: false } : undefined),
    work: async (client, options) => {
      await client.getDeletedSecret(place.name, options);
      return true;
    },
  });
}

/** `PUT /secrets/{name}`. Never repeated: every call makes another version. One whose answer is lost is `E-UNCLEAR`, and is found by its tags. */
async function put({ place, ...parts }: Parts, value: string, { endsAt, tags }: Parameters<VaultSecret['put']>[1]): Promise<{ version: string }> {
  return await call<{ version: string }>({ place, ...parts }, {
    name: 'PUT /secrets/{name}',
    kind: 'once',
    answer: z.object({ version: z.string() }),
    instead: refuseDeletedName,
    work: async (client, options) => {
      const { properties } = await client.setSecret(place.name, value, { ...options, expiresOn: new Date(endsAt), contentType: 'text/plain', tags: { ...tags } });
      return { version: properties.version };
    },
  });
}

/** The name belongs to a secret that was deleted and can still be recovered. */
function refuseDeletedName(failure: RequestFailure): undefined {
  if (failure.status !== 409 || failure.code !== 'ObjectIsDeletedButRecoverable') return;
  throw new SetupError('E-VAULT-NAME', { upstream: upstreamOf('keyVault', failure) });
}

type CallOptions = Required<Pick<SetSecretOptions, 'abortSignal' | 'requestOptions' | 'onResponse'>>;

interface VaultCall<T> {
  readonly name: string;
  readonly kind: RequestKind;
  readonly answer: z.ZodType<T>;
  readonly instead: (failure: RequestFailure) => { value: T } | undefined;
  readonly work: (client: SecretClient, options: CallOptions) => Promise<unknown>;
}

async function call<T>({ cloud, send, token, place }: Parts, { work, ...request }: VaultCall<T>): Promise<T> {
  try {
    return await sendAuthorised<T, T>(send, token, (accessToken) => ({
      ...request,
      service: 'keyVault',
      send: (signal, trace) => work(clientFor(cloud, place.vault, accessToken), optionsFor(signal, trace)),
      failureOf: vaultFailure,
    }));
  } catch (error) {
    throw asVaultRefusal(error);
  }
}

/** Whoever asks is not let in, by a missing role or policy or by the vault's firewall; or there is no such vault, or one of another organization, which takes no token of this one. */
function asVaultRefusal(error: unknown): unknown {
  if (!(error instanceof SetupError) || error.upstream?.service !== 'keyVault') return error;
  const code = refusalOf(error.code, error.upstream);
  return code ? new SetupError(code, { upstream: error.upstream }) : error;
}

function refusalOf(told: ErrorCode, { status, code }: Upstream): ErrorCode | undefined {
  if (told === 'E-UNREACHABLE') return code === 'ENOTFOUND' ? 'E-VAULT-MISSING' : undefined;
  if (told !== 'E-REFUSED') return undefined;
  return status === 403 ? 'E-VAULT-REFUSED' : status === 401 ? 'E-VAULT-MISSING' : undefined;
}

const tokenLifeMs = 60_000;

/** The library asks for a token when the vault has challenged it, and gives it to nobody but a vault: with the token of the request at hand. */
function clientFor({ keyVault }: Pick<Cloud, 'keyVault'>, vault: string, accessToken: string): SecretClient {
  const credential: TokenCredential = { getToken: () => Promise.resolve({ token: accessToken, expiresOnTimestamp: Date.now() + tokenLifeMs }) };
  return new SecretClient(vault, credential, {
    disableChallengeResourceVerification: !keyVault.verifiesChallengeResource,
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
  });
}

function optionsFor(abortSignal: AbortSignal, trace: RequestTrace): CallOptions {
  return {
    abortSignal,
    requestOptions: { headers: { [trace.header]: trace.clientRequestId } },
    onResponse: ({ headers }) => trace.answered((name) => headers.get(name)),
  };
}

const refusalSchema = z.object({
  statusCode: z.number(),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  /** In the library's spelling; it does not read it where it lists. */
  details: z.object({ error: z.object({ innerError: z.object({ code: z.string() }) }) }).optional().catch(undefined),
  response: z.object({ headers: z.custom<{ get(name: string): string | undefined }>((headers) => typeof headers === 'object' && headers !== null && 'get' in headers) }).optional().catch(undefined),
});

function vaultFailure(error: unknown): RequestFailure {
  const refusal = refusalSchema.safeParse(error).data;
  if (!refusal) return networkFailure(error);
  const header = (name: string) => refusal.response?.headers.get(name);
  return {
    kind: 'answered',
    status: refusal.statusCode,
    code: refusal.details?.error.innerError.code ?? refusal.code,
    message: refusal.message,
    requestId: header('x-ms-request-id'),
    retryAfter: header('retry-after'),
    claims: claimsOfChallenge(header('www-authenticate') ?? null),
  };
}
