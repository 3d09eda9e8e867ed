import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';

import type { Log } from '../log.ts';
import type { Deadline } from './timeLimits.ts';

/** A key that the channel service signs with. */
export interface ChannelKey {
  readonly key: CryptoKey;
  /** Ids of the channels that it may sign for: `msteams`. */
  readonly endorsements: readonly string[];
}

export interface ChannelKeysOptions {
  /** Address of the channel service's OpenID metadata. */
  readonly metadataUrl: string;
  readonly log: Pick<Log, 'warn'>;
  readonly deadline: Deadline;
  /** Milliseconds. */
  readonly now: () => number;
}

export const keyTimes = {
  /** After this the keys are read anew before the next token is looked at: a withdrawn key is taken no longer than this. */
  renewAfterMs: 10 * 60_000,
  /** Between two readings for an unknown key or after a failure, so that forged tokens cannot make the bot ask without end. */
  pauseMs: 10_000,
  /** While the metadata cannot be read, known keys are good for this long: a channel that is half out of order still has its bot. */
  keepMs: 24 * 3_600_000,
  readingMs: 5_000,
} as const;

const https = z.url({ protocol: /^https$/u });
const metadataSchema = z.object({ jwks_uri: https });
const keySetSchema = z.object({ keys: z.array(z.unknown()) });
const keySchema = z.object({ kty: z.literal('RSA'), kid: z.string().min(1), n: z.string(), e: z.string(), endorsements: z.array(z.string()).default([]) });

type KeySet = ReadonlyMap<string, ChannelKey>;

/**
 * The channel service's keys, as its metadata names them, kept in memory. Never rejects: when the metadata cannot be read, that is
 * logged, what is known goes on being known, and the next attempt is after a pause.
 */
export class ChannelKeys {
  readonly #options: ChannelKeysOptions;
  #known: KeySet = new Map();
  #readAt = -Infinity;
  #triedAt = -Infinity;
  #isFailing = false;
  #reading: Promise<void> | undefined;

  constructor(options: ChannelKeysOptions) {
    this.#options = options;
  }

  /** The key of that id, or undefined when the channel service has none, as far as can be known. */
  async find(keyId: string): Promise<ChannelKey | undefined> {
    const isFailing = this.#isFailing;
    const known = this.#knownNow().get(keyId);
    if (known && this.#age() < keyTimes.renewAfterMs) return known;
    const reading = this.#readUnlessPausing();
    // Nobody waits for a metadata service that did not answer last time, if the key is known all the same.
    if (known && isFailing) return known;
    await reading;
    return this.#knownNow().get(keyId);
  }

  #age(): number {
    return this.#options.now() - this.#readAt;
  }

  #knownNow(): KeySet {
    return this.#age() < keyTimes.keepMs ? this.#known : new Map();
  }

  #readUnlessPausing(): Promise<void> {
    if (this.#reading) return this.#reading;
    if (this.#options.now() - this.#triedAt < keyTimes.pauseMs) return Promise.resolve();
    this.#triedAt = this.#options.now();
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      this.#known = await readKeys(this.#options.metadataUrl, this.#options.deadline(keyTimes.readingMs));
      this.#readAt = this.#triedAt;
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      this.#options.log.warn({ err: error }, 'The channel service’s keys could not be read; those known before go on being taken');
    }
  }
}

async function readKeys(metadataUrl: string, signal: AbortSignal): Promise<KeySet> {
  const { jwks_uri: keysUrl } = metadataSchema.parse(await readJson(metadataUrl, signal));
  const { keys } = keySetSchema.parse(await readJson(keysUrl, signal));
  const usable = (await Promise.all(keys.map(readKey))).flatMap((key) => key ?? []);
  if (usable.length === 0) throw new Error('The key set has no key that can be used.');
  return new Map(usable.map(({ keyId, ...key }) => [keyId, key]));
}

/** undefined for a key of another kind: the others are good all the same. */
async function readKey(given: unknown): Promise<(ChannelKey & { readonly keyId: string }) | undefined> {
  const { kid, endorsements, ...key } = keySchema.safeParse(given).data ?? {};
  if (kid === undefined || endorsements === undefined) return undefined;
  const imported = await importJWK({ ...key, kty: 'RSA' }, 'RS256').catch(() => undefined);
  return imported === undefined || imported instanceof Uint8Array ? undefined : { keyId: kid, key: imported, endorsements };
}

async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, redirect: 'error' });
  if (response.ok) return response.json();
  await response.body?.cancel();
  throw new Error(`The metadata was answered with ${response.status}.`);
}
