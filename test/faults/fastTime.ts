import { join } from 'node:path';
import { setTimeout as soon } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import type { TenantHarness } from '../sandbox/tenantHarness.ts';

const speed = 20;
const tickMs = 50;
const longestMs = 120_000;

/** For a bot that begins at the tenant's time and lives twenty times as fast as we do. */
export async function fastClock(tenant: TenantHarness): Promise<Record<string, string>> {
  const preload = pathToFileURL(join(__dirname, 'fastClock.mjs')).href;
  const { now } = (await tenant.control('clock')).json;
  return { FAST_SINCE: String(Date.now()), FAST_FROM: String(Date.parse(now)), FAST_SPEED: String(speed), NODE_OPTIONS: `--import ${preload}` };
}

export interface FastTime {
  /** Rejects when the bot could not be killed or started again, or nothing has come of it for long. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Moves the tenant's clock as fast, and looks whether a request hangs. */
export function keepFast(tenant: TenantHarness, onHanging: () => Promise<void>): FastTime {
  const sinceMs = Date.now();
  let isStopped = false;
  let movedMs = 0;
  const keep = async (): Promise<void> => {
    if (isStopped) return;
    if (Date.now() - sinceMs > longestMs) throw new Error('It never ends.');
    const aheadMs = Math.floor(((Date.now() - sinceMs) * (speed - 1) - movedMs) / 1000) * 1000;
    movedMs += aheadMs;
    if (aheadMs > 0) await tenant.advance(`PT${aheadMs / 1000}S`);
    if (await isHanging(tenant)) await onHanging();
    await soon(tickMs).then(keep);
  };
  const kept = keep();
  return {
    failed: kept.then(() => new Promise<never>(() => {})),
    stop: () => {
      isStopped = true;
      return kept.catch(() => undefined);
    },
  };
}

async function isHanging(tenant: TenantHarness): Promise<boolean> {
  const faults: { happened: number }[] = (await tenant.control('faults')).json;
  return faults.some(({ happened }) => happened > 0);
}
