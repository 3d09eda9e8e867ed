import type { Read, Settings } from './clientSettings.ts';

/** Where the key comes from under which secrets are sealed. */
export interface SealingSettings {
  /** The key itself (32 bytes), or the https address of a secret in Azure Key Vault whose newest version is the key. */
  readonly present: { readonly kind: 'key'; readonly key: Uint8Array } | { readonly kind: 'vault'; readonly address: string };
  /** Keys of before, 32 bytes each: they only open. */
  readonly before: readonly Uint8Array[];
}

const keyWanted = 'must be exactly 32 bytes in base64';
const { key: keyName, vault: vaultName, before: beforeName } = { key: 'SEALING_KEY', vault: 'SEALING_KEY_VAULT', before: 'SEALING_KEYS_BEFORE' } as const;

/** Exactly one of `SEALING_KEY` and `SEALING_KEY_VAULT`, and any number of keys of before. No line repeats a value. */
export function readSealing(settings: Settings): Read<SealingSettings> {
  const { [keyName]: key, [vaultName]: address, [beforeName]: listed = '' } = settings;
  const before = listed.split(',').map((one) => one.trim()).filter(Boolean);
  const mistakes = [...presentMistakes(key, address), ...(before.every(isSealingKey) ? [] : [`${beforeName} ${keyWanted} each, separated by commas`])];
  if (mistakes.length > 0) return { mistakes };
  const present = key === undefined ? ({ kind: 'vault', address: address ?? '' } as const) : ({ kind: 'key', key: toBytes(key) } as const);
  return { value: { present, before: before.map(toBytes) }, mistakes: [] };
}

function presentMistakes(key: string | undefined, address: string | undefined): string[] {
  if (key !== undefined && address !== undefined) return [`${vaultName} must not be set together with ${keyName}: one of them says where the sealing key comes from`];
  if (key !== undefined) return isSealingKey(key) ? [] : [`${keyName} ${keyWanted}`];
  if (address !== undefined) return isSecretAddress(address) ? [] : [`${vaultName} must be the https address of a secret without its version, like https://….vault.azure.net/secrets/…`];
  return [`${keyName} is missing: 32 random bytes in base64, for example from: openssl rand -base64 32; or instead of it ${vaultName}, the address of a secret in Azure Key Vault`];
}

/** What is 32 bytes in base64 and nothing else. */
export function isSealingKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/u.test(text);
}

/** Whether the host is one of the cloud's vaults is judged where the cloud is known. */
function isSecretAddress(text: string): boolean {
  const address = URL.parse(text);
  return address?.protocol === 'https:' && address.href === text && address.username === '' && address.search + address.hash === '' && /^\/secrets\/[0-9a-z-]{1,127}$/iu.test(address.pathname);
}

function toBytes(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
