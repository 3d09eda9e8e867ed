import type { Browser } from 'playwright-core';

import { type Demo, startDemo } from './demo.ts';
import { Chat, openBrowser } from './playground.ts';

jest.setTimeout(180_000);

describe('An administrator in the Agents Playground', () => {
  let demo: Demo;
  let browser: Browser;
  let chat: Chat;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), openBrowser()]);
    chat = new Chat(await browser.newPage({ viewport: { width: 1000, height: 1500 } }));
    await chat.open(demo.playgroundUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test('sets up leads with eight clicks, from the first word to the receipt', async () => {
    await chat.picture('welcome');
    await chat.type('set up leads');
    await chat.button('Contoso Test (test)').waitFor();
    await chat.picture('environments');

    await chat.click('Contoso Test (test)');
    await chat.button(/Microsoft Entra/u).waitFor();
    await chat.picture('prerequisites');

    await chat.click(/Microsoft Entra/u);
    await chat.button('Approve: install the solution').waitFor();
    await chat.picture('solution-plan');
    await chat.click('Details');
    await chat.picture('solution-details');

    await chat.click('Approve: install the solution');
    await chat.button('Approve: set up the application').waitFor();
    await chat.sees(/In progress since/u);
    await chat.picture('application-plan-while-importing');
    await chat.type('status');
    await chat.sees(/moved|below/iu);
    await chat.picture('status-in-the-middle');

    await chat.click('Approve: set up the application');
    await chat.picture('application-working');
    await chat.button('Approve: give the account its role').waitFor({ timeout: 60_000 });
    await chat.picture('role-plan');

    await chat.click('Approve: give the account its role');
    await chat.button('Approve: make the key and test it').waitFor({ timeout: 60_000 });
    await chat.picture('key-plan');

    await chat.click('Approve: make the key and test it');
    await chat.picture('key-working');
    await chat.button('Show the values').waitFor({ timeout: 60_000 });
    await chat.picture('before-reveal');

    await chat.click('Show the values');
    await chat.button('I have entered the values').waitFor();
    await chat.picture('values');
    const shown = await chat.card().innerText();

    await chat.click('I have entered the values');
    await chat.sees(/receipt|finished|set up/iu);
    await chat.button('I have entered the values').waitFor({ state: 'detached' });
    await chat.picture('receipt');
    expect(shown).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/u);
    expect(demo.output()).not.toMatch(/error|stack/iu);
  });
});
