import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

describe('The bot, told to end while Microsoft does not answer', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let port: number;
  const start = async () => {
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
  };
  const statusOf = async (path: string) => (await fetch(`${bot.url}${path}`)).status;
  /** A turn comes first: the channel's keys are fetched with it. */
  const hangAfter = async (said: string, button: string) => {
    await chat.say(said);
    await chat.until({ button });
    await tenant.control('latency', { ms: 60_000 });
    await chat.click(button);
  };

  beforeAll(async () => {
    port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await start();
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('says so, takes no new turn, ends within ten seconds, and goes on at the next start', async () => {
    await hangAfter('set up leads', 'Contoso');
    const before = Date.now();
    const ended = bot.end();
    while ((await statusOf('/readyz')) === 200);
    expect(await statusOf('/healthz')).toBe(200);
    expect(await chat.trySaying('status')).toBe(503);
    expect(await ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(10_000);

    await tenant.control('latency', { ms: 0 });
    await start();
    const startedAt = Date.now();
    await chat.until({ button: 'Use Microsoft Entra' });
    // Sooner than a lease runs out.
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(bot.output()).not.toMatch(/"level":(?:50|60)/u);
  });

  test('a second time ends at once', async () => {
    await hangAfter('status', 'Use Microsoft Entra');
    bot.signal('SIGTERM');
    while ((await statusOf('/readyz')) === 200);
    const before = Date.now();
    expect(await bot.end()).toBe(1);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  test('ends in order when nobody reads its log any more', async () => {
    await tenant.control('latency', { ms: 0 });
    await start();
    bot.stopReading();
    const before = Date.now();
    expect(await bot.end()).toBe(0);
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});
