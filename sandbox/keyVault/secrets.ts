import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import { refusals } from './errors.ts';

/** Seconds since 1970. */
const instant = z.int().min(0);

/** What a new version may bring. Source: `SecretSetParameters` of Key Vault's REST reference. */
export const setBody = z.strictObject({
  value: z.string().max(25_600),
  contentType: z.string().max(255).optional(),
  attributes: z.strictObject({ enabled: z.boolean().optional(), nbf: instant.optional(), exp: instant.optional() }).optional(),
  tags: z.record(z.string().max(512), z.string().max(512)).refine((tags) => Object.keys(tags).length <= 15, 'At most 15 tags.').optional(),
});
export type NewSecret = z.output<typeof setBody>;

export interface SecretVersion extends Omit<NewSecret, 'attributes'> {
  readonly version: string;
  readonly attributes: { readonly enabled: boolean; readonly nbf?: number | undefined; readonly exp?: number | undefined; readonly created: number; readonly updated: number };
}

/** The secrets of one vault. */
export interface VaultSecrets {
  set(name: string, secret: NewSecret): SecretVersion;
  /** The latest version when none is named. */
  get(name: string, version?: string): SecretVersion;
  versions(name: string): readonly SecretVersion[];
  /** Soft-deleted: the name stays taken. */
  remove(name: string): void;
  isDeleted(name: string): boolean;
  /** Without any value: what tells values apart is their SHA-256. */
  state(): Record<string, unknown>;
  reset(): void;
}

/** Names are the same in any case. */
const key = (name: string): string => name.toLowerCase();

export function createVaultSecrets(clock: TenantClock): VaultSecrets {
  const secrets = new Map<string, SecretVersion[]>();
  const deleted = new Map<string, string>();
  const known = (name: string) => {
    const versions = secrets.get(key(name));
    if (versions === undefined) throw refusals.noSecret(name);
    return versions;
  };
  return {
    set: (name, { attributes, ...secret }) => {
      if (deleted.has(key(name))) throw refusals.deleted(name);
      const now = Math.floor(clock.now() / 1000);
      const version: SecretVersion = { ...secret, version: randomBytes(16).toString('hex'), attributes: { ...attributes, enabled: attributes?.enabled ?? true, created: now, updated: now } };
      secrets.set(key(name), [...(secrets.get(key(name)) ?? []), version]);
      return version;
    },
    get: (name, version) => {
      const found = version === undefined ? known(name).at(-1) : known(name).find((one) => one.version === version);
      if (found === undefined) throw refusals.noSecret(`${name}/${version ?? ''}`);
      if (!found.attributes.enabled) throw refusals.disabled();
      return found;
    },
    versions: (name) => secrets.get(key(name)) ?? [],
    remove: (name) => {
      known(name);
      secrets.delete(key(name));
      deleted.set(key(name), name);
    },
    isDeleted: (name) => deleted.has(key(name)),
    state: () => Object.fromEntries([...secrets].map(([name, versions]) => [name, versions.map(withoutValue)])),
    reset: () => {
      secrets.clear();
      deleted.clear();
    },
  };
}

function withoutValue({ value, ...version }: SecretVersion): Record<string, unknown> {
  return { ...version, sha256: createHash('sha256').update(value).digest('hex') };
}
