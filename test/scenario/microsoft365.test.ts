import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { started } from './started.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

describe('With a Microsoft 365 user', () => {
  const here = started({ conditions: { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S' } } });

  test('a setup leads from the first words to the values, and the password stands nowhere but on the card that was asked for', async () => {
    await here.chat.say('set up leads');
    await here.chat.walk('Contoso', 'Use a Microsoft 365 user', 'Approve: install the solution');
    const user = await here.chat.until({ button: 'Approve: create the user' });
    expect(user.text).toContain('marketplace-lead-writer@contoso.example');
    await here.chat.click('Approve: create the user');
    const licence = await here.chat.until({ button: 'Approve: assign the licence' });
    expect(licence.text).toMatch(/billed/u);
    await here.chat.click('Approve: assign the licence');
    await here.tenant.advance('PT30S');
    await here.chat.walk('Approve: give the user its role', 'Approve: test the account');
    const handover = await here.chat.until({ button: 'Show the values' });
    expect(handover.text).toMatch(/multi-factor|Multi-factor/u);
    const shown = await here.chat.click('Show the values');
    const password = /[\w!#%+=?@-]{32}/u.exec(shown.text)?.[0] ?? '';
    const userPrincipalName = 'marketplace-lead-writer@contoso.example';
    expect(shown.text).toContain(userPrincipalName);
    expect((await here.tenant.control('password', { userPrincipalName, password })).json).toEqual({ isRight: true, mustChange: false });
    const requests = (await here.tenant.control('requests')).text;
    const files = readdirSync(here.tenant.dataDir, { withFileTypes: true }).filter((entry) => entry.isFile());
    const stored = files.map(({ name }) => readFileSync(join(here.tenant.dataDir, name), 'latin1'));
    for (const text of [here.bot.output(), requests, ...here.chat.received, ...stored]) expect(text).not.toContain(password);
    const receipt = await here.chat.click('I have entered the values');
    expect(receipt.text).toContain('can receive leads');
    expect(here.bot.output()).not.toMatch(/"level":(?:50|60)/u);
  });

  test('a name that is taken, and a stock without a free licence, are cards with a way on', async () => {
    await here.tenant.control('reset', {});
    // Of every Dynamics licence as many as are used.
    await here.tenant.control('conditions', {
      importTakes: 'PT2S', microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S', bought: { DYN365_ENTERPRISE_SALES: 7, DYN365_TEAM_MEMBERS: 5 } },
    });
    const body = {
      accountEnabled: true, displayName: 'Somebody', mailNickname: 'somebody', userPrincipalName: 'marketplace-lead-writer@contoso.example',
      passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false },
    };
    await here.tenant.graph('alex', 'POST', '/users', { body });
    const other = await TeamsChat.open(here.tenant.sandbox.channelUrl);
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
    await here.tenant.control('conditions', { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S', bought: { DYN365_ENTERPRISE_SALES: 8 } } });
    await other.click('Check again');
    await other.until({ button: 'Approve: assign the licence' });
    await other.close();
  });
});
