import type { StepId } from '../../src/setup/run.ts';
import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import type { World } from '../setup/world.ts';
import { changingKinds, type Kind, readingKinds } from './kinds.ts';
import type { Befallen } from './requests.ts';
import { spoilAccount, spoilServiceUser, takeAway } from './spoiling.ts';

/** One way through a setup, with what makes its requests what they are. */
export interface Way {
  readonly name: string;
  readonly path: 'entra' | 'microsoft365';
  /** What the tenant is like. */
  readonly conditions: object;
  /** What somebody changes before they approve a step. */
  inputs(tenant: TenantHarness): Partial<Record<StepId, Record<string, string>>>;
  /** What the faults befall: the setup itself, or what is done with it once it is finished. */
  readonly during: 'setup' | 'undo' | 'mend';
  /** What others change in the tenant before the faults begin. */
  readonly spoil?: (world: World) => Promise<void>;
  readonly befallen: Befallen;
  readonly kinds: readonly Kind[];
}

const entra: Way = { name: 'Microsoft Entra application', path: 'entra', conditions: {}, inputs: () => ({}), during: 'setup', befallen: 'changes', kinds: changingKinds };
const microsoft365: Way = { ...entra, name: 'Microsoft 365 user', path: 'microsoft365' };
const lockedRole: Way = {
  ...entra,
  name: 'Microsoft Entra application, where the role is locked and the key goes into a vault',
  conditions: { leadWriterRole: 'locked' },
  inputs: ({ sandbox }) => ({ keyAndProof: { vault: sandbox.vaults['customer-vault'].url } }),
};
const reads = { befallen: 'reads', kinds: readingKinds } as const;

export const ways = {
  entra,
  lockedRole,
  microsoft365,
  undoEntra: { ...entra, name: 'Undo: Microsoft Entra application', during: 'undo' },
  undoLockedRole: { ...lockedRole, name: 'Undo: where the role is locked', during: 'undo' },
  undoMicrosoft365: { ...microsoft365, name: 'Undo: Microsoft 365 user', during: 'undo' },
  mendEntra: { ...entra, name: 'Put it right: sign-in and application user disabled, role taken away, key removed', during: 'mend', spoil: spoilAccount },
  mendGone: { ...entra, name: 'Put it right: application deleted, solution uninstalled', during: 'mend', spoil: takeAway },
  mendMicrosoft365: { ...microsoft365, name: 'Put it right: user blocked, licence taken away, another password', during: 'mend', spoil: spoilServiceUser },
  readsEntra: { ...entra, ...reads, name: 'What is read, and tokens: Microsoft Entra application' },
  readsMicrosoft365: { ...microsoft365, ...reads, name: 'What is read, and tokens: Microsoft 365 user' },
} as const satisfies Record<string, Way>;
