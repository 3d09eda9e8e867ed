import type { Cloud } from '../cloud.ts';

/** Where a secret lies: the vault's root address and the secret's name. */
export interface SecretPlace {
  /** `https://host`, without a path. */
  readonly vault: string;
  readonly name: string;
}

/** Key Vault's own rule for names of secrets: 1 to 127 letters, digits and hyphens. */
export const secretNamePattern = /^[0-9a-zA-Z-]{1,127}$/u;

/** The vault's root address when it is exactly that, of a vault of this cloud; undefined for anything else: no token is sent there. */
export function vaultOrigin(cloud: Pick<Cloud, 'keyVault'>, text: string): string | undefined {
  const address = URL.parse(text.trim());
  const isRoot = address?.protocol === 'https:' && `${address.username}${address.password}${address.search}${address.hash}` === '' && address.pathname === '/';
  return isRoot && new RegExp(cloud.keyVault.vaultHost, 'u').test(address.host) && !/[\\@%]/u.test(text) ? address.origin : undefined;
}

/** The parts of `https://vault/secrets/name`; undefined when it is not one of this cloud. */
export function secretPlace(cloud: Pick<Cloud, 'keyVault'>, address: string): SecretPlace | undefined {
  const { origin = '', pathname = '' } = URL.parse(address) ?? {};
  const [, name = ''] = /^\/secrets\/([^/]+)$/u.exec(pathname) ?? [];
  const vault = vaultOrigin(cloud, origin);
  return vault !== undefined && address === `${vault}/secrets/${name}` && secretNamePattern.test(name) ? { vault, name } : undefined;
}
