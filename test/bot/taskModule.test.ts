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
