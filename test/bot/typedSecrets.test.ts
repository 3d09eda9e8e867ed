import { DatabaseSync } from 'node:sqlite';

import { alex, aRunWithSteps, done, planned } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

/** In the shapes of a client secret of Entra, of 32 bytes, and what this very run has sealed; none is one. */
const entraKey = `abc8Q~${'x'.repeat(34)}`;
const bytes = Buffer.alloc(32, 5).toString('base64');
const password = 'Correct-horse-battery-9';
let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
  bot.have(aRunWithSteps({ solution: done, application: planned }));
  bot.storage.secrets.seal('id1', 'key', password, '2026-11-23T09:00:00.000Z');
});
afterEach(() => bot.stop());

const kept = () => {
  const database = new DatabaseSync(`${bot.folder}/bot.db`, { readOnly: true });
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all();
  const rows = tables.flatMap(({ name }) => database.prepare(`select * from "${String(name)}"`).all());
  database.close();
  return JSON.stringify(rows) + bot.lines.join('');
};

it.each([entraKey, `my key: ${entraKey}.`, bytes, `ask ${entraKey}`, `x ${password} y`])('is not read any further when it is typed: %s', async (text) => {
  await bot.say(text);
  const [answer, ...others] = bot.sent();
  expect(answer).toMatch(/looks like a key or a password.*whoever can read this chat can see it\. Delete your message/u);
  expect(others).toEqual([]);
  expect(kept()).not.toContain(text);
});

it('is answered in a group too, where more people can read it', async () => {
  const mention = { type: 'mention', text: '<at>Lead Setup</at>', mentioned: { id: '28:bot', name: 'Lead Setup' } };
  await bot.say(`<at>Lead Setup</at> ${entraKey}`, { conversation: { id: '19:x@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: alex.tenantId }, entities: [mention] });
  expect(bot.sent().join('')).toContain('looks like a key or a password');
});

it.each(['displayName', 'email', 'wanted', 'address'])('is taken from no field of a card: %s', async (field) => {
  const answer = await bot.click({ verb: 'submit', data: { runId: 'id1', stepId: 'application', [field]: entraKey } });
  expect(answer.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.activity.message' });
  expect(answer.text).toContain('looks like a key or a password');
  expect(JSON.stringify(bot.run())).not.toContain(entraKey);
});

it.each(['https://contoso.crm4.dynamics.com', 'status', 'a'.repeat(64), `${'a'.repeat(60)}=`])('other words are as before: %s', async (text) => {
  await bot.say(text);
  expect(bot.sent().join('')).not.toContain('looks like a key');
});
