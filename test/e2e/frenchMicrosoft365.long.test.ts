import type { Browser } from 'playwright-core';

import { type Demo, startDemo } from './demo.ts';
import { Chat, openBrowser } from './playground.ts';

jest.setTimeout(180_000);

/** A button as French typography writes it: with a no-break space before the colon. */
const approve = (what: string) => new RegExp(`^Approuver\\s: ${what}$`, 'u');
const english = /\b(?:the|will|you|your|is|are|has|with)\b/u;

describe('Une administratrice qui choisit un utilisateur Microsoft 365', () => {
  let demo: Demo;
  let browser: Browser;
  let chat: Chat;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), openBrowser()]);
    chat = new Chat(await browser.newPage({ viewport: { width: 1000, height: 1500 }, ignoreHTTPSErrors: true }));
    await chat.open(demo.playgroundUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** Licences and users take their time to be known everywhere, on the tenant's own clock. */
  async function letTheTenantCatchUp(): Promise<void> {
    const { request } = chat.page.context();
    const answer = await request.post(`${demo.sandboxUrl}/_sandbox/clock`, { data: { advance: 'PT1M' } });
    expect(answer.status()).toBe(200);
  }

  test('is led in French from the first words to the receipt', async () => {
    await chat.type('langue français');
    await chat.sees(/Je vous écris désormais en français/u);
    await chat.type('configurer les prospects');
    await chat.click('Contoso Test (test)');
    await chat.button('Utiliser un utilisateur Microsoft 365').waitFor();
    await chat.picture('fr-choix');

    await chat.click('Utiliser un utilisateur Microsoft 365');
    await chat.click(approve('installer la solution'));
    await chat.button(approve('créer l’utilisateur')).waitFor();
    await chat.picture('fr-utilisateur');
    await chat.click('Modifier les détails');
    await chat.picture('fr-utilisateur-details');

    await chat.click(approve('créer l’utilisateur'));
    await chat.button(approve('attribuer la licence')).waitFor();
    await chat.sees('Cela est payant');
    await chat.picture('fr-licence');

    await chat.click(approve('attribuer la licence'));
    await chat.sees('Arrivée de l’utilisateur dans Dynamics');
    await chat.picture('fr-licence-en-cours');
    await letTheTenantCatchUp();
    await chat.button(approve('attribuer le rôle')).or(chat.page.getByText('Dynamics prend connaissance')).last().waitFor({ timeout: 60_000 });
    await letTheTenantCatchUp();
    await chat.button(approve('attribuer le rôle')).waitFor({ timeout: 60_000 });
    await chat.picture('fr-role');

    await chat.click(approve('attribuer le rôle'));
    await chat.button(approve('tester le compte')).waitFor({ timeout: 60_000 });
    await chat.picture('fr-test');

    await chat.click(approve('tester le compte'));
    await chat.button('Afficher les valeurs').waitFor({ timeout: 60_000 });
    await chat.picture('fr-avant-les-valeurs');

    await chat.click('Afficher les valeurs');
    await chat.button('J’ai saisi les valeurs').waitFor();
    await chat.picture('fr-valeurs');
    const values = await chat.card().innerText();
    for (const label of ['URL', 'Nom d’utilisateur', 'Mot de passe']) expect(values).toContain(label);
    expect(values).toMatch(/marketplace-lead-writer@\S+/u);

    await chat.click('J’ai saisi les valeurs');
    await chat.button('J’ai saisi les valeurs').waitFor({ state: 'detached' });
    await chat.sees(/C’est fait/u);
    await chat.picture('fr-recapitulatif');
    const receipt = await chat.card().innerText();
    expect(receipt).toContain('Ce qui a été prouvé, et ce qui ne l’a pas été');
    expect(`${values}\n${receipt}`).not.toMatch(english);
    expect(demo.output()).not.toMatch(/error|stack/iu);
  });
});
