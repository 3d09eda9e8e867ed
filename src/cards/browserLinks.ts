import type { ProofAbout } from '../setup/proofAbout.ts';
import type { SetupRun } from '../setup/run.ts';

/** Addresses that a person opens in a browser of their own; there are none in an installation without a public address. */
export interface BrowserLinks {
  /** Signs in as the account that this part of the setup acts as already, with what Entra asked for. */
  proof(runId: string, about: ProofAbout): string;
  /** Signs in as another account of the tenant; ends in a code that the person types into their chat. `askId`: for whoever was asked by it. */
  otherAccount(runId: string, askId?: string): string;
  /** Entra's page where an administrator consents for everybody, to exactly what the setup's way needs. */
  consent(run: Pick<SetupRun, 'path' | 'inputs'>): string;
}
