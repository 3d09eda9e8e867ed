import type { Ask, SetupRun } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { alex, applying, aRunWithSteps, done, now, planned, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

const chatOfPriya = 'a:chat-of-priya';
const open: Ask = { id: '1', about: 'application', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: chatOfPriya, signedIn: false };
const failed = { status: 'failed', at: now, failure: { code: 'E-REFUSED', sentence: say('error.refused', { service: 'Microsoft Graph' }), errorId: 'e' } } as const;
const asking = (given: Partial<Ask> = {}, application: SetupRun['steps']['application'] = planned) =>
  aRunWithSteps({ solution: done, application }, { asks: [{ ...open, ...given }] });

let bot: BotHarness;
let signOut: jest.SpyInstance;
beforeEach(async () => {
  bot = await startBotHarness();
  signOut = jest.spyOn(bot.userTokens, 'signOut');
  await signIn({ userId: priya.channelUserId, persona: 'priya' });
});
afterEach(() => bot.stop());

const signIn = (body: object) =>
  fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const asPriya = { from: { id: priya.channelUserId, name: priya.name, aadObjectId: priya.objectId }, conversation: { id: chatOfPriya, conversationType: 'personal', tenantId: priya.tenantId } };
const hers = (verb: string, data: object = {}) => bot.click({ verb, data: { verb, runId: 'id1', stepId: 'application', planHash: 'hash-1', ...data } }, { ...asPriya, replyToId: undefined });
const says = (text: string) => bot.say(text, asPriya);
const tell = () => bot.notifier.tell('id1');
/** Both have said hello, and Alex looks at the setup. */
const meet = async (run: SetupRun) => {
  bot.have(run);
  await says('hello');
  await bot.say('status');
  bot.sent();
};
const change = (given: (run: SetupRun) => SetupRun) => {
  expect(bot.storage.runs.commit({ run: given(bot.run()) }).kind).toBe('written');
};
const posts = () => bot.connector.received.splice(0).map(({ method, path, body }) => `${method} ${decodeURIComponent(path.split('/')[3] ?? '')} ${JSON.stringify(body)}`);

it('news go to both, each in their own chat', async () => {
  await meet(asking());
  await tell();
  const sent = posts();
  expect(sent.find((line) => line.startsWith(`POST ${chatOfPriya}`))).toContain('Alex Admin asks for your help');
  expect(sent.find((line) => line.startsWith('PUT a:personal-chat'))).toContain('Waiting for Priya Power');
});

it('a card that has not changed is not sent again', async () => {
  await meet(asking());
  await tell();
  posts();
  await tell();
  expect(posts().filter((line) => line.includes(chatOfPriya))).toEqual([]);
});

it('an approval signs in silently, and is taken in the name of whoever was asked', async () => {
  await meet(asking());
  await tell();
  const { body } = await hers('approve');
  expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
  expect(bot.run()).toMatchObject({ steps: { application: { status: 'applying', approvedBy: priya } }, asks: [{ status: 'open', signedIn: true }] });
});

it('what could not be planned is planned once they have signed in', async () => {
  await meet(asking({}, failed));
  await hers('check');
  expect(bot.run()).toMatchObject({ steps: { application: { status: 'planning' } }, asks: [{ signedIn: true }] });
});

it('whoever has to sign in is asked in their own chat first, and nothing is approved by it', async () => {
  await signIn({ userId: priya.channelUserId, persona: 'priya', prompt: 'ask' });
  await meet(asking());
  const { body } = await hers('approve');
  expect(JSON.stringify(body)).toContain('Sign in with your Microsoft account');
  expect(posts().some((line) => line.startsWith(`POST ${chatOfPriya}`) && line.includes('oauth'))).toBe(true);
  expect(bot.run()).toMatchObject({ steps: { application: { status: 'planned' } }, asks: [{ signedIn: false }] });
  await says('what now?');
  expect(bot.run().asks[0]).toMatchObject({ signedIn: false });
});

it('typed words do what the buttons do', async () => {
  await meet(asking());
  await tell();
  bot.sent();
  await says('status');
  expect(bot.sent().join('\n')).toContain('Alex Admin asks for your help');
  await says('hm');
  expect(bot.sent().join('\n')).toContain('Alex Admin waits for your answer');
  await says('approve');
  expect(bot.run().steps.application).toMatchObject({ status: 'applying', approvedBy: priya });
});

it('a typed refusal is a refusal, and the starter hears of it', async () => {
  await meet(asking());
  await says('decline');
  expect(bot.run().asks[0]).toMatchObject({ status: 'declined' });
  bot.sent();
  await tell();
  expect(bot.sent().join('\n')).toContain('Priya Power has declined');
});

it('the starter is told whom the setup waits for, whatever they type', async () => {
  await meet(asking());
  await bot.say('and now?');
  expect(bot.sent().join('\n')).toContain('I wait for Priya Power');
});

it('a late click is answered, and does nothing', async () => {
  await meet(asking({ status: 'withdrawn', signedIn: true }));
  const { body } = await hers('approve');
  expect(JSON.stringify(body)).toContain('does not wait for you here any more');
  expect(bot.run().steps.application.status).toBe('planned');
});

it('somebody else’s click on a card that was passed on is refused', async () => {
  await meet(asking({ signedIn: true }));
  const { body } = await bot.click({ verb: 'approve', data: { verb: 'approve', runId: 'id1', stepId: 'application', planHash: 'hash-1' } }, { ...asPriya, conversation: { ...asPriya.conversation, id: 'a:third' } });
  expect(JSON.stringify(body)).toContain('belongs to Alex Admin');
  expect(bot.run().steps.application.status).toBe('planned');
});

it('whoever has removed the bot cannot be told, and the starter is', async () => {
  await meet(asking());
  await bot.post({ type: 'installationUpdate', action: 'remove', ...asPriya });
  await tell();
  expect(bot.run().asks[0]).toMatchObject({ status: 'nobody', isUnreachable: true });
  bot.sent();
  await tell();
  expect(bot.sent().join('\n')).toContain('Priya Power cannot be reached');
});

it('whoever has blocked the bot neither', async () => {
  await meet(asking());
  bot.connector.failNext('POST', 403);
  await tell();
  expect(bot.run().asks[0]).toMatchObject({ status: 'nobody', isUnreachable: true });
});

it('one who cannot be told for a moment keeps the other from nothing', async () => {
  await meet(asking());
  bot.connector.failNext('POST', 400);
  await expect(tell()).rejects.toThrow(/Stub|secret upstream words/u);
  expect(posts().some((line) => line.startsWith('PUT a:personal-chat'))).toBe(true);
  await tell();
  expect(posts().some((line) => line.startsWith(`POST ${chatOfPriya}`))).toBe(true);
});

it('when their part is over they are signed out, once, and whoever began is not', async () => {
  await meet(asking({ signedIn: true }, { ...applying, approvedBy: priya }));
  await tell();
  expect(signOut).not.toHaveBeenCalled();
  change((run) => ({ ...run, steps: { ...run.steps, application: { ...done, approvedBy: priya } }, asks: run.asks.map((ask) => ({ ...ask, status: 'answered' })) }));
  bot.sent();
  await tell();
  await tell();
  expect(signOut.mock.calls).toEqual([[priya]]);
  expect(bot.sent().join('\n')).toContain('What you approved for Contoso is done');
});

it('with a setup of their own they stay signed in', async () => {
  await meet(asking({ signedIn: true, status: 'declined' }));
  bot.storage.runs.create({ ...aRunWithSteps({ solution: planned }), id: 'id2', conversationId: chatOfPriya, startedBy: priya });
  await tell();
  expect(signOut).not.toHaveBeenCalled();
});

it('a setup of their own goes first for typed words, and is untouched by the ask', async () => {
  await meet(asking({ signedIn: true }));
  bot.storage.runs.create({ ...aRunWithSteps({ solution: planned }), id: 'id2', conversationId: chatOfPriya, startedBy: priya });
  await says('status');
  expect(bot.sent().join('\n')).not.toContain('asks for your help');
  await hers('approve');
  expect(bot.run('id2').steps.solution.status).toBe('planned');
  expect(bot.run().steps.application).toMatchObject({ status: 'applying', approvedBy: priya });
});

describe('the values', () => {
  const key = { keyId: 'k', displayName: 'lead-setup id1', endsAt: '2028-11-22T09:00:00.000Z', madeBy: priya.objectId };
  const application = { objectId: 'o', appId: 'app-1', displayName: 'Lead Writer', origin: 'made' } as const;
  const proven = () => {
    const steps = { solution: done, application: done, applicationUserAndRole: done, keyAndProof: { ...done, approvedBy: priya } };
    return aRunWithSteps(steps, { asks: [{ ...open, about: 'keyAndProof', status: 'answered' }], facts: { key, application } });
  };
  const reveal = (more: object = {}) => bot.click({ verb: 'reveal', data: { verb: 'reveal', runId: 'id1' } }, more);
  beforeEach(async () => {
    await meet(proven());
    bot.storage.secrets.seal('id1', 'key', 'the-key-itself', '2026-11-23T09:00:00.000Z');
  });

  it('are shown to whoever approved their making, in their own chat, and to nobody else', async () => {
    const starters = await reveal();
    expect(starters.text).not.toContain('the-key-itself');
    expect(starters.text).toContain('Priya Power has the key');
    expect((await reveal({ ...asPriya, replyToId: undefined })).text).toContain('the-key-itself');
    await tell();
    expect(JSON.stringify(bot.connector.received)).not.toContain('the-key-itself');
  });

  it('are shown to the starter when the maker lets them, and the maker is done when the starter has entered them', async () => {
    await bot.click({ verb: 'ask', data: { verb: 'ask', runId: 'id1', about: 'partnerCenter', objectId: alex.objectId } }, { ...asPriya, replyToId: undefined });
    expect((await reveal()).text).toContain('the-key-itself');
    await bot.click({ verb: 'done', data: { verb: 'done', runId: 'id1' } });
    expect(bot.run().status).toBe('finished');
    expect(bot.storage.secrets.open('id1', 'key', now)).toBeUndefined();
    expect((await reveal({ ...asPriya, replyToId: undefined })).text).not.toContain('the-key-itself');
  });

  it('are asked for by name too', async () => {
    const { text } = await bot.click({ verb: 'ask', data: { verb: 'ask', runId: 'id1', about: 'partnerCenter' } }, { ...asPriya, replyToId: undefined });
    expect(text).toContain('Who else may see the values?');
  });

  it('are not the starter’s to give away', async () => {
    const { text } = await bot.click({ verb: 'ask', data: { verb: 'ask', runId: 'id1', about: 'partnerCenter', objectId: alex.objectId } });
    expect(text).toContain('Only Priya Power can say who else');
  });
});
