import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { Browser } from './browser.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

describe('An API that wants one more proof while its token still runs', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('gets it with a sign-in in the browser, after which the setup goes on by itself to the next API', async () => {
    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });
    await tenant.control('evaluation', { persona: 'alex', services: ['graph'] });
    await chat.click('Contoso');
    const address = await proofAddress();
    expect(address).toContain('/prerequisites');

    const browser = new Browser();
    await browser.open(address);
    expect((await browser.choose('alex')).status).toBe(200);
    await chat.until({ button: 'Use Microsoft Entra' });
    await tenant.control('evaluation', { persona: 'alex', services: ['graph', 'dataverse', 'powerPlatform'] });
    await chat.click('Use Microsoft Entra');
    await chat.until({ button: 'Approve: install the solution' });
  });

  async function proofAddress(): Promise<string> {
    const { actions } = await chat.until({ button: 'Sign in' });
    const { url } = actions.find(({ title }) => title === 'Sign in') as { url?: string };
    return url ?? '';
  }
});
