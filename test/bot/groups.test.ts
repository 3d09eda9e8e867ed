import type { SetupRun } from '../../src/setup/run.ts';
import { alex, aRunWithSteps, applying, contoso, done, planned, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness, textOf } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
});
afterEach(() => bot.stop());

const mention = { type: 'mention', text: '<at>Lead Setup</at>', mentioned: { id: '28:bot', name: 'Lead Setup' } };
const from = (person: typeof alex) => ({ from: { id: person.channelUserId, name: person.name, aadObjectId: person.objectId } });
const groupChat = { conversation: { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: alex.tenantId } };
const channel = {
  conversation: { id: '19:general@thread.tacv2;messageid=1', conversationType: 'channel', isGroup: true, tenantId: alex.tenantId },
  channelData: { tenant: { id: alex.tenantId }, team: { id: '19:general@thread.tacv2' }, channel: { id: '19:general@thread.tacv2' } },
};
const link = 'https://teams.microsoft.com/l/chat/0/0?users=28:bot';

function mentioned(words: string, more: object = {}) {
  return bot.say(`<at>Lead Setup</at> ${words}`, { ...groupChat, entities: [mention], ...more });
}

/** Whatever a setup of Alex's holds that others must not read. */
const failure = { code: 'E-REFUSED', sentence: { key: 'error.refused', values: { service: 'Dynamics' } }, errorId: 'k3v9q2', upstream: { service: 'dataverse', status: 403, message: 'Principal user a1e1 lacks it', requestId: 'b2c3' } } as const;
const application = { objectId: '0b000000-0000-4000-8000-000000000001', appId: 'c0ffee00-0000-4000-8000-000000000002', displayName: 'Lead Writer of Alex', origin: 'made' } as const;
const running = (change: Partial<SetupRun> = {}): SetupRun =>
  aRunWithSteps({ solution: applying, application: { status: 'failed', at: '2026-11-22T09:10:00.000Z', failure } }, { environment: contoso, facts: { application }, ...change });

const personal = [alex.name, 'Alex', alex.objectId, alex.channelUserId, 'Contoso', 'contoso.crm4', 'Lead Writer', application.appId, 'Principal user', 'k3v9q2', 'b2c3'];

describe.each([
  ['a group chat', groupChat],
  ['a channel', channel],
])('%s', (_name, place) => {
  it('is told how far the latest setup of whoever asks is, with a link into their own chat', async () => {
    bot.have(running());
    await mentioned('status', { ...place, localTimezone: 'Europe/Paris' });
    const [{ method, body } = { method: '', body: {} }, ...more] = bot.connector.received;
    expect([method, more]).toEqual(['POST', []]);
    expect(textOf(body.attachments)).toMatch(/Your latest setup Steps done: 1 of 6\. \*\*Solution:\*\* in progress since 10:00\. \*\*Account:\*\* in trouble since 10:10\./u);
    expect(JSON.stringify(body)).toContain(link);
  });

  it('is told so in French, to one whose Teams is French', async () => {
    bot.have(running());
    await mentioned('Où en est-on ?', { ...place, locale: 'fr-FR' });
    expect(bot.sent().map((text) => text.replaceAll(/\s/gu, ' '))).toEqual([
      expect.stringMatching(/Votre dernière configuration Étapes terminées : 1 sur 6\. \*\*Solution :\*\* en cours .* \*\*Compte :\*\* un problème est survenu/u),
    ]);
  });

  it('is told nothing personal, whatever is asked there', async () => {
    bot.have(running());
    for (const words of ['status', 'statut', 'set up leads', 'help', 'approve', 'cancel', 'continue', 'reveal', 'show the values', 'start again', 'contoso.crm4.dynamics.com', 'language French', 'what?']) {
      await mentioned(words, place);
    }
    const bytes = JSON.stringify(bot.connector.received.map(({ body }) => withoutRecipient(body)));
    expect(bot.connector.received).toHaveLength(13);
    expect(personal.filter((text) => bytes.includes(text))).toEqual([]);
  });

  it('begins no setup, and moves none', async () => {
    const run = running({ steps: { ...running().steps, solution: planned } });
    bot.have(run);
    for (const words of ['set up leads', 'approve', 'cancel', 'yes, cancel', 'start again', 'retry']) await mentioned(words, place);
    expect(bot.run()).toMatchObject({ version: run.version, status: 'active' });
    expect(bot.setups.latestIn(place.conversation.id)).toBeUndefined();
    expect(bot.sent()[0]).toContain('A setup is done in a personal chat');
  });

  it('is not answered to words that were not meant for the bot', async () => {
    await bot.say('status', place);
    await bot.say('<at>Priya Power</at> status', { ...place, entities: [{ ...mention, mentioned: { id: priya.channelUserId } }] });
    expect(bot.sent()).toEqual([]);
  });

  it.each([
    ['help', /What I answer here/u],
    ['Bonjour !', /What I answer here/u],
    ['please do something', /Here I answer \*\*status\*\* and \*\*help\*\*/u],
    ['', /Here I answer/u],
    ['langue français', /Je vous écris désormais en français/u],
    ['language Klingon', /I can write in/u],
  ])('answers %j briefly, with the link', async (words, answer) => {
    await mentioned(words, place);
    expect(JSON.stringify(bot.connector.received)).toContain(link);
    expect(bot.sent()).toEqual([expect.stringMatching(answer)]);
  });
});

