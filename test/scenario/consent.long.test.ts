import { z } from 'zod';

import { Browser } from './browser.ts';
import { started } from './started.ts';
import type { Message } from './teams.ts';

jest.setTimeout(90_000);

const consentPage = ({ actions }: Message): URL =>
  new URL(z.object({ url: z.url() }).parse(actions.find(({ type, title }) => type === 'Action.OpenUrl' && title === 'Open the consent page')).url);

describe('A tenant that has consented to nothing', () => {
  const here = started({ conditions: { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S' } } });
  const browser = new Browser();
  beforeAll(async () => {
    await here.tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'consent' });
  });

  const grantedToGraph = async (): Promise<string[]> => {
    const { graph } = (await here.tenant.control('state')).json;
    const resource = graph.servicePrincipals.find(({ displayName }: { displayName: string }) => displayName === 'Microsoft Graph');
    const rows: { resourceId: string; scope: string }[] = graph.oauth2PermissionGrants;
    return rows.filter(({ resourceId }) => resourceId === resource.id).flatMap(({ scope }) => scope.split(' '));
  };
  let address: URL;

  test('is asked for what both ways need, and for nothing that only one does', async () => {
    await here.chat.say('set up leads');
    const card = await here.chat.until({ button: 'Open the consent page' });

    expect(card.text).toContain('Your organization has to agree first');
    expect(card.text).toContain('Dynamics CRM: user_impersonation');
    expect(card.text).not.toMatch(/Application\.ReadWrite|LicenseAssignment/u);
    address = consentPage(card);
    const asked = address.searchParams.get('scope')?.split(' ') ?? [];
    expect(asked).toContain('https://graph.microsoft.com/User.Read');
    expect(asked.filter((scope) => /Application\.ReadWrite|LicenseAssignment|\/\.default$/u.test(scope))).toEqual([]);
  });

  test('is asked again while nobody has consented', async () => {
    await here.chat.click('I have consented');
    await here.chat.until({ button: 'I have consented' });
    expect(here.chat.withButton('Contoso')).toBeUndefined();
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
    expect((await grantedToGraph()).toSorted()).toEqual(['RoleManagement.Read.Directory', 'User.Read', 'User.ReadBasic.All']);

    await here.chat.click('I have consented');
    await here.chat.walk('Contoso');
    await here.chat.until({ button: 'Use Microsoft Entra' });
  });

  test('is asked for what only the chosen way needs when that is chosen, and goes on after it', async () => {
    await here.chat.click('Use a Microsoft 365 user');
    await here.chat.walk('Approve: install the solution');
    const card = await here.chat.until({ button: 'Open the consent page' });
    expect(card.text).toContain('Microsoft Graph: LicenseAssignment.ReadWrite.All');
    const further = consentPage(card);
    expect(further.searchParams.get('scope')).not.toContain('Application.ReadWrite.All');

    // Somebody leaves a permission out in the address.
    further.searchParams.set('scope', (further.searchParams.get('scope') ?? '').split(' ').filter((scope) => !scope.includes('LicenseAssignment')).join(' '));
    await browser.open(further.href);
    await browser.choose('alex');
    await here.chat.click('I have consented');
    await here.chat.until({ button: 'Approve: create the user' });
  });

  test('stops again only where the permission that was left out is needed, and what was done stays', async () => {
    await here.chat.click('Approve: create the user');
    await here.chat.walk('Approve: assign the licence');
    const card = await here.chat.until({ button: 'Open the consent page' });
    expect(card.text).toContain('Nothing is lost');

    await browser.open(consentPage(card).href);
    await browser.choose('alex');
    expect(await grantedToGraph()).toContain('LicenseAssignment.ReadWrite.All');
    await here.chat.click('I have consented');
    await here.tenant.advance('PT30S');
    await here.chat.until({ button: 'Approve: give the user its role' });
  });
});

describe('By the way of Microsoft Entra', () => {
  const here = started();
  const browser = new Browser();
  const consent = async () => {
    const card = await here.chat.until({ button: 'Open the consent page' });
    await browser.open(consentPage(card).href);
    await browser.choose('alex');
    await here.chat.click('I have consented');
    return card.text;
  };

  test('what only that needs is consented to once it is chosen, and the setup goes on', async () => {
    await here.tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'consent' });
    await here.chat.say('set up leads');
    expect(await consent()).not.toContain('Application.ReadWrite.All');
    await here.chat.walk('Contoso', 'Use Microsoft Entra', 'Approve: install the solution');
    expect(await consent()).toContain('Microsoft Graph: Application.ReadWrite.All');
    await here.chat.until({ button: 'Approve: set up the application' });
  });
});
