import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import * as fc from 'fast-check';

import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from '../scenario/botProcess.ts';
import { TeamsChat } from '../scenario/teams.ts';
import { hostileActivities, type Known } from './hostileActivities.ts';

/** What an answer must never hold: a stack, a path, or an object put into a text. */
const insides = /\n\s+at |node_modules|\.[cm]?[jt]s:\d+|\[object Object\]|SQLITE|ECONN/u;

/**
 * Throws this many activities of strangers at the bot, a process of its own, in the middle of a setup of Alex's.
 * A failure prints fast-check's seed; nothing is shrunk, since the bot keeps what it was told.
 */
export function hostileInput(numRuns: number): void {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let known: Known;
  /** How often a click of a stranger's came as far as a decision about the setup. */
  let decided = 0;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    const loaded = ['watchConnections.mjs', 'liftLimits.mjs'].map((file) => `--import=${pathToFileURL(join(__dirname, file)).href}`);
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir, NODE_OPTIONS: loaded.join(' ') });
    await tenant.control('sign-in', { userId: '29:alex', persona: 'alex' });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
    known = await toSolutionPlan(chat);
  });
  afterAll(async () => {
    await chat?.close();
    await bot?.kill();
    await tenant?.close();
  });

  const expectOrder = async (activity: object) => {
    const { status, text } = await post(tenant, chat, activity);
    expect([200, 201, 202, 400, 403, 413, 429, 501]).toContain(status);
    // What the bot says in the chat, too.
    expect([text, ...chat.received.splice(0)].filter((one) => insides.test(one))).toEqual([]);
    if (/Alex|another chat|autre conversation/u.test(text)) decided += 1;
  };
  const expectAlive = async () => {
    expect(bot.output()).not.toContain('An exception was not caught');
    expect((await fetch(`${bot.url}/readyz`)).status).toBe(200);
  };

  test('no activity of a stranger moves a setup, ends the process, or is answered with its insides', async () => {
    const property = fc.asyncProperty(hostileActivities(known, chat.conversationId), async (activity) => {
      const before = storedRuns(tenant.dataDir).get(known.runId);
      await expectOrder(activity);
      expect(storedRuns(tenant.dataDir).get(known.runId)).toEqual(before);
    });
    await fc.assert(property, { numRuns, endOnFailure: true });
    expect(decided).toBeGreaterThan(numRuns / 20);
    await expectAlive();
  }, numRuns * 200 + 20_000);

  test('no host was reached but those of the cloud and the channel', () => {
    const hosts = new Set([...bot.output().matchAll(/connected to <(.*)>/gu)].map(([, host]) => host));
    expect(hosts.size).toBeGreaterThan(0);
    expect([...hosts].filter((host) => !['localhost', '127.0.0.1', '::1'].includes(host ?? ''))).toEqual([]);
  });

  test('the person whose setup it is goes on as if nothing had been', async () => {
    // So that the card which is waited for is a new one.
    chat.messages.clear();
    await chat.say('status');
    expect((await chat.until({ button: 'Approve: install the solution' })).text).toContain('Contoso');
  });

  test('nor does anything of the person whose setup it is end the process, or is answered with its insides', async () => {
    const { from, conversation } = chat.sender('alex');
    const property = fc.asyncProperty(hostileActivities(known, chat.conversationId), (activity) => expectOrder({ ...activity, from, conversation }));
    await fc.assert(property, { numRuns, endOnFailure: true });
    await expectAlive();
  }, numRuns * 200 + 20_000);
}

async function toSolutionPlan(chat: TeamsChat): Promise<Known> {
  await chat.say('set up leads');
  await chat.until({ button: 'Contoso' });
  await chat.click('Contoso');
  await chat.until({ button: 'Use Microsoft Entra' });
  await chat.click('Use Microsoft Entra');
  const { actions } = await chat.until({ button: 'Approve: install the solution' });
  const { data } = actions.find(({ verb }) => verb === 'approve') ?? {};
  return { runId: String(data?.['runId']), planHash: String(data?.['planHash']) };
}

async function post({ sandbox }: TenantHarness, { serviceUrl }: TeamsChat, activity: object): Promise<{ status: number; text: string }> {
  const body = JSON.stringify({ channelId: 'msteams', serviceUrl, recipient: { id: '28:bot', name: 'Lead Setup' }, id: 'incoming', ...activity });
  const answer = await fetch(`${sandbox.channelUrl}/api/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { status: answer.status, text: await answer.text() };
}

/** Every run as it lies on the disk, by id. */
function storedRuns(dataDir: string): Map<string, unknown> {
  const database = new DatabaseSync(join(dataDir, 'lead-setup.db'), { readOnly: true });
  try {
    return new Map(database.prepare('SELECT * FROM runs').all().map((row) => [String(row['id']), row]));
  } finally {
    database.close();
  }
}
