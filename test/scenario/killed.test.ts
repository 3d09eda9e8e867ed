import { started } from './started.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(90_000);

describe('The bot, a process of its own', () => {
  const here = started();

  test('killed during the import and started again goes on with the same import and the same card', async () => {
    await here.chat.say('set up leads');
    await here.chat.walk('Contoso', 'Use Microsoft Entra');
    const { id } = await here.chat.until({ button: 'Approve: install the solution' });
    await here.chat.click('Approve: install the solution');
    await here.chat.until({ button: 'Approve: set up the application' });
    await untilImporting(here.tenant);

    await here.bot.kill();
    await here.tenant.advance('PT30S');
    await here.restart();

    const told = await here.chat.until({ text: /Solution\nDone at/u });
    expect(told.id).toBe(id);
    expect(told.actions.map(({ title }) => title)).toContain('Approve: set up the application');
    const requests: { method: string; path: string }[] = (await here.tenant.control('requests')).json;
    expect(requests.filter(({ path }) => path.endsWith('/ImportSolutionAsync'))).toHaveLength(1);
    expect(here.bot.output()).not.toMatch(/"level":(?:50|60)/u);
  });

  test('goes on to the end afterwards, and ends in order when it is told to', async () => {
    await here.chat.click('Approve: set up the application');
    await here.chat.walk('Approve: give the account its role', 'Approve: make the key and test it');
    await here.chat.until({ button: 'Show the values' });
    const shown = await here.chat.click('Show the values');
    expect(shown.text).toContain(here.tenant.sandbox.environments.contoso.url);
    const receipt = await here.chat.click('I have entered the values');
    expect(receipt.text).toContain('can receive leads');
    expect(await here.bot.end()).toBe(0);
  });
});
