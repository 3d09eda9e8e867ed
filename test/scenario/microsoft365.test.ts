import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

describe('With a Microsoft 365 user', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await tenant.control('conditions', { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S' } });
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('a setup leads from the first words to the values, and the password stands nowhere but on the card that was asked for', async () => {
    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso');
    await chat.until({ button: 'Use a Microsoft 365 user' });
    await chat.click('Use a Microsoft 365 user');
    await chat.until({ button: 'Approve: install the solution' });
    await chat.click('Approve: install the solution');
    const user = await chat.until({ button: 'Approve: create the user' });
    expect(user.text).toContain('marketplace-lead-writer@contoso.example');
    await chat.click('Approve: create the user');
    const licence = await chat.until({ button: 'Approve: assign the licence' });
    expect(licence.text).toMatch(/billed/u);
    await chat.click('Approve: assign the licence');
    await tenant.advance('PT30S');
    await chat.until({ button: 'Approve: give the user its role' });
    await chat.click('Approve: give the user its role');
    await chat.until({ button: 'Approve: test the account' });
    await chat.click('Approve: test the account');
    const handover = await chat.until({ button: 'Show the values' });
    expect(handover.text).toMatch(/multi-factor|Multi-factor/u);
    const shown = await chat.click('Show the values');
    const password = /[\w!#%+=?@-]{32}/u.exec(shown.text)?.[0] ?? '';
    const userPrincipalName = 'marketplace-lead-writer@contoso.example';
    expect(shown.text).toContain(userPrincipalName);
    expect((await tenant.control('password', { userPrincipalName, password })).json).toEqual({ isRight: true, mustChange: false });
    const requests = (await tenant.control('requests')).text;
    const files = readdirSync(tenant.dataDir, { withFileTypes: true }).filter((entry) => entry.isFile());
    const stored = files.map(({ name }) => readFileSync(join(tenant.dataDir, name), 'latin1'));
    for (const text of [bot.output(), requests, ...chat.received, ...stored]) expect(text).not.toContain(password);
    const receipt = await chat.click('I have entered the values');
    expect(receipt.text).toContain('can receive leads');
    expect(bot.output()).not.toMatch(/"level":(?:50|60)/u);
  });

  test('a name that is taken, and a stock without a free licence, are cards with a way on', async () => {
    await tenant.control('reset', {});
    // Of every Dynamics licence as many as are used.
    await tenant.control('conditions', {
      importTakes: 'PT2S', microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S', bought: { DYN365_ENTERPRISE_SALES: 7, DYN365_TEAM_MEMBERS: 5 } },
    });
    const body = {
      accountEnabled: true, displayName: 'Somebody', mailNickname: 'somebody', userPrincipalName: 'marketplace-lead-writer@contoso.example',
      passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false },
    };
    await tenant.graph('alex', 'POST', '/users', { body });
    const other = await TeamsChat.open(tenant.sandbox.channelUrl);
    await other.say('set up leads');
    for (const title of ['Contoso', 'Use a Microsoft 365 user', 'Approve: install the solution']) {
      await other.until({ button: title });
      await other.click(title);
    }
    const taken = await other.until({ button: 'Use this name' });
    expect(taken.text).toContain('marketplace-lead-writer@contoso.example');
    const use = taken.actions.find(({ title }) => title === 'Use this name')!;
    await other.send({ verb: use.verb, data: { ...use.data, userName: 'lead-writer-2' } } as Parameters<typeof other.send>[0], taken.id);
    await other.until({ button: 'Approve: create the user' });
    await other.click('Approve: create the user');
    const none = await other.until({ button: 'Open the licences' });
    expect(none.actions.map(({ title }) => title)).toEqual(expect.arrayContaining(['Check again', 'Other ways']));
    await tenant.control('conditions', { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S', bought: { DYN365_ENTERPRISE_SALES: 8 } } });
    await other.click('Check again');
    await other.until({ button: 'Approve: assign the licence' });
    await other.close();
  });
});
