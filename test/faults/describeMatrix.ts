import { writeSync } from 'node:fs';

import { tryMatrix } from './matrix.ts';
import { failuresIn, tableOf } from './table.ts';
import type { Way } from './ways.ts';

const longestMs = 60 * 60_000;

const ends: Readonly<Record<Way['during'], string>> = {
  setup: 'the tenant ends as without it',
  undo: 'the tenant ends as it was before the setup',
  mend: 'the tenant ends as without it',
};

/** The test of a way; it prints its table, and how long one fault takes. */
export function describeMatrix(way: Way): void {
  test(`${way.name}: whatever befalls it, ${ends[way.during]}, after one Retry at most`, async () => {
    const sinceMs = performance.now();
    const tried = await tryMatrix(way);
    const seconds = (performance.now() - sinceMs) / 1000;
    writeSync(process.stdout.fd, `\n${tableOf(way, tried)}\n${tried.length} faults in ${seconds.toFixed(0)} s.\n`);
    expect(tried.length).toBeGreaterThan(0);
    expect(failuresIn(tried)).toEqual([]);
  }, longestMs);
}
