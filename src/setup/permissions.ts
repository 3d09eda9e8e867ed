import type { Path, SetupRun } from './run.ts';

/** APIs that the bot calls with a person's rights. */
export type Resource = 'graph' | 'dynamics' | 'powerApps' | 'keyVault';

/** Delegated permissions of Microsoft Graph that some call of the bot needs. */
export type GraphScope =
  | 'User.Read'
  | 'User.ReadBasic.All'
  | 'Organization.Read.All'
  | 'RoleManagement.Read.Directory'
  | 'Application.ReadWrite.All'
  | 'User.ReadWrite.All'
  | 'User-PasswordProfile.ReadWrite.All'
  | 'LicenseAssignment.ReadWrite.All';

/** One delegated permission of the sign-in application. What it is for is told under `permission.<scope>` in the locales, dots as underscores. */
export interface Permission {
  readonly resource: Resource;
  readonly scope: GraphScope | 'user_impersonation' | 'User';
  /** The ways of setting up that need it; both where it is needed before one is chosen. */
  readonly paths: readonly Path[];
  /** Without it less is known or it takes longer, and everything can be done all the same. */
  readonly isOptional?: true;
}

const both: readonly Path[] = ['entra', 'microsoft365'];
const microsoft365: readonly Path[] = ['microsoft365'];

/** Every delegated permission that the bot ever asks for; `docs/permissions.md` says of each which call needs it. */
export const permissions: readonly Permission[] = [
  { resource: 'graph', scope: 'User.Read', paths: both },
  { resource: 'graph', scope: 'User.ReadBasic.All', paths: both, isOptional: true },
  { resource: 'graph', scope: 'RoleManagement.Read.Directory', paths: both, isOptional: true },
  { resource: 'graph', scope: 'Application.ReadWrite.All', paths: ['entra'] },
  { resource: 'graph', scope: 'Organization.Read.All', paths: microsoft365 },
  { resource: 'graph', scope: 'User.ReadWrite.All', paths: microsoft365 },
  { resource: 'graph', scope: 'User-PasswordProfile.ReadWrite.All', paths: microsoft365 },
  { resource: 'graph', scope: 'LicenseAssignment.ReadWrite.All', paths: microsoft365 },
  { resource: 'dynamics', scope: 'user_impersonation', paths: both },
  { resource: 'powerApps', scope: 'User', paths: microsoft365, isOptional: true },
  { resource: 'keyVault', scope: 'user_impersonation', paths: ['entra'], isOptional: true },
];

/** What the chosen way of setting up needs; before a choice, what every way does, which is all that is needed so far. A key vault only where one was named. */
export function permissionsOf({ path, inputs }: Pick<SetupRun, 'path' | 'inputs'>): Permission[] {
  const usesVault = (inputs.keyAndProof['vault'] ?? '') !== '';
  const ways = path ? [path] : both;
  return permissions.filter(({ paths, resource }) => ways.every((way) => paths.includes(way)) && (usesVault || resource !== 'keyVault'));
}
