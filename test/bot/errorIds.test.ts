import { type BotHarness, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeAll(async () => {
  bot = await startBotHarness({ around: (setups) => ({ ...setups, handle: () => breakDown(), latestIn: () => breakDown(), meantIn: () => breakDown(), load: () => breakDown() }) });
});
afterAll(() => bot.stop());

function breakDown(): never {
  throw new Error('inner words');
}

const click = { action: { type: 'Action.Execute', verb: 'refresh', data: { runId: 'run1' } } };

/** Each way in which a turn that broke down is told to a person. */
const ways: readonly [string, () => Promise<string>, string | undefined][] = [
  ['a typed word', async () => { await bot.say('cancel'); return bot.sent().join(''); }, undefined],
  ['a button of a client without Action.Execute', async () => { await bot.post({ type: 'message', value: { verb: 'refresh', runId: 'run1' } }); return bot.sent().join(''); }, 'run1'],
  ['a click', async () => (await bot.post({ type: 'invoke', name: 'adaptiveCard/action', value: click })).text, 'run1'],
  ['a task module', async () => (await bot.post({ type: 'invoke', name: 'task/fetch', value: { data: { verb: 'reveal', runId: 'run1' } } })).text, 'run1'],
];

it.each(ways)('%s that broke down is told with the id that the log has, beside the setup', async (_way, said, runId) => {
  const errorId = /error ID ([0-9a-f]{8})/u.exec(await said())?.[1];
  const line = bot.lines.map((each) => JSON.parse(each) as Record<string, unknown>).find((each) => each['errorId'] === errorId);
  expect(errorId).toBeDefined();
  expect(line).toMatchObject({ level: 50, msg: 'A turn failed', err: { name: 'Error', stack: expect.stringContaining('inner words') } });
  expect(line?.['runId']).toBe(runId);
});