describe('in a group', () => {
  it('others are told of their own setup only', async () => {
    bot.have(running());
    await mentioned('status', from(priya));
    expect(bot.sent()).toEqual([expect.stringContaining('You have no setup yet.')]);
  });

  it('words are understood after a mention in the markup of Teams', async () => {
    await bot.say('<at>Lead Setup</at>&nbsp;status\n', { ...groupChat, entities: [mention] });
    expect(bot.sent()).toEqual([expect.stringContaining('Your latest setup')]);
  });

  it('a language that is asked for is remembered for the person', async () => {
    await mentioned('langue français');
    await mentioned('status');
    await mentioned('language Klingon', from(priya));
    expect(bot.sent()).toEqual([
      expect.stringContaining('en français'),
      expect.stringContaining('Votre dernière configuration'),
      expect.stringContaining('I can write in'),
    ]);
  });

  it.each([
    ['another tenant', { conversation: { ...groupChat.conversation, tenantId: 'another' }, channelData: {} }, 'another organization'],
    ['nobody', { from: { id: '29:x', name: 'X' } }, 'who you are'],
  ])('%s is refused', async (_who, more, answer) => {
    await mentioned('status', more);
    expect(bot.sent()).toEqual([expect.stringContaining(answer)]);
  });

  it('a card that was carried there acts on nothing, as an action, as a plain button, or as a dialog', async () => {
    bot.have(aRunWithSteps({ solution: planned, application: done }));
    const data = { verb: 'approve', runId: 'id1', stepId: 'solution', planHash: 'hash-1' };
    const clicked = await bot.click({ verb: 'approve', data }, groupChat);
    expect(clicked.body).toMatchObject({ statusCode: 200, value: expect.stringContaining('a setup in another chat') });
    expect(clicked.body.type).toBe('application/vnd.microsoft.activity.message');
    await bot.post({ type: 'message', value: data, replyToId: 'card-1', ...groupChat });
    expect(bot.sent()).toEqual([expect.stringContaining('a setup in another chat')]);
    const dialog = await bot.post({ type: 'invoke', name: 'task/fetch', value: { data: { verb: 'reveal', runId: 'id1' } }, ...groupChat });
    expect(dialog.body).toMatchObject({ task: { type: 'message', value: expect.stringContaining('a setup in another chat') } });
    const begun = await bot.click({ verb: 'start', data: { verb: 'start' } }, groupChat);
    expect(begun.body.value).toEqual(expect.stringContaining('A setup is done in a personal chat'));
    expect(bot.run().version).toBe(1);
    expect(bot.sent()).toEqual([]);
  });
});

describe('the installation', () => {
  const installed = { type: 'installationUpdate', action: 'add' };
  const joined = { type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }] };

  it.each([
    ['a group chat', groupChat],
    ['a team', channel],
  ])('in %s is welcomed once, with where setups are done', async (_name, place) => {
    await bot.post({ ...installed, ...place });
    await bot.post({ ...joined, ...place, conversation: { ...place.conversation, id: place.conversation.id.split(';')[0] } });
    await bot.post({ ...installed, ...place });
    expect(bot.sent()).toEqual([expect.stringMatching(/Welcome to Lead Setup .*when I am mentioned.*personal chat with me/u)]);
  });

  it.each([
    ['a personal chat', {}, { type: 'installationUpdate', action: 'remove' }],
    ['a group chat', groupChat, { type: 'conversationUpdate', membersRemoved: [{ id: '28:bot' }] }],
    ['a team', channel, { type: 'installationUpdate', action: 'remove' }],
  ])('that was taken away from %s and comes again is welcomed again', async (_name, place, removal) => {
    for (const activity of [installed, removal, installed, joined]) await bot.post({ ...activity, ...place });
    expect(bot.sent()).toEqual([expect.stringContaining('Welcome'), expect.stringContaining('Welcome')]);
  });

  it('is not welcomed again when the app is updated', async () => {
    for (const action of ['add', 'remove-upgrade', 'add-upgrade']) await bot.post({ ...installed, action });
    expect(bot.sent()).toHaveLength(1);
  });

  it('that comes again finds the setup as it was', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    await bot.post({ ...installed, action: 'remove' });
    await bot.post(installed);
    bot.sent();
    await bot.say('approve');
    expect(bot.run().steps.solution.status).toBe('applying');
    await bot.say('status');
    expect(bot.sent()).toContainEqual(expect.stringContaining('In progress since'));
  });
});

/** Whom it goes to stands on the envelope, for the channel only. */
function withoutRecipient(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'recipient'));
}
