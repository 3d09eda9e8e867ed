import { Browser } from './browser.ts';
import { started } from './started.ts';

jest.setTimeout(90_000);

describe('An API that wants one more proof while its token still runs', () => {
  const here = started();

  test('gets it with a sign-in in the browser, after which the setup goes on by itself to the next API', async () => {
    await here.chat.say('set up leads');
    await here.chat.until({ button: 'Contoso' });
    await here.tenant.control('evaluation', { persona: 'alex', services: ['graph'] });
    await here.chat.click('Contoso');
    const address = await proofAddress();
    expect(address).toContain('/prerequisites');

    const browser = new Browser();
    await browser.open(address);
    expect((await browser.choose('alex')).status).toBe(200);
    await here.chat.until({ button: 'Use Microsoft Entra' });
    await here.tenant.control('evaluation', { persona: 'alex', services: ['graph', 'dataverse', 'powerPlatform'] });
    await here.chat.click('Use Microsoft Entra');
    await here.chat.until({ button: 'Approve: install the solution' });
  });

  async function proofAddress(): Promise<string> {
    const { actions } = await here.chat.until({ button: 'Sign in' });
    const { url } = actions.find(({ title }) => title === 'Sign in') as { url?: string };
    return url ?? '';
  }
});
