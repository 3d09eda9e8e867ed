import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';
import { z } from 'zod';
import { readOrMake, type SandboxFiles } from './files.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As a JSON Web Key Set lists it. */
  readonly jwk: JWK;
}

const storedKey = z.object({ keyId: z.string(), privateKey: z.string() });

/**
 * Promises the key of that name, kept in a file: the bot caches the keys it has seen for a day and would refuse a
 * restarted sandbox that came with new ones.
 */
export async function loadSigningKey(files: SandboxFiles, name: 'entra' | 'channel'): Promise<SigningKey> {
  return readKey(await readOrMake(files, `${name}-key.json`, makeKey));
}

/** Promises a key that is kept nowhere. */
export async function makeSigningKey(): Promise<SigningKey> {
  return readKey(await makeKey());
}

async function readKey(text: string): Promise<SigningKey> {
  const stored = storedKey.parse(JSON.parse(text));
  const privateKey = createPrivateKey(stored.privateKey);
  const publicKey = createPublicKey(privateKey);
  const jwk = { ...(await exportJWK(publicKey)), kid: stored.keyId, use: 'sig', alg: 'RS256' };
  return { keyId: stored.keyId, privateKey, publicKey, jwk };
}

async function makeKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return JSON.stringify({ keyId: randomUUID(), privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
}
