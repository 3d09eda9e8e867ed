import { z } from 'zod';

import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { Browser } from './browser.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(120_000);

describe('Checking a finished setup in the chat', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await tenant.control('conditions', { importTakes: 'PT1S' });
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  const disableSignIn = async () => {
    const [application] = (await tenant.control('state')).json.graph.applications;
    const answer = await tenant.graph('alex', 'PATCH', `/servicePrincipals(appId='${application.appId}')`, { body: { accountEnabled: false } });
    expect(answer.status).toBe(204);
  };

  test('says that everything is so still; what an administrator changes is shown and put right with one approval', async () => {
    await chat.say('set up leads');
    for (const title of ['Contoso', 'Use Microsoft Entra', 'Approve: install the solution', 'Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it', 'Show the values', 'I have entered the values']) {
      await chat.until({ button: title });
      await chat.click(title);
    }
    await chat.until({ button: 'Check' });
    await chat.click('Check');
    await chat.until({ text: /Everything is as it was set up/u });
    await disableSignIn();
    await chat.say('check');
    const differs = await chat.until({ button: 'Put it right' });
    expect(differs.text).toMatch(/1 thing differs.*may not sign in any more/su);
    await chat.click('Put it right');
    await chat.until({ button: 'Approve: set up the application' });
    await chat.click('Approve: set up the application');
    await chat.until({ text: /Everything is as it was set up/u });
    await chat.say('vérifier');
    await chat.until({ text: /Everything is as it was set up/u });
  });

  test('waits for a proof that the organization wants, and goes on by itself once it is given', async () => {
    await tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'claims' });
    await chat.click('Check again');
    const waiting = await chat.until({ button: 'Sign in' });
    expect(waiting.text).toContain('One more proof is needed');
    const browser = new Browser();
    await browser.open(z.object({ url: z.url() }).parse(waiting.actions.find(({ title }) => title === 'Sign in')).url);
    expect((await browser.choose('alex')).text).toContain('the setup goes on there by itself');
    await chat.until({ button: 'Check again' });
    expect(chat.newest()?.text).toContain('Everything is as it was set up');
  });
});
