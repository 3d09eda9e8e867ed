import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { z } from 'zod';

import type { Cloud } from '../cloud.ts';
import { secretPlace } from './address.ts';

/** Of each call; and of all of them together. */
const callMs = 10_000;
const totalMs = 60_000;
/** More versions than anybody keeps: what lies under an older one is sealed anew at the next start. */
const mostVersions = 20;

/** A signal that aborts when the time is over. */
type Deadline = (ms: number) => AbortSignal;

export interface VaultKeys {
  readonly present: Uint8Array;
  readonly before: readonly Uint8Array[];
}

/**
 * The sealing keys that a secret of Azure Key Vault holds: its newest enabled version seals, the earlier enabled ones open.
 * Throws an `Error` with one line that says what whoever runs the bot can do; it holds no value.
 */
export async function readSealingKeys(cloud: Cloud, address: string, credential: TokenCredential, deadline: Deadline = (ms) => AbortSignal.timeout(ms)): Promise<VaultKeys> {
  const place = secretPlace(cloud, address);
  if (!place) throw new Error(`SEALING_KEY_VAULT: its host is no key vault of the cloud "${cloud.name}"`);
  const client = new SecretClient(place.vault, credential, {
    disableChallengeResourceVerification: !cloud.keyVault.verifiesChallengeResource,
    retryOptions: { maxRetries: 2, maxRetryDelayInMs: 4_000 },
    redirectOptions: { maxRetries: 0 },
  });
  try {
    const signal = deadline(totalMs);
    const [present, ...before] = await Promise.race([readVersions(client, place.name, signal), overdue(signal)]);
    if (!present) throw new NotAKey('it has no enabled version');
    return { present, before };
  } catch (error) {
    throw new Error(`SEALING_KEY_VAULT: the sealing key cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** Whoever gives out the bot's identity may never answer, and heeds no signal. */
async function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new NotAKey('no answer came in time')), { once: true });
  });
}

/** What is read is no key; told as it stands. */
class NotAKey extends Error {}

async function readVersions(client: SecretClient, name: string, abortSignal: AbortSignal): Promise<Uint8Array[]> {
  const options = { abortSignal, requestOptions: { timeout: callMs } };
  const versions: { version: string; createdAt: number }[] = [];
  for await (const { version, enabled, createdOn } of client.listPropertiesOfSecretVersions(name, options)) {
    if (version !== undefined && enabled) versions.push({ version, createdAt: createdOn?.getTime() ?? 0 });
  }
  const newest = versions.toSorted((one, other) => other.createdAt - one.createdAt).slice(0, mostVersions);
  return await Promise.all(newest.map(async ({ version }) => toKey((await client.getSecret(name, { version, ...options })).value, version)));
}

function toKey(value: string | undefined, version: string): Uint8Array {
  const key = Buffer.from(value ?? '', 'base64');
  if (!/^[A-Za-z0-9+/]{43}=$/u.test(value ?? '') || key.length !== 32) throw new NotAKey(`version ${version} must be exactly 32 bytes in base64`);
  return key;
}

const errorSchema = z.object({ name: z.string().optional(), code: z.string().optional(), statusCode: z.number().optional() }).catch({});

/** Key Vault's and Entra's code and status; their texts may name more than a log should hold. */
function reasonOf(error: unknown): string {
  if (error instanceof NotAKey) return error.message;
  const { name, code, statusCode } = errorSchema.parse(error);
  const parts = [statusCode && `HTTP ${statusCode}`, code ?? name].filter(Boolean).join(' ');
  const advice = statusCode === 403 ? '; the bot’s identity needs the role Key Vault Secrets User (get and list) on it, from a network that the vault lets in' : '';
  return `${parts}${advice}`;
}
