import { alex, aRun, aRunWithSteps, contoso, done, now, planned, priya } from '../setup/fixtures.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { type BotHarness, startBotHarness, textOf } from './botHarness.ts';

let bot: BotHarness;
beforeAll(async () => {
  bot = await startBotHarness();
});
afterAll(() => bot.stop());

const adaptiveCard = 'application/vnd.microsoft.card.adaptive';
const message = 'application/vnd.microsoft.activity.message';
let count = 0;
/** Each test has a chat and a run of its own. */
function chat() {
  const id = `chat-${++count}`;
  const conversation = { conversation: { id, conversationType: 'personal', tenantId: alex.tenantId } };
  const runId = `run-${count}`;
  // One setup at a time may change an environment, so each chat has one of its own.
  const environment = { ...contoso, url: `https://contoso-${count}.crm.example` };
  return {
    id,
    runId,
    have: (run = aRunWithSteps({ solution: planned }, { environment })) => bot.storage.runs.create({ ...run, id: runId, conversationId: id }),
    run: () => bot.setups.load(runId)!,
    say: (text: string, more: object = {}) => bot.say(text, { ...conversation, ...more }),
    click: (verb: string, data: object = {}, more: object = {}) => bot.click({ verb, data: { verb, runId, ...data } }, { ...conversation, ...more }),
    post: (activity: object) => bot.post({ ...conversation, ...activity }),
  };
}
const from = (person: typeof alex) => ({ from: { id: person.channelUserId, name: person.name, aadObjectId: person.objectId } });
const approval = { stepId: 'solution', planHash: 'hash-1' };

beforeEach(() => void bot.sent());

