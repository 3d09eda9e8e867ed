import { setTimeout as soon } from 'node:timers/promises';

import type { TenantHarness } from '../sandbox/tenantHarness.ts';

const lookEveryMs = 20;

export interface Patience {
  /** In place of a time limit. */
  readonly deadline: () => AbortSignal;
  /** Gives up on everything that is waited for as soon as the sandbox has let a request hang. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export function createPatience(tenant: TenantHarness): Patience {
  const waiting = new Set<AbortController>();
  let isOver = false;
  const watch = async (): Promise<void> => {
    if (isOver) return;
    const faults: { kind: string; happened: number }[] = (await tenant.control('faults')).json;
    const isHanging = faults.some(({ kind, happened }) => kind.startsWith('hang') && happened > 0);
    if (isHanging) for (const one of waiting) one.abort();
    else await soon(lookEveryMs).then(watch);
  };
  return {
    deadline: () => {
      const controller = new AbortController();
      waiting.add(controller);
      return controller.signal;
    },
    during: async (work) => {
      const faults: { kind: string }[] = (await tenant.control('faults')).json;
      const watching = faults.some(({ kind }) => kind.startsWith('hang')) ? watch() : Promise.resolve();
      try {
        return await work();
      } finally {
        isOver = true;
        await watching;
      }
    },
  };
}
