import type { StepId } from '../../src/setup/run.ts';
import type { TenantHarness } from '../sandbox/tenantHarness.ts';

/** One way through a setup, with what makes its requests what they are. */
export interface Way {
  readonly name: string;
  readonly path: 'entra' | 'microsoft365';
  /** What the tenant is like. */
  readonly conditions: object;
  /** What somebody changes before they approve a step. */
  inputs(tenant: TenantHarness): Partial<Record<StepId, Record<string, string>>>;
}

export const ways = {
  entra: { name: 'Microsoft Entra application', path: 'entra', conditions: {}, inputs: () => ({}) },
  lockedRole: {
    name: 'Microsoft Entra application, where the role is locked and the key goes into a vault',
    path: 'entra',
    conditions: { leadWriterRole: 'locked' },
    inputs: ({ sandbox }) => ({ keyAndProof: { vault: sandbox.vaults['customer-vault'].url } }),
  },
  microsoft365: { name: 'Microsoft 365 user', path: 'microsoft365', conditions: {}, inputs: () => ({}) },
} as const satisfies Record<string, Way>;
