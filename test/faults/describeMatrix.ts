import { writeSync } from 'node:fs';

import { tableOf, tryMatrix } from './matrix.ts';
import type { Way } from './ways.ts';

const longestMs = 30 * 60_000;

/** The test of a way; it prints its table. */
export function describeMatrix(way: Way): void {
  test(`${way.name}: whatever befalls a change, the tenant ends as without it, after one Retry at most`, async () => {
    const tried = await tryMatrix(way);
    writeSync(process.stdout.fd, `\n${tableOf(way, tried)}\n`);
    expect(tried.length).toBeGreaterThan(0);
    expect(tried.filter(({ problem }) => problem)).toEqual([]);
  }, longestMs);
}
