import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(120_000);

/** Priya may change Dynamics but not Entra; Alex may both. Each is in their own chat, and speaks their own language. */
describe('Two people and one setup', () => {
  let port: number;
  let tenant: TenantHarness;
  let bot: BotProcess;
  let priya: TeamsChat;
  let alex: TeamsChat;

  beforeEach(async () => {
    port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await tenant.control('sign-in', { userId: '29:priya', persona: 'priya' });
    await tenant.control('sign-in', { userId: '29:alex', persona: 'alex' });
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    priya = await TeamsChat.open(tenant.sandbox.channelUrl);
    alex = await TeamsChat.open(tenant.sandbox.channelUrl);
    alex.locale = 'fr-FR';
  });
  afterEach(async () => {
    await Promise.all([priya.close(), alex.close()]);
    await bot.kill();
    await tenant.close();
  });

  const asPriya = (title: string | RegExp) => priya.click(title, { as: 'priya' });
  const toRefusal = async () => {
    await priya.say('set up leads', 'priya');
    await priya.until({ button: 'Contoso' });
    await asPriya('Contoso');
    await priya.until({ button: 'Use Microsoft Entra' });
    await asPriya('Use Microsoft Entra');
    await priya.until({ button: 'Approve: install the solution' });
    await asPriya('Approve: install the solution');
    await priya.until({ button: 'Approve: set up the application' });
    await asPriya('Approve: set up the application');
    return priya.until({ button: 'Ask an administrator' });
  };
  const requests = async (): Promise<{ method: string; path: string; actor?: string }[]> => (await tenant.control('requests')).json;

  test('one asks, the other approves in their own chat, and the setup goes on', async () => {
    await toRefusal();
    await priya.say('ask alex', 'priya');
    await priya.until({ text: /Nobody was found for alex/u });
    await alex.say('bonjour', 'alex');
    await priya.say('ask alex', 'priya');
    await priya.until({ text: /Waiting for Alex Admin/u });
    const asked = await alex.until({ button: 'Se connecter et vérifier' });
    expect(asked.text).toContain('Priya Power vous demande de l’aide');
    await alex.click('Se connecter et vérifier', { on: asked, as: 'alex' });
    await alex.until({ button: /^Approuver/u });
    const made = (await requests()).filter(({ method, path }) => method === 'PATCH' && path.includes('/applications'));
    await alex.click(/^Approuver/u, { as: 'alex' });
    await alex.until({ text: /Merci/u });
    const afterwards = (await requests()).filter(({ method, path }) => method === 'PATCH' && path.includes('/applications'));
    expect(afterwards.length).toBeGreaterThan(made.length);
    await priya.until({ button: 'Approve: give the account its role' });
    expect(bot.output()).not.toMatch(/A turn failed|A job failed|could not/u);
  });

  test('one takes over from the other, who is told in their own chat, also when the bot was restarted in between', async () => {
    const toApproval = async (chat: TeamsChat, as: 'priya' | 'alex') => {
      await chat.say('set up leads', as);
      await chat.until({ button: 'Contoso' });
      await chat.click('Contoso', { as });
      await chat.until({ button: /Microsoft Entra/u });
      await chat.click(/Microsoft Entra/u, { as });
      return chat.until({ button: /^Appro/u });
    };
    alex.locale = 'en-US';
    await toApproval(alex, 'alex');
    await alex.click('Approve: install the solution', { as: 'alex' });
    await bot.kill();
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    await toApproval(priya, 'priya');
    const held = await priya.click(/^Approve/u, { as: 'priya' });
    expect(held.text).toContain('Alex Admin has been setting up Contoso');
    await priya.click('Take over', { as: 'priya' });
    await alex.until({ text: /Priya Power has taken over this environment/u });
    await priya.until({ button: /^Approve/u });
    expect(bot.output()).not.toMatch(/A turn failed|A job failed|could not/u);
  });
});
