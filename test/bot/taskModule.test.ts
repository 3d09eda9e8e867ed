import { alex, aRunWithSteps, done, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness, textOf } from './botHarness.ts';

const secret = 'the-key-itself-7f3a';
let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness({ revealOnCard: false });
  bot.have(
    aRunWithSteps(
      { solution: done, application: done, applicationUserAndRole: done, keyAndProof: done },
      {
        facts: {
          directory: { tenantId: alex.tenantId, displayName: 'Contoso' },
          application: { objectId: 'o', appId: 'a', displayName: 'Lead Writer', origin: 'made' },
          key: { keyId: 'k', displayName: 'Lead Writer', endsAt: '2028-11-22T09:00:00.000Z' },
        },
      },
    ),
  );
  bot.storage.secrets.seal('id1', 'key', secret, '2026-11-23T09:00:00.000Z');
  await bot.say('status');
  bot.sent();
});
afterEach(() => bot.stop());

const open = (data: object, more: object = {}) => bot.post({ type: 'invoke', name: 'task/fetch', value: { data, context: {} }, ...more });
const button = { verb: 'reveal', runId: 'id1', msteams: { type: 'task/fetch' } };

it('shows the key in a task module, and changes the card in the chat without it', async () => {
  const answer = await open(button);
  expect(answer).toMatchObject({ status: 200, body: { task: { type: 'continue' } } });
  expect(textOf(answer.body)).toContain(secret);
  const sent = bot.sent();
  expect(sent).toEqual([expect.stringMatching(/^PUT card-1 /)]);
  expect(sent.join('') + bot.lines.join('')).not.toContain(secret);
});

it('says as whom the person who opens it acts, and nothing of anybody else’s account', async () => {
  expect(textOf((await open(button)).body)).not.toContain('Acting as');
  bot.storage.runs.commit({ run: { ...bot.run(), startedBy: { ...alex, actingAs: { objectId: 'ad310000-0000-4000-8000-000000000001', name: 'adm-alex@contoso.example' } } } });
  expect(textOf((await open(button)).body)).toContain('adm-alex@contoso.example');
});

it('shows it even when the card in the chat cannot be changed', async () => {
  bot.connector.failNext('PUT', 400);
  expect(textOf((await open(button)).body)).toContain(secret);
});

it('shows nobody else anything', async () => {
  const answer = await open(button, { from: { id: priya.channelUserId, name: priya.name, aadObjectId: priya.objectId } });
  expect(answer).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
  expect(answer.text).not.toContain(secret);
});

it.each([[{}], [{ verb: 'approve', runId: 'id1' }], [{ verb: 'reveal', runId: 7 }]])('opens for nothing else: %j', async (data) => {
  expect(await open(data)).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
});

it('never shows the key on a card in the chat', async () => {
  const answer = await bot.click({ verb: 'reveal', data: { verb: 'reveal', runId: 'id1' } });
  expect(answer.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.activity.message' });
  expect(bot.run().handover.revealedAt).toBeUndefined();
});

const atMinute = (minutes: number) => bot.clock.advance(minutes * 60_000);

it('loses nothing when the answer is lost on its way: asked again, it is the same key, within the same fifteen minutes', async () => {
  await bot.losing(() => open(button));
  const until = bot.run().handover.revealUntil;
  expect(until).toBeDefined();
  atMinute(14);
  expect(textOf((await open(button)).body)).toContain(secret);
  expect(bot.run().handover.revealUntil).toBe(until);
});

it('opens up to the last moment of fifteen minutes, and by the clock alone not at their end', async () => {
  await open(button);
  bot.clock.advance(15 * 60_000 - 1);
  expect(textOf((await open(button)).body)).toContain(secret);
  bot.clock.advance(1);
  const over = await open(button);
  expect(over).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
  expect(over.text).not.toContain(secret);
});

it('opens in no group, whoever asks', async () => {
  const answer = await open(button, { conversation: { id: '19:x@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: alex.tenantId } });
  expect(answer).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
  expect(answer.text).not.toContain(secret);
  expect(bot.run().handover.revealedAt).toBeUndefined();
});

it.each([
  ['it was entered', async () => void (await bot.click({ verb: 'done', data: { verb: 'done', runId: 'id1' } }))],
  ['the setup was stopped', async () => void (await bot.click({ verb: 'cancel', data: { verb: 'cancel', runId: 'id1', confirmed: true } }))],
  ['its fifteen minutes are over', async () => atMinute(15)],
  ['a day has gone by', async () => bot.clock.advance(24 * 60 * 60_000)],
])('is gone when %s, and lies nowhere', async (_what, ends) => {
  await open(button);
  await ends();
  bot.storage.secrets.destroyExpired(bot.clock.now().toISOString());
  expect((await open(button)).text).not.toContain(secret);
  expect(bot.storage.secrets.open('id1', 'key', '2026-11-22T09:00:00.000Z')).toBeUndefined();
});

it('is on no card in a cloud that is not the sandbox’s, whatever is sent in its place', async () => {
  await open(button);
  const answers = await Promise.all(
    [{ verb: 'reveal', data: { runId: 'id1' } }, { verb: 'reveal', data: { runId: 'id1', confirmed: true } }, { verb: 'refresh', data: { runId: 'id1' } }, { verb: 'continue', data: { runId: 'id1' } }].map((action) => bot.click(action)),
  );
  await bot.post({ type: 'message', value: { verb: 'reveal', runId: 'id1' } });
  await bot.say('status');
  expect(answers.map(({ text }) => text).join('') + bot.sent().join('') + bot.lines.join('')).not.toContain(secret);
});
