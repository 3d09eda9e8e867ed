import { z } from 'zod';

import { Browser } from './browser.ts';
import { started, toSolutionPlan, toTheEnd } from './started.ts';

jest.setTimeout(120_000);

describe('Checking a finished setup in the chat', () => {
  const here = started({ conditions: { importTakes: 'PT1S' } });

  const disableSignIn = async () => {
    const [application] = (await here.tenant.control('state')).json.graph.applications;
    const answer = await here.tenant.graph('alex', 'PATCH', `/servicePrincipals(appId='${application.appId}')`, { body: { accountEnabled: false } });
    expect(answer.status).toBe(204);
  };

  test('says that everything is so still; what an administrator changes is shown and put right with one approval', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.walk(...toTheEnd, 'Check');
    await here.chat.until({ text: /Everything is as it was set up/u });
    await disableSignIn();
    await here.chat.say('check');
    const differs = await here.chat.until({ button: 'Put it right' });
    expect(differs.text).toMatch(/1 thing differs.*may not sign in any more/su);
    await here.chat.click('Put it right');
    await here.chat.walk('Approve: set up the application');
    await here.chat.until({ text: /Everything is as it was set up/u });
    await here.chat.say('vérifier');
    await here.chat.until({ text: /Everything is as it was set up/u });
  });

  test('waits for a proof that the organization wants, and goes on by itself once it is given', async () => {
    await here.tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'claims' });
    await here.chat.click('Check again');
    const waiting = await here.chat.until({ button: 'Sign in' });
    expect(waiting.text).toContain('One more proof is needed');
    const browser = new Browser();
    await browser.open(z.object({ url: z.url() }).parse(waiting.actions.find(({ title }) => title === 'Sign in')).url);
    expect((await browser.choose('alex')).text).toContain('the setup goes on there by itself');
    await here.chat.until({ button: 'Check again' });
    expect(here.chat.newest()?.text).toContain('Everything is as it was set up');
  });
});
