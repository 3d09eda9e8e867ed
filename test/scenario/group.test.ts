import { personas } from '../../sandbox/personas.ts';
import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(60_000);

describe('In a group chat, during a setup', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let own: TeamsChat;
  let group: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    own = await TeamsChat.open(tenant.sandbox.channelUrl);
    group = await TeamsChat.open(tenant.sandbox.channelUrl, { isGroup: true });
  });
  afterAll(async () => {
    await own?.close();
    await group?.close();
    await bot?.kill();
    await tenant?.close();
  });
  const plain = ({ text }: { text: string }) => text.replaceAll(/\s/gu, ' ');

  test('whoever mentions the bot is told how far they are, in their language, and others of nothing', async () => {
    await own.say('set up leads');
    await own.until({ button: 'Contoso' });
    await own.click('Contoso');
    await own.until({ button: 'Use Microsoft Entra' });
    await own.click('Use Microsoft Entra');
    await own.until({ button: /^Approve: install/u });

    await group.say('status');
    const english = await group.until({ text: /Your latest setup/u });
    expect(plain(english)).toMatch(/Steps done: 1 of 6\. \*\*Solution:\*\* waiting for you since/u);
    expect(english.actions).toMatchObject([{ type: 'Action.OpenUrl', title: 'Open my chat with Lead Setup' }]);

    group.locale = 'fr-FR';
    await group.say('statut');
    const french = await group.until({ text: /Votre dernière configuration/u });
    expect(plain(french)).toMatch(/Étapes terminées : 1 sur 6\. \*\*Solution :\*\* vous attend/u);

    await group.say('statut', 'priya');
    await group.until({ text: /pas encore de configuration/u });
  });

  test('a setup is neither begun nor moved there, and the bot says where it is done', async () => {
    group.locale = 'en-US';
    for (const words of ['approve', 'cancel']) await group.say(words);
    await group.say('set up leads');
    await group.until({ text: /A setup is done in a personal chat/u });
    const forwarded = own.withButton(/^Approve: install/u);
    const approve = forwarded?.actions.find(({ title }) => title.startsWith('Approve: install'));
    const answer = await group.send(approve ?? { verb: 'none' }, 'forwarded');
    expect(answer).toMatchObject({ isCard: false, text: expect.stringContaining('a setup in another chat') });

    await own.say('status');
    await own.until({ button: /^Approve: install/u });
  });

  test('and nothing personal has been written there', () => {
    const written = group.received.map((body) => JSON.stringify({ ...JSON.parse(body), recipient: undefined })).join('\n');
    expect(group.received).toHaveLength(6);
    const { alex } = personas;
    for (const text of [alex.displayName, alex.objectId, alex.userPrincipalName, 'localhost', 'Contoso', 'contoso', '29:alex']) expect(written).not.toContain(text);
  });
});
