import { alex, applying, aRun, aRunWithSteps, contoso, done, now, planned } from '../setup/fixtures.ts';
import { markOf } from '../../src/bot/progress.ts';
import { SetupError, toFailure } from '../../src/setup/errors.ts';
import { say } from '../../src/setup/sentence.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
});
afterEach(() => bot.stop());

/** As if a job had written it. */
function write(changes: Partial<SetupRun>): void {
  const result = bot.storage.runs.commit({ run: { ...bot.run(), ...changes } });
  expect(result.kind).toBe('written');
}
const methods = () => bot.sent().map((line) => line.split(' ').slice(0, 2).join(' '));
const tell = () => bot.notifier.tell('id1');

describe('news from the worker', () => {
  it('changes the card where it stands, as often as it is told', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    bot.sent();
    await tell();
    await tell();
    expect(methods()).toEqual(['PUT card-1', 'PUT card-1']);
  });

  it('posts the card anew when it is gone, and finds the new one next time', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    bot.sent();
    bot.connector.failNext('PUT', 404);
    await tell();
    await tell();
    expect(methods().map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT', 'PUT']);
  });

  it('fails when it cannot be delivered, and can be repeated', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    bot.sent();
    bot.connector.failNext('PUT', 400);
    await expect(tell()).rejects.toThrow(/Stub|secret upstream words/u);
    await tell();
    expect(methods()).toEqual(['PUT card-1']);
  });

  it.each([403, 404])('says that nobody is there when the channel answers %d to a new card too', async (status) => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    bot.sent();
    bot.connector.failNext('PUT', status);
    bot.connector.failNext('POST', status);
    expect(await tell()).toMatchObject({ kind: 'gone' });
  });

  it('goes nowhere when the conversation is not known', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await tell();
    await bot.notifier.tell('unknown');
    expect(bot.sent()).toEqual([]);
  });

  it('leaves the card alone that a later setup has taken over', async () => {
    bot.have(aRunWithSteps({ solution: applying }));
    await bot.say('status');
    await bot.click({ verb: 'restart', data: { verb: 'restart', runId: 'id1' } });
    expect(bot.setups.latestIn(conversationId)?.id).not.toBe('id1');
    bot.sent();
    await tell();
    expect(bot.sent()).toEqual([]);
  });

  it('moves on a dialog that waits, and builds one that was lost', async () => {
    await bot.say('set up leads');
    const { id } = bot.setups.latestIn(conversationId)!;
    const chosen: SetupRun = { ...bot.setups.load(id)!, discovery: { status: 'read', at: now }, offered: [contoso], environment: contoso };
    bot.storage.runs.commit({ run: chosen });
    await bot.notifier.tell(id);
    const stack = async () => JSON.stringify(await bot.storage.dialogState.read([`msteams/conversations/${conversationId}/`]));
    expect(await stack()).toContain('waitFor.prerequisites');
    await bot.storage.dialogState.delete([`msteams/conversations/${conversationId}/`]);
    await bot.notifier.tell(id);
    expect(await stack()).toContain('waitFor.prerequisites');
  });

  it('asks for the sign-in when a job failed for want of it', async () => {
    const body = JSON.stringify({ userId: alex.channelUserId, persona: 'alex', prompt: 'ask' });
    bot.have(aRun());
    await bot.say('status');
    await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    write({ discovery: { status: 'failed', at: now, failure: toFailure(new SetupError('E-SIGN-IN'), 'e1') } });
    bot.sent();
    await tell();
    await tell();
    const [asked, ...updates] = bot.sent();
    expect(asked).toMatch(/^POST .*Sign in/);
    expect(updates.map((line) => line.split(' ')[0])).toEqual(['PUT', 'PUT']);
  });
});

describe('progress', () => {
  const at = (percent: number) => ({ solution: { ...applying, progress: { sentence: say('solution.importing'), percent, since: now } } });

  beforeEach(async () => {
    bot.have(aRunWithSteps(at(1)));
    await bot.say('status');
    await tell();
    bot.sent();
  });
  const progress = async (percent: number) => {
    write({ steps: { ...bot.run().steps, ...at(percent) } });
    await tell();
  };

  /** What was put off is due. */
  const timePasses = () => {
    const due = bot.put.splice(0);
    bot.clock.advance(Math.max(0, ...due.map(({ ms }) => ms)));
    due.forEach(({ work }) => work());
  };

  it('of two setups in one chat is told by turns, and the last state of each', async () => {
    bot.storage.runs.create({ ...aRunWithSteps(at(1)), id: 'id2', conversationId });
    bot.storage.places.rememberReference('id2', bot.storage.places.find('id1')!.reference as object);
    bot.storage.places.rememberCard('id2', 'card-of-2');
    bot.clock.advance(3000);
    await bot.notifier.tell('id2');
    await progress(20);
    bot.storage.runs.commit({ run: { ...bot.run('id2'), steps: { ...bot.run('id2').steps, ...at(70) } } });
    await bot.notifier.tell('id2');
    bot.sent();
    timePasses();
    await bot.say('hi');
    expect(bot.sent().filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    timePasses();
    await bot.say('hi');
    expect(bot.sent().filter((line) => line.startsWith('PUT'))).toEqual([expect.stringMatching(/PUT card-of-2 .*70\s?%/u)]);
  });

  it('is told at most every three seconds, and then as it is by then', async () => {
    await progress(10);
    await progress(20);
    expect(bot.sent()).toEqual([]);
    expect(bot.put.map(({ ms }) => ms)).toEqual([3000]);
    timePasses();
    await bot.say('hi');
    expect(bot.sent().join('\n')).toMatch(/PUT card-1 .*20\s?%/);
  });

  it('beside a question is told once a minute, as a card that is drawn anew loses what was typed on it', async () => {
    write({ steps: { ...bot.run().steps, ...at(10), application: planned } });
    await tell();
    expect(bot.sent()).not.toEqual([]);
    await progress(20);
    await progress(30);
    expect(bot.sent()).toEqual([]);
    expect(bot.put.at(-1)?.ms).toBe(60_000);
  });

  it('leaves a question that stands in the card’s place for a minute, then goes on', async () => {
    const answer = await bot.click({ verb: 'cancel', data: { verb: 'cancel', runId: 'id1' } });
    expect(JSON.stringify(answer)).toContain('Stop this setup');
    bot.put.splice(0).forEach(({ work }) => work());
    bot.sent();
    await progress(40);
    expect(bot.sent()).toEqual([]);
    const later = bot.put.splice(0);
    expect(later.map(({ ms }) => ms)).toEqual([60_000]);
    bot.clock.advance(60_000);
    later[0]!.work();
    await bot.say('hi');
    expect(bot.sent().join('\n')).toMatch(/PUT card-1 .*40\s?%/);
  });

  it('that has ended is told at once', async () => {
    await progress(10);
    write({ steps: { ...bot.run().steps, solution: done } });
    await tell();
    expect(methods()).toEqual(['PUT card-1']);
  });

  it('is compared by something short, not by the whole run', () => {
    const journal = Array.from({ length: 50 }, () => ({ id: 'j', stepId: 'solution' as const, request: 'POST', intendedAt: now, by: 'alex' }));
    const run = bot.run();
    expect(markOf(run)).toHaveLength(43);
    expect(markOf({ ...run, journal, steps: { ...run.steps, ...at(99) } })).toBe(markOf(run));
    expect(markOf({ ...run, steps: { ...run.steps, solution: done } })).not.toBe(markOf(run));
  });
});
