import { aRun, aRunWithSteps, contoso, planned } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
  bot.have(aRunWithSteps({ solution: planned }));
  await bot.say('status');
  bot.sent();
});
afterEach(() => bot.stop());

const approval = { verb: 'approve', data: { verb: 'approve', runId: 'id1', stepId: 'solution', planHash: 'hash-1' } };
const approvals = () => bot.storage.audit.ofRun('id1').filter(({ entry }) => entry.kind === 'approved');
const claim = () => bot.storage.jobs.claim(bot.clock.now().toISOString(), '2026-11-22T10:00:00.000Z');

describe('at once', () => {
  it('a click and the word for it are one approval, whose work is there once, and both are answered', async () => {
    const [clicked, said] = await Promise.all([bot.click(approval), bot.say('approve')]);
    expect(clicked).toMatchObject({ status: 200, body: { statusCode: 200 } });
    expect(said.status).toBeLessThan(300);
    expect(approvals()).toHaveLength(1);
    expect([claim(), claim(), claim()].map((job) => job?.task)).toEqual([{ kind: 'apply', stepId: 'solution' }, { kind: 'plan', stepId: 'application' }, undefined]);
  });

  it('an approval and a wish to go back leave the setup as one of them left it', async () => {
    await Promise.all([bot.click(approval), bot.say('back')]);
    const { path, steps: { solution } } = bot.run();
    expect([[undefined, 'waiting'], ['entra', 'applying']]).toContainEqual([path, solution.status]);
    expect(approvals()).toHaveLength(path ? 1 : 0);
  });

  it('a click in two clients is one approval; one place keeps the card, the other has a line', async () => {
    const answers = await Promise.all(['card-1', 'card-2'].map((replyToId) => bot.click(approval, { replyToId })));
    expect(answers.map(({ status, body }) => [status, body.statusCode])).toEqual([[200, 200], [200, 200]]);
    expect(answers.filter(({ text }) => text.includes('already approved'))).toHaveLength(1);
    expect(approvals()).toHaveLength(1);
    expect(bot.sent().filter((sent) => sent.startsWith('PUT'))).toHaveLength(1);
  });

  it('a turn of a job and two of the person’s come one after the other, and what is shown last is how it is', async () => {
    await Promise.all([bot.notifier.tell('id1'), bot.click(approval), bot.notifier.tell('id1'), bot.say('status')]);
    expect(bot.run().steps.solution.status).toBe('applying');
    expect(approvals()).toHaveLength(1);
    bot.sent();
    await bot.say('status');
    expect(bot.sent().find((sent) => sent.startsWith('POST'))).not.toContain('Approve: install the solution');
  });
});

it('whoever signed out and then chooses is signed in for it, as they would be for going on', async () => {
  const environment = { ...contoso, url: 'https://contoso.crm.example' };
  bot.storage.runs.create({ ...aRun({ offered: [environment] }), id: 'id2', conversationId: 'a:another-chat' });
  const conversation = { id: 'a:another-chat', conversationType: 'personal', tenantId: aRun().startedBy.tenantId };
  await bot.say('sign out', { conversation });
  expect(bot.run('id2').signedIn).toBe(false);
  await bot.click({ verb: 'choose', data: { verb: 'choose', runId: 'id2', environment: environment.url } }, { conversation });
  expect(bot.run('id2')).toMatchObject({ signedIn: true, environment });
});
