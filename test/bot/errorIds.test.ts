import { createBotServer } from '../../src/bot/server.ts';
import { createLog } from '../../src/log.ts';
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

it('a request that broke down before it was a turn is answered with the id that the log has, and nothing else', async () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  const server = createBotServer({ authenticate: () => breakDown(), receive: () => breakDown(), isReady: () => true, isWritable: () => true, log });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const response = await fetch(`${server.url}/api/messages`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  const answer = await response.json() as Record<string, unknown>;
  await new Promise<void>((resolve) => { server.close(resolve); });
  expect([response.status, answer]).toEqual([500, { error: 'InternalError', errorId: expect.stringMatching(/^[0-9a-f]{8}$/u) }]);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(expect.objectContaining({ errorId: answer['errorId'], msg: 'A request failed' }));
});