describe('a click', () => {
  it('is answered with the run as it is after it, and nothing is posted', async () => {
    const { have, click, run } = chat();
    have();
    const answer = await click('approve', approval);
    expect(answer).toMatchObject({ status: 200, body: { statusCode: 200, type: adaptiveCard } });
    expect(run().steps.solution.status).toBe('applying');
    expect(bot.sent()).toEqual([]);
  });

  it('made twice at once has one effect, and both are answered with the card', async () => {
    const { have, click, run } = chat();
    have();
    const [one, other] = await Promise.all([click('approve', approval), click('approve', approval)]);
    expect([one, other].map(({ body }) => body.type)).toEqual([adaptiveCard, adaptiveCard]);
    expect([one, other].filter(({ text }) => text.includes('already approved'))).toHaveLength(1);
    expect(run().version).toBe(2);
  });

  it('on an old card shows the present one and says why', async () => {
    const { have, click, run } = chat();
    have();
    const answer = await click('approve', { ...approval, planHash: 'an-older-hash' });
    expect(answer.body.type).toBe(adaptiveCard);
    expect(textOf(answer.body.value)).toContain('This plan is not the one that you were shown');
    expect(run().version).toBe(1);
  });

  it('after the end changes nothing and begins nothing', async () => {
    const { have, click, run } = chat();
    have(aRunWithSteps({ solution: planned }, { status: 'cancelled', cancelledAt: now }));
    const answer = await click('approve', approval);
    expect(answer.body.type).toBe(adaptiveCard);
    expect(textOf(answer.body.value)).toContain('This setup was stopped');
    expect(run().version).toBe(1);
    expect(bot.sent().filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  it('by somebody else is refused in words, without showing the run', async () => {
    const { have, click, run } = chat();
    have();
    const answer = await click('approve', approval, from(priya));
    expect(answer).toMatchObject({ status: 200, body: { statusCode: 200, type: message } });
    expect(answer.text).not.toContain('Contoso');
    expect(run().version).toBe(1);
  });

  it('brought in from another chat changes nothing', async () => {
    const { have, runId, run } = chat();
    have();
    const answer = await chat().click('approve', { ...approval, runId });
    expect(answer.body).toMatchObject({ statusCode: 200, type: message, value: expect.stringContaining('another chat') });
    expect(run().version).toBe(1);
  });

  it('without a run does not mean the run of the conversation', async () => {
    const { have, click, run } = chat();
    have();
    const answer = await click('approve', { ...approval, runId: undefined });
    expect(answer.body).toMatchObject({ statusCode: 200, type: message });
    expect(run().version).toBe(1);
  });

  it.each([
    ['no value', undefined],
    ['a value without an action', { trigger: 'manual' }],
    ['an unknown verb', { action: { type: 'Action.Execute', verb: 'format', data: {} } }],
    ['data of the wrong shape', { action: { type: 'Action.Execute', verb: 'approve', data: { runId: ['x'] } } }],
    ['a run id without end', { action: { type: 'Action.Execute', verb: 'approve', data: { runId: 'x'.repeat(70_000) } } }],
    ['another kind of action', { action: { type: 'Action.Http', verb: 'approve', data: {} } }],
  ])('with %s is answered with a message', async (_what, value) => {
    const answer = await chat().post({ type: 'invoke', name: 'adaptiveCard/action', value });
    expect(answer).toMatchObject({ status: 200, body: { statusCode: 200, type: message } });
  });

  it('that a client makes by itself only reads', async () => {
    const { have, click, run, runId } = chat();
    have();
    const value = { action: { type: 'Action.Execute', verb: 'approve', data: { runId, ...approval } }, trigger: 'automatic' };
    expect((await click('approve', {}, { value })).body.type).toBe(adaptiveCard);
    expect(run().version).toBe(1);
  });

  it('marks the place where the card was before', async () => {
    const { have, click, say } = chat();
    have();
    await say('status');
    const [posted] = bot.sent();
    await click('approve', approval, { replyToId: 'another-card' });
    expect(posted).toMatch(/^POST/);
    expect(bot.sent()).toEqual([expect.stringMatching(/^PUT card-\d+ .*moved/)]);
  });

  it('that ends a setup leaves the receipt in the chat itself', async () => {
    const { have, click, run } = chat();
    have();
    await click('cancel', { confirmed: true });
    expect(run().status).toBe('cancelled');
    expect(bot.sent()).toEqual([expect.stringMatching(/^PUT card-1 .*stopped/)]);
  });

  it('on cancel asks first', async () => {
    const { have, click, run } = chat();
    have();
    const answer = await click('cancel');
    expect(textOf(answer.body.value)).toContain('Stop this setup?');
    expect(run().status).toBe('active');
  });
});

describe('a client without Action.Execute', () => {
  it('sends the same as a message, and the card is changed where it stands', async () => {
    const { have, post, run, runId } = chat();
    have();
    await post({ type: 'message', replyToId: 'card-9', value: { verb: 'approve', runId, ...approval } });
    expect(run().steps.solution.status).toBe('applying');
    expect(bot.sent()).toEqual([expect.stringMatching(/^PUT card-9 /)]);
  });

  it('is told when its data fits nothing', async () => {
    await chat().post({ type: 'message', value: { verb: 'approve', runId: 7 } });
    expect(bot.sent()).toEqual([expect.stringContaining('Type **status**')]);
  });

  it('never gets the key in the chat', async () => {
    const { have, post, runId } = chat();
    have(handover());
    await post({ type: 'message', value: { verb: 'reveal', runId } });
    expect(bot.sent()).toEqual([expect.stringContaining('never written into the chat')]);
  });
});

describe('typed words', () => {
  it.each(['hi', 'Hello!', 'HELP', '?'])('%s shows what can be typed', async (text) => {
    await chat().say(text);
    expect(bot.sent()).toEqual([expect.stringContaining('What you can type')]);
  });

  it('set up leads signs in silently and shows the card once', async () => {
    const { say, id } = chat();
    await say('Set up leads');
    expect(bot.setups.latestIn(id)).toMatchObject({ status: 'active', signedIn: true, discovery: { status: 'reading' } });
    expect(bot.sent()).toEqual([expect.stringMatching(/^POST .*Looking for your environments/)]);
  });

  it('set up leads twice asks whether to go on', async () => {
    const { say, have, run } = chat();
    have();
    await say('setup leads');
    expect(bot.sent()).toEqual([expect.stringMatching(/Continue .*Start again/)]);
    expect(run().version).toBe(1);
  });

  it('approve approves the one plan that waits, and the card moves down', async () => {
    const { say, have, run } = chat();
    have();
    await say('status');
    bot.sent();
    await say('Approve.');
    expect(run().steps.solution.status).toBe('applying');
    expect(bot.sent()).toEqual([expect.stringMatching(/^POST/), expect.stringMatching(/^PUT .*moved/)]);
  });

  it('an address is a choice of environment', async () => {
    const { say, have, run } = chat();
    have(aRun());
    await say('https://contoso.crm.example/main.aspx?appid=1');
    expect(run().environment?.url).toBe('https://contoso.crm.example');
  });

  it('that mean nothing lead back, and the question stays open', async () => {
    const { say, have, run, click } = chat();
    have();
    await say('what is a plan?');
    expect(bot.sent()).toEqual([expect.stringContaining('I wait for your click on the card')]);
    await click('approve', approval);
    expect(run().steps.solution.status).toBe('applying');
  });

  it('status in the middle of a question shows the card again and disturbs nothing', async () => {
    const { say, have, run } = chat();
    have();
    await say('status');
    await say('status');
    expect(bot.sent().map((line) => line.split(' ')[0])).toEqual(['POST', 'POST', 'PUT']);
    expect(run().version).toBe(1);
  });

  it('status without a setup says how to begin', async () => {
    await chat().say('status');
    expect(bot.sent()).toEqual([expect.stringContaining('set up leads')]);
  });

  it('reveal names the button instead', async () => {
    const { say, have } = chat();
    have(handover());
    await say('show the values');
    expect(bot.sent()).toEqual([expect.stringContaining('Show the values')]);
  });

  it('cancel asks, and yes, cancel stops', async () => {
    const { say, have, run } = chat();
    have();
    await say('cancel');
    expect(bot.sent()).toEqual([expect.stringContaining('Stop this setup?')]);
    await say('Yes, cancel');
    expect(run().status).toBe('cancelled');
  });
});

describe('typed approval', () => {
  /** As if a job had written it, with nobody told yet. */
  const write = (runId: string, steps: Partial<SetupRun['steps']>) => {
    const run = bot.setups.load(runId)!;
    expect(bot.storage.runs.commit({ run: { ...run, steps: { ...run.steps, ...steps } } }).kind).toBe('written');
  };
  const refusal = 'This plan is not the one that you were shown';

  it('of a plan that nobody was shown shows it, and approves it the next time', async () => {
    const { have, say, run } = chat();
    have();
    await say('approve');
    expect(run().version).toBe(1);
    expect(bot.sent()).toEqual([expect.stringMatching(new RegExp(`^POST .*${refusal}.*Approve: install`, 'u'))]);
    await say('approve');
    expect(run().steps.solution.status).toBe('applying');
  });

  it('twice in a row does not approve the next plan before it was shown', async () => {
    const { have, say, run, runId } = chat();
    have();
    await say('status');
    await say('approve');
    write(runId, { application: { ...planned, planHash: 'hash-2' } });
    bot.sent();
    await say('approve');
    expect(run().steps.application.status).toBe('planned');
    expect(bot.sent()[0]).toContain(refusal);
  });

  it('does not reach a plan that was made anew since the card was shown', async () => {
    const { have, say, run, runId } = chat();
    have();
    await say('status');
    write(runId, { solution: { ...planned, planHash: 'hash-2' } });
    await say('approve');
    expect(run().steps.solution.status).toBe('planned');
    await say('approve');
    expect(run().steps.solution).toMatchObject({ status: 'applying', planHash: 'hash-2' });
  });

  it('reaches a plan that was shown as the answer to a click, or by news from the worker', async () => {
    const clicked = chat();
    clicked.have();
    await clicked.say('status');
    write(clicked.runId, { solution: { ...planned, planHash: 'hash-2' } });
    await clicked.click('refresh');
    await clicked.say('approve');
    expect(clicked.run().steps.solution.status).toBe('applying');
    write(clicked.runId, { application: { ...planned, planHash: 'hash-3' } });
    await bot.notifier.tell(clicked.runId);
    await clicked.say('approve');
    expect(clicked.run().steps.application.status).toBe('applying');
  });

  it('does not count a plan as shown whose card did not arrive', async () => {
    const { have, say, run } = chat();
    have();
    bot.connector.failNext('POST', 400);
    await say('status');
    await say('approve');
    expect(run().steps.solution.status).toBe('planned');
  });
});

describe('who is let in', () => {
  it.each([
    ['another tenant', { conversation: { id: 'x', conversationType: 'personal', tenantId: 'another' }, channelData: {} }, 'another organization'],
    ['no tenant', { conversation: { id: 'x', conversationType: 'personal' }, channelData: {} }, 'who you are'],
    ['no person', { from: { id: '29:x', name: 'X' } }, 'who you are'],
  ])('not %s', async (_who, more, answer) => {
    await bot.say('set up leads', more);
    expect(bot.sent()).toEqual([expect.stringContaining(answer)]);
    const clicked = await bot.click({ verb: 'start', data: { verb: 'start' } }, more);
    expect(clicked.body).toMatchObject({ statusCode: 200, type: message, value: expect.stringContaining(answer) });
    expect(bot.setups.latestIn('x')).toBeUndefined();
  });
});

describe('the installation', () => {
  it('is welcomed once, by whatever event and however often it comes', async () => {
    const { post } = chat();
    const added = { type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }] };
    const installed = { type: 'installationUpdate', action: 'add' };
    await Promise.all([post(installed), post(added)]);
    await post(installed);
    await post({ type: 'conversationUpdate', membersAdded: [{ id: '29:alex' }] });
    expect(bot.sent()).toEqual([expect.stringContaining('Welcome')]);
  });

  it('is not welcomed in another tenant', async () => {
    await bot.post({ type: 'installationUpdate', action: 'add', conversation: { id: 'y', tenantId: 'another' }, channelData: {} });
    expect(bot.sent()).toEqual([]);
  });
});

function handover() {
  return aRunWithSteps(
    { solution: done, application: done, applicationUserAndRole: done, keyAndProof: done },
    {
      environment: contoso,
      facts: {
        directory: { tenantId: alex.tenantId, displayName: 'Contoso' },
        application: { objectId: 'o', appId: 'a', displayName: 'Lead Writer', origin: 'made' },
        key: { keyId: 'k', displayName: 'Lead Writer', endsAt: '2028-11-22T09:00:00.000Z' },
      },
    },
  );
}

describe('the key', () => {
  const secret = 'the-key-itself-7f3a';

  it('is in the answer to the click and nowhere else', async () => {
    const { have, click, runId, run } = chat();
    have(handover());
    bot.storage.secrets.seal(runId, 'key', secret, '2026-11-23T09:00:00.000Z');
    const answer = await click('reveal');
    expect(textOf(answer.body.value)).toContain(secret);
    expect(run().handover.revealedAt).toBeDefined();
    expect(JSON.stringify(bot.sent())).not.toContain(secret);
    expect(bot.lines.join('\n')).not.toContain(secret);
    const again = await click('refresh');
    expect(again.text).not.toContain(secret);
  });
});
