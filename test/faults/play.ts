import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import type { Way } from './ways.ts';

/** What is to be played, and where. */
export interface Play {
  readonly tenant: TenantHarness;
  readonly way: Way;
  /** What went before is over: from here on requests are counted, and faults befall them. */
  begin(): Promise<void>;
  /** What lasted for long is over when the person tries again. */
  endFaults(): Promise<void>;
}

/** What a person had to do for it, and what they were handed. */
export interface Played {
  readonly retries: number;
  readonly secret: string | undefined;
}
