import { z } from 'zod';

import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { Browser } from './browser.ts';
import { type Message, TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

/** Rita may read Dynamics only; the admin account that she has too, here Alex's, may everything. */
describe('Somebody who keeps an admin account apart', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let browser: Browser;
  let code: string;
  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
    browser = new Browser();
    await tenant.control('sign-in', { userId: '29:rita', persona: 'rita' });
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  const asRita = { as: 'rita' } as const;
  const addressOn = ({ actions }: Pick<Message, 'actions'>, button = 'Open the sign-in page'): string => z.object({ url: z.url() }).parse(actions.find(({ title }) => title === button)).url;
  const codeOn = (page: string) => /\b(\d{3})\s?(\d{3})\b(?![^<]*>)/u.exec(page.replaceAll(/<style[\s\S]*?<\/style>/gu, ''))?.slice(1).join('') ?? '';
  const changesOf = async () => {
    const requests: { method: string; path: string; actor?: string; changing: boolean }[] = (await tenant.control('requests')).json;
    return requests.filter(({ changing, path }) => changing && !/oauth2|usertoken/u.test(path));
  };

  test('finds the way to it beside what is missing', async () => {
    await chat.say('set up leads', 'rita');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso', asRita);
    await chat.until({ button: 'Use my admin account' });
    const question = await chat.click('Use my admin account', asRita);
    expect(question.text).toContain('your approvals remain yours');
    await browser.open(addressOn(question));
  });

  test('is shown six digits, which are nobody else’s', async () => {
    const shown = await browser.choose('alex');
    code = codeOn(shown.text);
    expect(code).toMatch(/^\d{6}$/u);
    const other = await TeamsChat.open(tenant.sandbox.channelUrl);
    await other.say(code, 'priya');
    expect(other.newest()?.text).toContain('did not understand');
    await other.close();
    await chat.say('000000' === code ? '000001' : '000000', 'rita');
    expect(chat.newest()?.text).toContain('not the code');
  });

  test('goes on with the rights of that account, named on every card, and approves herself', async () => {
    await chat.say(code, 'rita');
    await chat.until({ button: 'Use Microsoft Entra' });
    await chat.click('Use Microsoft Entra', asRita);
    for (const title of ['Approve: install the solution', 'Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it']) {
      expect((await chat.until({ button: title })).text).toContain('Acting as alex');
      await chat.click(title, asRita);
    }
    await chat.until({ button: 'Show the values' });
    expect((await chat.click('Show the values', asRita)).text).toContain('Acting as alex');
    const receipt = await chat.click('I have entered the values', asRita);
    expect(receipt.text).toContain('can receive leads');
    expect(receipt.text).toContain('Acting as alex');
    expect((await changesOf()).length).toBeGreaterThan(4);
  });

  test('checks with the rights of that account, after one more code', async () => {
    await chat.click('Check', asRita);
    const waiting = await chat.until({ button: 'Sign in' });
    expect(waiting.text).toContain('Acting as alex');
    await browser.open(addressOn(waiting, 'Sign in'));
    await chat.say(codeOn((await browser.choose('alex')).text), 'rita');
    const checked = await chat.until({ text: /Everything is as it was set up/u });
    expect(checked.text).toContain('Acting as alex');
  });

  test('and the code opens nothing a second time', async () => {
    await chat.say(code, 'rita');
    expect(chat.newest()?.text).toContain('did not understand');
    expect(bot.output()).not.toContain(code);
  });
});
