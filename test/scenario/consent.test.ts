import { z } from 'zod';

import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { Browser } from './browser.ts';
import { type Message, TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

describe('A tenant that has consented to nothing', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await tenant.control('conditions', { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S' } });
    await tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'consent' });
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
    browser = new Browser();
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  const consentPage = ({ actions }: Message): URL =>
    new URL(z.object({ url: z.url() }).parse(actions.find(({ type, title }) => type === 'Action.OpenUrl' && title === 'Open the consent page')).url);
  const grantedToGraph = async (): Promise<string[]> => {
    const { graph } = (await tenant.control('state')).json;
    const resource = graph.servicePrincipals.find(({ displayName }: { displayName: string }) => displayName === 'Microsoft Graph');
    const rows: { resourceId: string; scope: string }[] = graph.oauth2PermissionGrants;
    return rows.filter(({ resourceId }) => resourceId === resource.id).flatMap(({ scope }) => scope.split(' '));
  };
  let address: URL;

  test('is asked for what the recommended way needs, and for nothing of the other', async () => {
    await chat.say('set up leads');
    const card = await chat.until({ button: 'Open the consent page' });

    expect(card.text).toContain('Your organization has to agree first');
    expect(card.text).toContain('Microsoft Graph: Application.ReadWrite.All');
    expect(card.text).not.toContain('LicenseAssignment');
    address = consentPage(card);
    const asked = address.searchParams.get('scope')?.split(' ') ?? [];
    expect(asked).toContain('https://graph.microsoft.com/Application.ReadWrite.All');
    expect(asked.filter((scope) => scope.includes('LicenseAssignment') || scope.endsWith('/.default'))).toEqual([]);
  });

  test('is asked again while nobody has consented', async () => {
    await chat.click('I have consented');
    await chat.until({ button: 'I have consented' });
    expect(chat.withButton('Contoso')).toBeUndefined();
  });

  test('lets nobody consent who administers nothing', async () => {
    await browser.open(address.href);
    const { status, text } = await browser.choose('priya');

    expect([status, text]).toEqual([400, expect.stringContaining('AADSTS90094')]);
    expect(await grantedToGraph()).toEqual([]);
  });

  test('goes on once an administrator has consented, to exactly what the card named', async () => {
    await browser.open(address.href);
    const { status, text } = await browser.choose('alex');
    expect([status, text]).toEqual([200, expect.stringContaining('I have consented')]);
    expect((await grantedToGraph()).toSorted()).toEqual(['Application.ReadWrite.All', 'RoleManagement.Read.Directory', 'User.Read', 'User.ReadBasic.All']);

    await chat.click('I have consented');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso');
    await chat.until({ button: 'Use Microsoft Entra' });
  });

  test('is asked for more when the other way is chosen, and goes on after it', async () => {
    await chat.click('Use a Microsoft 365 user');
    await chat.until({ button: 'Approve: install the solution' });
    await chat.click('Approve: install the solution');
    const card = await chat.until({ button: 'Open the consent page' });
    expect(card.text).toContain('Microsoft Graph: LicenseAssignment.ReadWrite.All');
    const further = consentPage(card);
    expect(further.searchParams.get('scope')).not.toContain('Application.ReadWrite.All');

    // Somebody leaves a permission out in the address.
    further.searchParams.set('scope', (further.searchParams.get('scope') ?? '').split(' ').filter((scope) => !scope.includes('LicenseAssignment')).join(' '));
    await browser.open(further.href);
    await browser.choose('alex');
    await chat.click('I have consented');
    await chat.until({ button: 'Approve: create the user' });
  });

  test('stops again only where the permission that was left out is needed, and what was done stays', async () => {
    await chat.click('Approve: create the user');
    await chat.until({ button: 'Approve: assign the licence' });
    await chat.click('Approve: assign the licence');
    const card = await chat.until({ button: 'Open the consent page' });
    expect(card.text).toContain('Nothing is lost');

    await browser.open(consentPage(card).href);
    await browser.choose('alex');
    expect(await grantedToGraph()).toContain('LicenseAssignment.ReadWrite.All');
    await chat.click('I have consented');
    await tenant.advance('PT30S');
    await chat.until({ button: 'Approve: give the user its role' });
  });
});
