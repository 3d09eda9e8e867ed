import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(90_000);

describe('The bot, a process of its own', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let port: number;
  const restart = async () => {
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
  };

  beforeAll(async () => {
    port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await restart();
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('killed during the import and started again goes on with the same import and the same card', async () => {
    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso');
    await chat.until({ button: 'Use Microsoft Entra' });
    await chat.click('Use Microsoft Entra');
    const { id } = await chat.until({ button: 'Approve: install the solution' });
    await chat.click('Approve: install the solution');
    await chat.until({ button: 'Approve: set up the application' });
    await untilImporting(tenant);

    await bot.kill();
    await tenant.advance('PT30S');
    await restart();

    const told = await chat.until({ text: /Solution\nDone at/u });
    expect(told.id).toBe(id);
    expect(told.actions.map(({ title }) => title)).toContain('Approve: set up the application');
    const requests: { method: string; path: string }[] = (await tenant.control('requests')).json;
    expect(requests.filter(({ path }) => path.endsWith('/ImportSolutionAsync'))).toHaveLength(1);
    expect(bot.output()).not.toMatch(/"level":(?:50|60)/u);
  });

  test('goes on to the end afterwards, and ends in order when it is told to', async () => {
    await chat.click('Approve: set up the application');
    await chat.until({ button: 'Approve: give the account its role' });
    await chat.click('Approve: give the account its role');
    await chat.until({ button: 'Approve: make the key and test it' });
    await chat.click('Approve: make the key and test it');
    await chat.until({ button: 'Show the values' });
    const shown = await chat.click('Show the values');
    expect(shown.text).toContain(tenant.sandbox.environments.contoso.url);
    const receipt = await chat.click('I have entered the values');
    expect(receipt.text).toContain('can receive leads');
    expect(await bot.end()).toBe(0);
  });
});
