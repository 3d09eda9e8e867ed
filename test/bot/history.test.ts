import { historySchema } from '../../src/history/export.ts';
import { alex, aRunWithSteps, contoso, done, planned, priya } from '../setup/fixtures.ts';
import { type BotHarness, conversationId, startBotHarness, textOf } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
});
afterEach(() => bot.stop());

const from = (person: typeof alex) => ({ from: { id: person.channelUserId, name: person.name, aadObjectId: person.objectId } });
const chatOf = (person: typeof alex) => ({ ...from(person), conversation: { id: `chat-of-${person.name}`, conversationType: 'personal', tenantId: person.tenantId } });
const inFence = (text: string) => /```\n([^]*)\n```$/u.exec(text)?.[1] ?? '';
const texts = () => bot.connector.received.map(({ body }) => body.text ?? '').filter((text) => text !== '');

function have() {
  const run = aRunWithSteps({ solution: planned }, { environment: contoso });
  bot.storage.runs.create(run);
  const ask = { id: '1', about: 'solution', wanted: 'pri', askedBy: alex, askedAt: run.startedAt, status: 'open', person: priya, conversationId: `chat-of-${priya.name}`, signedIn: false } as const;
  bot.storage.runs.commit({ run: { ...run, signedIn: true, asks: [ask] } });
  return run;
}

it.each(['history', 'Historique'])('%s shows who did what, the latest first', async (word) => {
  have();
  await bot.say(word);
  expect(textOf(bot.connector.received[0]?.body.attachments)).toMatch(new RegExp(`${priya.name}.*${alex.name}.*${alex.name}`, 'u'));
});

it.each(['csv', 'json'] as const)('a click on %s is answered with a message to copy, and with the card', async (format) => {
  const run = have();
  const answer = await bot.click({ verb: 'history', data: { runId: run.id, format } });
  expect(JSON.stringify(answer)).toContain('card.adaptive');
  expect(inFence(texts()[0] ?? '')).toMatch(format === 'json' ? /^\{\n {2}"format": "lead-setup-history"[^]*"kind": "begun"[^]*"kind": "asked"/u : /^"sequence","at","kind"[^]*\n"1",[^\n]*,"begun",[^]*,"asked",/u);
});

it('whoever was asked sees their part only', async () => {
  const run = have();
  await bot.say('history', chatOf(priya));
  const card = textOf(bot.connector.received[0]?.body.attachments);
  expect(card).toContain('Somebody else’s setup');
  expect(card).not.toContain('Setup begun');
  await bot.post({ type: 'message', value: { verb: 'history', runId: run.id, format: 'json' }, ...chatOf(priya) });
  expect(historySchema.parse(JSON.parse(inFence(texts()[0] ?? ''))).entries.map(({ kind }) => kind)).toEqual(['asked']);
});

it('whoever has no part in it sees nothing of it', async () => {
  const run = have();
  const stranger = { ...priya, objectId: 'a1e10000-0000-4000-8000-0000000000ff', channelUserId: '29:stranger', name: 'Somebody' };
  await bot.post({ type: 'message', value: { verb: 'history', runId: run.id, format: 'json' }, ...chatOf(stranger) });
  await bot.say('history', chatOf(stranger));
  expect(texts()).toEqual([expect.stringContaining('belongs to'), expect.stringMatching(/no setup/u)]);
});

it('is there after the end, too', async () => {
  const run = have();
  bot.storage.runs.commit({ run: { ...bot.storage.runs.load(run.id)!, status: 'finished', steps: { ...run.steps, solution: done } }, by: alex });
  await bot.say('history');
  expect(textOf(bot.connector.received[0]?.body.attachments)).toContain('Setup finished');
});

it('a message holds what Teams takes, the latest of it, and says so', async () => {
  const run = have();
  for (let round = 0; round < 120; round += 1) {
    const now = bot.storage.runs.load(run.id)!;
    bot.storage.runs.commit({ run: { ...now, signedIn: !now.signedIn } });
  }
  await bot.click({ verb: 'history', data: { runId: run.id, format: 'json' } });
  const [text = ''] = texts();
  const { entries } = historySchema.parse(JSON.parse(inFence(text)));
  expect(text.length).toBeLessThan(32_000);
  expect(text).toMatch(new RegExp(`^The latest ${entries.length} of 123 entries`, 'u'));
  expect(entries.at(-1)?.sequence).toBe(123);
});

it('in a group only says where it is', async () => {
  have();
  const mention = { type: 'mention', text: '<at>Lead Setup</at>', mentioned: { id: '28:bot', name: 'Lead Setup' } };
  await bot.say('<at>Lead Setup</at> history', { conversation: { id: '19:g@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: alex.tenantId }, entities: [mention] });
  expect(textOf(bot.connector.received[0]?.body.attachments)).toMatch(/shown to the person it belongs to/u);
  expect(conversationId).not.toContain('19:');
});
