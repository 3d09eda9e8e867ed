import { started } from './started.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

describe('In French', () => {
  const here = started();
  /** With plain spaces, for reading. */
  const plain = ({ text }: { text: string }) => text.replaceAll(/\s/gu, ' ');
  const approval = /^Approuver\s: installer la solution$/u;

  test('a setup leads from the first words to the first approval, and its import is told in French', async () => {
    here.chat.locale = 'fr-FR';
    await here.chat.say('Bonjour');
    await here.chat.until({ text: /Ce que vous pouvez taper/u });
    await here.chat.say('Configurer les prospects !');
    const choice = await here.chat.until({ button: 'Contoso' });
    expect(plain(choice)).toContain('Où les prospects doivent-ils arriver ?');
    await here.chat.click('Contoso');
    const prerequisites = await here.chat.until({ button: 'Utiliser Microsoft Entra' });
    expect(plain(prerequisites)).toContain('Vous êtes administrateur système de cet environnement.');
    await here.chat.click('Utiliser Microsoft Entra');
    const plan = await here.chat.until({ button: approval });
    expect(plain(plan)).toMatch(/Étape 2 sur 6.*Dynamics installera/u);
    expect(plain(plan)).not.toMatch(/\b(?:the|will|you|your|is)\b/u);
    const approved = await here.chat.click(approval);
    expect(plain(approved)).toContain('Solution En cours (début : ');
    await here.chat.until({ button: /^Approuver\s: créer l’application$/u });
    await untilImporting(here.tenant);
    await here.chat.say('statut');
    await here.chat.until({ text: /Fait à \d+\s% \(début\s: /u });
  });

  test('the language that was asked for outlives the bot, also where the client says English', async () => {
    here.chat.locale = 'en-US';
    await here.chat.say('language French');
    await here.chat.until({ text: /Je vous écris désormais en français/u });
    await here.bot.kill();
    await here.restart();
    await here.chat.say('annuler');
    const question = await here.chat.until({ button: 'Arrêter cette configuration' });
    expect(plain(question)).toContain('L’importation de la solution a commencé.');
    const stopped = await here.chat.click('Arrêter cette configuration');
    expect(plain(stopped)).toContain('Cette configuration a été arrêtée');
    await here.chat.say('language English');
    await here.chat.until({ text: /I write to you in English/u });
  });
});
