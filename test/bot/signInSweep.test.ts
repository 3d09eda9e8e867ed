import type { SetupRun } from '../../src/setup/run.ts';
import { alex, applying, aRunWithSteps, done, now, planned, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const leaseUntil = '2026-11-30T09:31:00.000Z';
let bot: BotHarness;
let signOut: jest.SpyInstance;
beforeEach(async () => {
  bot = await startBotHarness();
  signOut = jest.spyOn(bot.userTokens, 'signOut');
});
afterEach(() => bot.stop());

const sweepAfter = async (ms: number) => {
  bot.clock.advance(ms);
  await bot.endOverdueSignIns();
};
const elsewhere = (run: SetupRun) => bot.storage.runs.create({ ...run, id: 'id2', conversationId: 'a:another-chat' });
const later = (ms: number) => new Date(bot.clock.now().getTime() + ms).toISOString();
const askOfPriya = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'a:chat-of-priya', signedIn: true } as const;

it('A store that cannot be read for a moment keeps nothing from the next sweep', async () => {
  bot.have(aRunWithSteps({ solution: planned }));
  const reading = jest.spyOn(bot.storage.runs, 'signedIn').mockImplementationOnce(() => { throw new Error('database is locked'); });
  await sweepAfter(2 * dayMs);
  expect(signOut).not.toHaveBeenCalled();
  await bot.endOverdueSignIns();
  expect(reading).toHaveBeenCalledTimes(2);
  expect(signOut.mock.calls).toEqual([[alex]]);
});

describe('A setup that nobody goes on with', () => {
  it('keeps its sign-in for a day, and no longer', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await sweepAfter(23 * hourMs);
    expect(signOut).not.toHaveBeenCalled();
    await sweepAfter(hourMs);
    await sweepAfter(hourMs);
    expect(signOut.mock.calls).toEqual([[alex]]);
    expect(bot.run()).toMatchObject({ status: 'active', signedIn: false, steps: { solution: planned } });
    expect(bot.sent()).toEqual([]);
  });

  it('says so to whoever comes back, and goes on with a new sign-in', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await sweepAfter(2 * dayMs);
    await bot.say('status');
    expect(bot.sent()).toEqual([expect.stringContaining('Your sign-in was ended')]);
    await bot.say('continue');
    expect(bot.run()).toMatchObject({ signedIn: true, signedInAt: bot.clock.now().toISOString() });
    expect(bot.run()).not.toHaveProperty('signInEndedAt');
    expect(bot.sent().join('\n')).not.toContain('Your sign-in was ended');
  });

  it('that waits for somebody who was asked lets go of both', async () => {
    bot.have(aRunWithSteps({ solution: planned }, { asks: [askOfPriya] }));
    await sweepAfter(2 * dayMs);
    expect(signOut.mock.calls).toEqual([[alex], [priya]]);
    expect(bot.run()).toMatchObject({ signedIn: false, asks: [{ status: 'open', signedIn: false }] });
  });

  it('keeps the sign-in of whoever goes on with another one', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    elsewhere(aRunWithSteps({ solution: planned }, { updatedAt: later(dayMs) }));
    await sweepAfter(dayMs + hourMs);
    expect(signOut).not.toHaveBeenCalled();
  });

  it('stays as it is when the token service could not be told, until the next time', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    signOut.mockRejectedValueOnce(new Error('not there'));
    await sweepAfter(dayMs);
    expect(bot.run()).toMatchObject({ signedIn: true });
    await sweepAfter(hourMs);
    expect(bot.run()).toMatchObject({ signedIn: false });
  });
});

it('A sign-in is over after a week, whatever is done with it', async () => {
  const justNow = later(7 * dayMs);
  bot.have(aRunWithSteps({ solution: done, application: planned }, { signedInAt: bot.clock.now().toISOString(), updatedAt: justNow }));
  await sweepAfter(7 * dayMs - hourMs);
  expect(signOut).not.toHaveBeenCalled();
  await sweepAfter(hourMs);
  expect(signOut.mock.calls).toEqual([[alex]]);
});

it('A step in hand keeps its sign-in, as does the removal of a key', async () => {
  bot.have(aRunWithSteps({ solution: applying }));
  await sweepAfter(8 * dayMs);
  expect(signOut).not.toHaveBeenCalled();
  bot.storage.runs.commit({ run: { ...bot.run(), steps: { ...bot.run().steps, solution: planned } }, enqueue: [{ task: { kind: 'removeKey' } }] });
  await bot.endOverdueSignIns();
  expect(signOut).not.toHaveBeenCalled();
  const job = bot.storage.jobs.claim(bot.clock.now().toISOString(), leaseUntil)!;
  bot.storage.jobs.finish(job);
  await bot.endOverdueSignIns();
  expect(signOut.mock.calls).toEqual([[alex]]);
});

describe('What is taken back of a setup that was stopped in the middle of a step', () => {
  const plan = { changes: [], stays: [], notices: [] };
  const asked = { status: 'planned', plan, planHash: 'h', at: now } as const;
  const undoing = { status: 'undoing', plan, planHash: 'h', approvedBy: alex, approvedAt: now, begun: true } as const;
  const stoppedInTheMiddle = (state: typeof asked | typeof undoing) => aRunWithSteps({ solution: applying }, { undo: { endedAs: 'cancelled', taken: [], state } });

  it('keeps no sign-in while nobody approves it', async () => {
    bot.have(stoppedInTheMiddle(asked));
    await sweepAfter(2 * dayMs);
    expect(signOut.mock.calls).toEqual([[alex]]);
  });

  it('keeps it once it is approved', async () => {
    bot.have(stoppedInTheMiddle(undoing));
    await sweepAfter(2 * dayMs);
    expect(signOut).not.toHaveBeenCalled();
  });
});

it('One sweep is bounded, and the next one goes on', async () => {
  for (let each = 0; each < 60; each += 1) {
    const startedBy = { ...alex, objectId: `person-${each}`, channelUserId: `29:${each}` };
    bot.storage.runs.create({ ...aRunWithSteps({ solution: planned }, { startedBy }), id: `many-${each}`, conversationId: `a:${each}` });
  }
  await sweepAfter(dayMs);
  const { length: first } = signOut.mock.calls;
  await sweepAfter(hourMs);
  expect([first, signOut.mock.calls.length]).toEqual([50, 60]);
});
