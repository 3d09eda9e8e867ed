import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

import { alex, aRun } from '../setup/fixtures.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
});
afterEach(() => bot.stop());

const known = () => bot.storage.people.find(alex.tenantId, alex.objectId);

it('whoever says hello is known, with the chat that they said it in', async () => {
  await bot.say('hello');
  expect(known()).toEqual({ person: alex, conversationId });
  expect(bot.storage.people.referenceOf(conversationId)).toMatchObject({ conversation: { id: conversationId } });
});

it('whoever installs the bot is known, and forgotten when they remove it', async () => {
  await bot.post({ type: 'installationUpdate', action: 'add' });
  expect(known()).toBeDefined();
  await bot.post({ type: 'installationUpdate', action: 'remove-upgrade' });
  expect(known()).toBeDefined();
  await bot.post({ type: 'installationUpdate', action: 'remove' });
  expect(known()).toBeUndefined();
});

it('an installation without a name does not take the known one away', async () => {
  await bot.say('hello');
  await bot.post({ type: 'installationUpdate', action: 'add', from: { id: alex.channelUserId, aadObjectId: alex.objectId } });
  expect(known()?.person.name).toBe(alex.name);
});

it.each([
  ['a group', { conversation: { id: 'g', conversationType: 'groupChat', isGroup: true, tenantId: alex.tenantId } }],
  ['another tenant', { conversation: { id: 'o', conversationType: 'personal', tenantId: 'another' }, channelData: {} }],
])('nobody becomes known from %s', async (_where, more) => {
  await bot.say('hello', more);
  expect(known()).toBeUndefined();
});

it('a setup that this build cannot read gives way to a new one, and the person is told', async () => {
  bot.have(aRun());
  const database = new DatabaseSync(join(bot.folder, 'bot.db'));
  database.exec(`update runs set record = json_set(record, '$.schemaVersion', 99)`);
  database.close();
  await bot.say('status');
  expect(bot.sent()).toEqual([expect.stringContaining('There is no setup')]);
  await bot.say('set up leads');
  expect(bot.sent().join('\n')).toContain('cannot be read, so a new one begins');
  expect(bot.setups.latestIn(conversationId)?.status).toBe('active');
  expect(bot.lines.join('\n')).toContain('The record of a setup cannot be read');
});
