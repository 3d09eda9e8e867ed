import { RefusalLog } from '../../src/bot/refusals.ts';

it('a reason is said at once, then how often it came, each reason by itself', () => {
  let nowMs = 0;
  const said: object[] = [];
  const refusals = new RefusalLog({ warn: (details: object) => void said.push(details) }, 'Refused', () => nowMs);

  for (let count = 0; count < 5; count += 1) refusals.add('expired');
  refusals.add('unknown key');
  nowMs = 10_000;
  refusals.add('expired');
  nowMs = 30_000;
  refusals.add('expired');

  expect(said).toEqual([{ reason: 'expired' }, { reason: 'unknown key' }, { reason: 'expired', refusedSince: 4 }, { reason: 'expired' }]);
});
