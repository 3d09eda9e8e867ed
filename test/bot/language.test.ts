import { createLanguageFor } from '../../src/bot/languages.ts';
import { languages } from '../../src/locales/written.ts';
import { say } from '../../src/setup/sentence.ts';
import { alex, applying, aRunWithSteps, now, planned, priya } from '../setup/fixtures.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
});
afterEach(() => bot.stop());

const from = (person: typeof alex) => ({ from: { id: person.channelUserId, name: person.name, aadObjectId: person.objectId } });
const inAnotherChat = { conversation: { id: 'a:another', conversationType: 'personal', tenantId: alex.tenantId } };
/** A language that nobody has written yet. */
const unwritten = ['eo', 'mt', 'is'].find((language) => !languages.includes(language));
/** With plain spaces, for reading. */
const sent = () => bot.sent().join('\n').replaceAll(/\s/gu, ' ');

describe('the language of the client', () => {
  it.each([
    ['fr', 'Ce que vous pouvez taper'],
    ['fr-FR', 'Ce que vous pouvez taper'],
    ['fr-CA', 'Ce que vous pouvez taper'],
    ['en-GB', 'What you can type'],
    [`${unwritten}-XX`, 'What you can type'],
    ['no locale', 'What you can type'],
    [undefined, 'What you can type'],
  ])('%s is answered with %s', async (locale, heading) => {
    await bot.say('?', { locale });
    expect(sent()).toContain(heading);
  });

  it('does not matter for the words that are understood', async () => {
    await bot.say('statut');
    await bot.say('status', { locale: 'fr-FR' });
    expect(sent()).toMatch(/There is no setup here.*Il n’y a pas de configuration ici/u);
  });

  it('is that of a refusal too', async () => {
    await bot.say('aide', { locale: 'fr-FR', conversation: { id: 'a:x', conversationType: 'personal', tenantId: 'another' }, channelData: {} });
    expect(sent()).toContain('Ce bot est au service d’une autre organisation');
  });
});

describe('a language that somebody asked for', () => {
  it('is theirs in every chat, whatever their client says, and nobody else’s', async () => {
    await bot.say('langue français');
    await bot.say('help', inAnotherChat);
    await bot.say('help', from(priya));
    expect(sent()).toMatch(/Je vous écris désormais en français\..*Ce que vous pouvez taper.*What you can type/u);
  });

  it('can be asked for again, in either language', async () => {
    for (const text of ['language French', 'language English', 'langue français', 'langue anglais']) await bot.say(text, { locale: 'fr-FR' });
    expect(sent().match(/Je vous écris|I write to you/gu)).toEqual(['Je vous écris', 'I write to you', 'Je vous écris', 'I write to you']);
  });

  it('that is not written here is answered with those that are', async () => {
    await bot.say('language Klingon');
    await bot.say('langue', { locale: 'fr-FR' });
    expect(sent()).toMatch(/I can write in .*English.* .*French.*\. Type.*Langues disponibles : .*anglais.*français.* Tapez/u);
    expect(bot.storage.languageChoices.find(alex)).toBeUndefined();
  });

  it('changes the card where it stands', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    bot.sent();
    await bot.say('langue français');
    const [said, changed, ...rest] = bot.sent();
    expect(said).toMatch(/^POST .*français/u);
    expect(changed).toMatch(/^PUT card-1 .*Approuver\s: installer la solution/u);
    expect(rest).toEqual([]);
  });

  it('shows nobody a card that was not shown before, nor another’s', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('langue français');
    await bot.say('langue français', from(priya));
    expect(bot.sent().map((line) => line.split(' ')[0])).toEqual(['POST', 'POST']);
  });

  it('is that of news from the worker, and of the answer to a click', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    await bot.say('langue français');
    const answer = await bot.click({ verb: 'approve', data: { verb: 'approve', runId: 'id1', stepId: 'solution', planHash: 'hash-1' } });
    expect(answer.text).toContain('Recherche d’une application à utiliser');
    bot.sent();
    const progress = { sentence: say('solution.importing'), percent: 42, since: now };
    const result = bot.storage.runs.commit({ run: { ...bot.run(), steps: { ...bot.run().steps, solution: { ...applying, progress } } } });
    expect(result.kind).toBe('written');
    await bot.notifier.tell('id1');
    expect(sent()).toMatch(/PUT card-1 .*Fait à 42 % \(début : /u);
  });

  it('leaves the setup as it was', async () => {
    await bot.say('set up leads');
    const before = bot.setups.latestIn(conversationId);
    await bot.say('langue français');
    expect(bot.setups.latestIn(conversationId)).toEqual(before);
  });

  it('is not needed for a sentence about a storage that fails', () => {
    const lines: unknown[] = [];
    const find = () => {
      throw new Error('no storage');
    };
    const languageFor = createLanguageFor({
      cloud: {
        portals: { entra: '', azure: '', powerPlatformAdmin: '', powerApps: '', partnerCenter: '', microsoft365Admin: '', leadWriterSolution: '', teams: '' },
        revealOnCard: false,
      },
      clock: bot.clock,
      choices: { find },
      log: { ...console, warn: (...line: unknown[]) => void lines.push(line) } as never,
    });
    const { t } = languageFor({ locale: 'fr-FR', from: { id: '29:a', name: 'Alex', aadObjectId: 'x' }, channelData: { tenant: { id: 't' } } });
    expect(t(say('bot.busy'))).toContain('Réessayez');
    expect(lines).toHaveLength(1);
  });
});
