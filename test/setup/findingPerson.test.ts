import { withdrawn } from '../../src/setup/asking.ts';
import type { Microsoft } from '../../src/setup/ports/microsoft.ts';
import type { Ask, SetupRun } from '../../src/setup/run.ts';
import { findPerson, mostAsksOfPerson } from '../../src/setup/work/findingPerson.ts';
import { jobBench } from './jobBench.ts';
import { alex, aRun, priya } from './fixtures.ts';

const bench = jobBench();
afterAll(() => bench.removeAll());

const tomas = { ...alex, objectId: 'a1e10000-0000-4000-8000-000000000003', channelUserId: '29:tomas', name: 'Tomas' };

/** How Alex's search for Priya ends, when she was asked this often in a setup of Tomas's, this long ago. */
async function searchAfter(times: number, hoursAgo: number, status: SetupRun['status'] = 'active'): Promise<Ask | undefined> {
  const { parts, runs, clock, open } = bench.withOneJob({ microsoft: { directory: () => ({ isInvited: () => Promise.resolve(false) }) } as unknown as Microsoft });
  const ask = (id: string): Ask => ({ id, about: 'application', wanted: 'Priya Power', askedBy: tomas, askedAt: clock.now().toISOString(), status: 'open', person: priya, signedIn: false });
  const ofTomas = { ...aRun({ id: 'of-tomas', conversationId: 'chat-of-tomas', startedBy: tomas }), asks: Array.from({ length: times }, (_, index) => ask(`${index + 1}`)) };
  runs.create(ofTomas);
  runs.commit({ run: { ...withdrawn(ofTomas), status } });
  clock.advance(hoursAgo * 3_600_000);
  open().people.remember({ person: priya, conversationId: 'chat-of-priya', reference: {} });
  const run = { ...aRun(), asks: [{ ...ask('1'), askedBy: alex, status: 'searching', person: undefined } satisfies Ask as Ask] };
  return (await findPerson(parts, run, 'error-1'))(run)?.run.asks[0];
}

describe('Somebody who was asked', () => {
  test('often within a day is left alone, and whoever asks is told', async () => {
    expect(await searchAfter(mostAsksOfPerson, 23)).toMatchObject({ status: 'nobody', wanted: 'Priya Power', isAskedTooOften: true });
  });

  test('often within a day is left alone where the setups have ended since, too', async () => {
    expect(await searchAfter(mostAsksOfPerson, 23, 'cancelled')).toMatchObject({ status: 'nobody', isAskedTooOften: true });
  });

  test('less often, or longer ago, is asked', async () => {
    expect(await searchAfter(mostAsksOfPerson - 1, 23)).toMatchObject({ status: 'open', person: priya });
    expect(await searchAfter(mostAsksOfPerson, 25)).toMatchObject({ status: 'open', person: priya });
  });
});
