import { z } from 'zod';

import { Browser } from './browser.ts';
import { approvals, started } from './started.ts';
import { type Message, TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

/** Rita may read Dynamics only; the admin account that she has too, here Alex's, may everything. */
describe('Somebody who keeps an admin account apart', () => {
  const here = started();
  const browser = new Browser();
  let code: string;
  beforeAll(async () => {
    await here.tenant.control('sign-in', { userId: '29:rita', persona: 'rita' });
  });

  const asRita = { as: 'rita' } as const;
  const addressOn = ({ actions }: Pick<Message, 'actions'>, button = 'Open the sign-in page'): string => z.object({ url: z.url() }).parse(actions.find(({ title }) => title === button)).url;
  const codeOn = (page: string) => /\b(\d{3})\s?(\d{3})\b(?![^<]*>)/u.exec(page.replaceAll(/<style[\s\S]*?<\/style>/gu, ''))?.slice(1).join('') ?? '';
  const changesOf = async () => {
    const requests: { method: string; path: string; actor?: string; changing: boolean }[] = (await here.tenant.control('requests')).json;
    return requests.filter(({ changing, path }) => changing && !/oauth2|usertoken/u.test(path));
  };

  test('finds the way to it beside what is missing', async () => {
    await here.chat.say('set up leads', 'rita');
    await here.chat.until({ button: 'Contoso' });
    await here.chat.click('Contoso', asRita);
    await here.chat.until({ button: 'Use my admin account' });
    const question = await here.chat.click('Use my admin account', asRita);
    expect(question.text).toContain('your approvals remain yours');
    await browser.open(addressOn(question));
  });

  test('is shown six digits, which are nobody else’s', async () => {
    const shown = await browser.choose('alex');
    code = codeOn(shown.text);
    expect(code).toMatch(/^\d{6}$/u);
    const other = await TeamsChat.open(here.tenant.sandbox.channelUrl);
    await other.say(code, 'priya');
    expect(other.newest()?.text).toContain('did not understand');
    await other.close();
    await here.chat.say('000000' === code ? '000001' : '000000', 'rita');
    expect(here.chat.newest()?.text).toContain('not the code');
  });

  test('goes on with the rights of that account, named on every card, and approves herself', async () => {
    await here.chat.say(code, 'rita');
    await here.chat.until({ button: 'Use Microsoft Entra' });
    await here.chat.click('Use Microsoft Entra', asRita);
    for (const title of approvals) {
      expect((await here.chat.until({ button: title })).text).toContain('Acting as alex');
      await here.chat.click(title, asRita);
    }
    await here.chat.until({ button: 'Show the values' });
    expect((await here.chat.click('Show the values', asRita)).text).toContain('Acting as alex');
    const receipt = await here.chat.click('I have entered the values', asRita);
    expect(receipt.text).toContain('can receive leads');
    expect(receipt.text).toContain('Acting as alex');
    expect((await changesOf()).length).toBeGreaterThan(4);
  });

  test('checks with the rights of that account, after one more code', async () => {
    await here.chat.click('Check', asRita);
    const waiting = await here.chat.until({ button: 'Sign in' });
    expect(waiting.text).toContain('Acting as alex');
    await browser.open(addressOn(waiting, 'Sign in'));
    await here.chat.say(codeOn((await browser.choose('alex')).text), 'rita');
    const checked = await here.chat.until({ text: /Everything is as it was set up/u });
    expect(checked.text).toContain('Acting as alex');
  });

  test('and the code opens nothing a second time', async () => {
    await here.chat.say(code, 'rita');
    expect(here.chat.newest()?.text).toContain('did not understand');
    expect(here.bot.output()).not.toContain(code);
  });
});
