import type { Microsoft } from '../../src/setup/ports/microsoft.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { check } from '../../src/setup/work/checking.ts';
import { alex, aRunWithSteps, now } from './fixtures.ts';
import { jobBench } from './jobBench.ts';

const bench = jobBench();
afterAll(() => bench.removeAll());

const begun = aRunWithSteps({}, { drift: { status: 'reading', since: now } });

/** What is written of a check of `begun` that could read nothing, when the setup stands like this by then. */
async function written(then: SetupRun): Promise<SetupRun | undefined> {
  const { parts } = bench.withOneJob({ microsoft: { directory: () => ({ isGuest: () => Promise.reject(new Error('away')) }) } as unknown as Microsoft });
  return (await check(parts, begun, 'error-1'))(then)?.run;
}

describe('What a check has read', () => {
  test('is written where that check is waited for', async () => {
    expect(await written(begun)).toMatchObject({ status: 'finished', drift: { status: 'failed' } });
  });

  test('is not, where it was stopped, or begun again since', async () => {
    expect(await written({ ...begun, status: 'finished' })).toBeUndefined();
    expect(await written({ ...begun, drift: { status: 'reading', since: '2026-03-01T10:00:07.000Z' } })).toBeUndefined();
  });

  test('is not, where another account is used since', async () => {
    expect(await written({ ...begun, startedBy: { ...alex, actingAs: { objectId: 'a1e10000-0000-4000-8000-000000000009', name: 'adm-alex@contoso.onmicrosoft.com' } } })).toBeUndefined();
  });
});
