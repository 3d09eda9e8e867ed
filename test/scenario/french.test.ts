import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

describe('In French', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let start: () => Promise<BotProcess>;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    start = () => startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    bot = await start();
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await chat?.close();
    await bot?.kill();
    await tenant?.close();
  });
  /** With plain spaces, for reading. */
  const plain = ({ text }: { text: string }) => text.replaceAll(/\s/gu, ' ');
  const approval = /^Approuver\s: installer la solution$/u;

  test('a setup leads from the first words to the first approval, and its import is told in French', async () => {
    chat.locale = 'fr-FR';
    await chat.say('Bonjour');
    await chat.until({ text: /Ce que vous pouvez taper/u });
    await chat.say('Configurer les prospects !');
    const choice = await chat.until({ button: 'Contoso' });
    expect(plain(choice)).toContain('Où les prospects doivent-ils arriver ?');
    await chat.click('Contoso');
    const prerequisites = await chat.until({ button: 'Utiliser Microsoft Entra' });
    expect(plain(prerequisites)).toContain('Vous êtes administrateur système de cet environnement.');
    await chat.click('Utiliser Microsoft Entra');
    const plan = await chat.until({ button: approval });
    expect(plain(plan)).toMatch(/Étape 2 sur 6.*Dynamics installera/u);
    expect(plain(plan)).not.toMatch(/\b(?:the|will|you|your|is)\b/u);
    const approved = await chat.click(approval);
    expect(plain(approved)).toContain('Solution En cours (début : ');
    await chat.until({ button: /^Approuver\s: créer l’application$/u });
    await untilImporting(tenant);
    await chat.say('statut');
    await chat.until({ text: /Fait à \d+\s% \(début\s: /u });
  });

  test('the language that was asked for outlives the bot, also where the client says English', async () => {
    chat.locale = 'en-US';
    await chat.say('language French');
    await chat.until({ text: /Je vous écris désormais en français/u });
    await bot.kill();
    bot = await start();
    await chat.say('annuler');
    const question = await chat.until({ button: 'Arrêter cette configuration' });
    expect(plain(question)).toContain('L’importation de la solution a commencé.');
    const stopped = await chat.click('Arrêter cette configuration');
    expect(plain(stopped)).toContain('Cette configuration a été arrêtée');
    await chat.say('language English');
    await chat.until({ text: /I write to you in English/u });
  });
});
