import { registrations } from './registrations.ts';
import { personas } from './personas.ts';

/** Every key vault of the sandbox, in the order of their ports. */
export const vaultNames = ['operator-vault', 'customer-vault'] as const;
export type VaultName = (typeof vaultNames)[number];

export type SecretAction = 'getSecret' | 'setSecret' | 'readMetadata';

/** Who may do what, by object id: the roles *Key Vault Secrets User* and *Key Vault Secrets Officer*, as Azure RBAC gives them. */
const reader: readonly SecretAction[] = ['getSecret', 'readMetadata'];
export const vaultRoles: Readonly<Record<VaultName, Readonly<Record<string, readonly SecretAction[]>>>> = {
  'operator-vault': { [registrations.bot.appId]: reader },
  'customer-vault': { [personas.alex.objectId]: [...reader, 'setSecret'], [personas.tomas.objectId]: [...reader, 'setSecret'] },
};

/** The same for every vault, by its name. */
export function forEachVault<T>(make: (name: VaultName) => T): Record<VaultName, T> {
  return { 'operator-vault': make('operator-vault'), 'customer-vault': make('customer-vault') };
}
