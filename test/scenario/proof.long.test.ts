import { z } from 'zod';

import { Browser } from './browser.ts';
import { importsBegun, started } from './started.ts';
import type { Message } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(90_000);

describe('A tenant that asks for one more proof in the middle of a setup', () => {
  const here = started();
  const browser = new Browser();
  /** By the process of before. */
  let printed = '';

  let address: string;

  test('says so on the card while the import goes on, as waiting and not as a failure', async () => {
    await here.chat.say('set up leads');
    await here.chat.walk('Contoso', 'Use Microsoft Entra', 'Approve: install the solution');
    await here.chat.until({ button: 'Approve: set up the application' });
    await untilImporting(here.tenant);
    await here.tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'claims' });
    // Every token is over, so that the next one comes from Entra.
    await here.tenant.advance('PT2H');

    const card = await here.chat.until({ button: 'Sign in' });
    expect(card.text).toContain('One more proof is needed');
    expect(card.text).toContain('Waiting for a sign-in');
    expect(card.text).not.toContain('That did not work');
    expect(card.text).not.toContain('acrs');
    expect(card.actions.map(({ title }) => title)).toContain('Retry');
    address = addressOn(card);
    expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${here.port}/sign-in/proof/[a-z0-9]+/solution$`, 'u'));
  });

  test('takes no other account for it', async () => {
    expect((await browser.open(address)).text).toContain('second factor');
    const refused = await browser.choose('priya');
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Another account is needed');
    expect(refused.text).toContain('Alex');
    expect(here.chat.withButton('Sign in')).toBeDefined();
  });

  test('takes nobody’s no for a proof', async () => {
    await browser.open(address);
    const declined = await browser.choose('cancel');
    expect(declined.status).toBe(400);
    expect(declined.text).toContain('You are not signed in');
  });

  test('takes nothing that was begun in another browser, or before a restart', async () => {
    const other = new Browser();
    await other.open(address);
    other.forgetCookies();
    expect((await other.choose('alex')).text).toContain('This sign-in cannot be used');

    await browser.open(address);
    await here.bot.kill();
    printed += here.bot.output();
    await here.restart();
    const late = await browser.choose('alex');
    expect(late.status).toBe(400);
    expect(late.text).toContain('choose the button on the card again');
  });

  test('goes on with the same step by itself, and begins nothing twice', async () => {
    await browser.open(address);
    const done = await browser.choose('alex');
    expect(done.text).toContain('the setup goes on there by itself');
    expect(done.status).toBe(200);
    const card = await here.chat.until({ text: /Solution\nDone at/u });
    expect(card.text).not.toContain('One more proof is needed');
    expect(await importsBegun(here.tenant)).toBe(1);

    const callback = browser.visited.at(-1) ?? '';
    expect((await browser.open(callback)).text).toContain('This sign-in cannot be used');
    expect((await browser.open(address)).text).toContain('Nothing waits for a sign-in here');
  });

  test('and to the end, with one key', async () => {
    await here.chat.walk('Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it', 'Show the values');
    expect((await here.chat.click('I have entered the values')).text).toContain('can receive leads');
    expect(await importsBegun(here.tenant)).toBe(1);
    const requests: { path: string; method: string }[] = (await here.tenant.control('requests')).json;
    expect(requests.filter(({ path }) => path.endsWith('/addPassword'))).toHaveLength(1);
    expect(await here.bot.end()).toBe(0);
    const stack = /\bat .+\.[jt]s:\d+/u;
    for (const { text } of here.chat.messages.values()) expect(text).not.toMatch(stack);
  });

  test('and what the browser carried is in no log', () => {
    const secrets = browser.visited.flatMap((url) => ['code', 'state', 'code_challenge'].flatMap((name) => new URL(url).searchParams.get(name) ?? []));
    expect(secrets.length).toBeGreaterThan(4);
    for (const secret of secrets) expect(printed + here.bot.output()).not.toContain(secret);
  });
});

describe('A tenant that asks for it before anything was read', () => {
  const here = started();
  beforeAll(async () => {
    await here.tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'claims' });
  });

  test('goes on to the environments and with everything after them, and asks once', async () => {
    await here.chat.say('set up leads');
    const waiting = await here.chat.until({ button: 'Sign in' });
    expect(waiting.text).toContain('One more proof is needed');
    const browser = new Browser();
    await browser.open(addressOn(waiting));
    expect((await browser.choose('alex')).status).toBe(200);

    await here.chat.walk('Contoso', 'Use Microsoft Entra', 'Approve: install the solution');
    await here.chat.until({ button: 'Approve: set up the application' });
    expect(here.chat.withButton('Sign in')).toBeUndefined();
  });
});

function addressOn({ actions }: Message): string {
  return z.object({ url: z.url() }).parse(actions.find(({ type, title }) => type === 'Action.OpenUrl' && title === 'Sign in')).url;
}
