import { importsBegun, started, toSolutionPlan } from './started.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

describe('Whatever people do with a card', () => {
  const here = started();
  beforeEach(async () => {
    await here.tenant.control('reset', {});
    await here.tenant.control('sign-in', { userId: '29:priya', persona: 'priya' });
    await here.openChat();
  });
  afterEach(async () => {
    await here.chat.say('cancel');
    if (here.chat.withButton('Stop this setup')) await here.chat.click('Stop this setup');
    for (const { text } of here.chat.messages.values()) expect(text).not.toMatch(/\bat .+\.[jt]s:\d+|node_modules|undefined/u);
  });

  test('two clicks at once are one approval, and the second is told so', async () => {
    const card = await toSolutionPlan(here.chat);
    const answers = await Promise.all([1, 2].map(() => here.chat.click('Approve: install the solution', { on: card })));
    expect(answers.map(({ statusCode, isCard }) => [statusCode, isCard])).toEqual([[200, true], [200, true]]);
    expect(answers.filter(({ text }) => text.includes('has already approved this'))).toHaveLength(1);
    await untilImporting(here.tenant);
    expect(await importsBegun(here.tenant)).toBe(1);
  });

  test('a click on an old card is answered with the present one and changes nothing', async () => {
    await here.chat.say('set up leads');
    const old = await here.chat.until({ button: 'Contoso' });
    await here.chat.click('Contoso', { on: old });
    await here.chat.until({ button: 'Use Microsoft Entra' });
    const again = await here.chat.click('Contoso Test (test)', { on: old });
    expect(again.isCard).toBe(true);
    expect(again.text).toContain('Contoso was already chosen');
    expect(again.actions.map(({ title }) => title)).toContain('Use Microsoft Entra');
  });

  test('an approval of a plan that was shown before a change of details is not taken', async () => {
    const card = await toSolutionPlan(here.chat);
    const approve = card.actions.find(({ title }) => title.startsWith('Approve'));
    const answer = await here.chat.send({ verb: 'approve', data: { ...approve?.data, planHash: 'another plan' } }, card.id);
    expect(answer.text).toContain('This plan is not the one that you were shown');
    expect(await importsBegun(here.tenant)).toBe(0);
  });

  test('a click after the end is answered, and does nothing', async () => {
    const card = await toSolutionPlan(here.chat);
    await here.chat.say('cancel');
    await here.chat.click('Stop this setup');
    const answer = await here.chat.click('Approve: install the solution', { on: card });
    expect(answer.text).toContain('This setup was stopped');
    expect(await importsBegun(here.tenant)).toBe(0);
  });

  test('a click by somebody else is answered with whose setup it is, and shows nothing of it', async () => {
    const card = await toSolutionPlan(here.chat);
    const answer = await here.chat.click('Approve: install the solution', { on: card, as: 'priya' });
    expect(answer).toMatchObject({ statusCode: 200, isCard: false });
    expect(answer.text).toContain('belongs to Alex Admin');
    expect(await importsBegun(here.tenant)).toBe(0);
    await here.chat.click('Approve: install the solution', { on: card });
    await here.chat.until({ button: 'Approve: set up the application' });
  });

  test('a click without the run or the plan, or with nonsense, changes nothing', async () => {
    const card = await toSolutionPlan(here.chat);
    const approve = card.actions.find(({ title }) => title.startsWith('Approve'));
    const claims = [undefined, {}, { runId: approve?.data?.['runId'] }, { stepId: 'solution' }, { runId: 7 }, { runId: "' or 1=1", stepId: 'solution' }];
    for (const data of claims) {
      const answer = await here.chat.send({ verb: 'approve', ...(data && { data }) }, card.id);
      expect(answer).toMatchObject({ httpStatus: 200, statusCode: 200 });
    }
    expect(await importsBegun(here.tenant)).toBe(0);
  });

  test('free text where a click is expected leads back, and the question stays open', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.say('what does this do?');
    const { text } = await here.chat.until({ text: /approve/iu });
    expect(text).toMatch(/status|cancel/u);
    await here.chat.say('approve');
    await here.chat.until({ button: 'Approve: set up the application' });
  });

  test('status in the middle of a question and of an import posts the card anew and leaves a line behind', async () => {
    const before = await toSolutionPlan(here.chat);
    await here.chat.say('status');
    const { id, actions } = here.chat.newest()!;
    expect(id).not.toBe(before.id);
    expect(here.chat.messages.get(before.id)).toMatchObject({ actions: [] });
    expect(actions.map(({ title }) => title)).toContain('Approve: install the solution');
    await here.chat.click('Approve: install the solution');
    await untilImporting(here.tenant);
    await here.chat.say('STATUS');
    expect(here.chat.newest()!.text).toMatch(/% done/u);
    await here.chat.until({ button: 'Approve: set up the application' });
  });

  test('set up leads while one is under way asks whether to continue or to start again', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.say('set up leads');
    await here.chat.until({ button: 'Continue' });
    const continued = await here.chat.click('Continue');
    expect(continued.actions.map(({ title }) => title)).toContain('Approve: install the solution');
    await here.chat.say('set up leads');
    await here.chat.walk('Start again');
    await here.chat.until({ button: 'Contoso' });
  });

  test('cancel says what was done and what stays', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.click('Approve: install the solution');
    await untilImporting(here.tenant);
    await here.chat.say('cancel');
    expect((await here.chat.until({ button: 'Stop this setup' })).text).toContain('The import of the solution has begun');
    const stopped = await here.chat.click('Stop this setup');
    expect(stopped.text).toContain('This setup was stopped');
  });

  test('a refusal by Microsoft is shown with its message and code, and Retry goes on from there', async () => {
    const { say, click } = { say: (text: string) => here.chat.say(text, 'priya'), click: (title: string) => here.chat.click(title, { as: 'priya' }) };
    await say('set up leads');
    await here.chat.until({ button: 'Contoso Test (test)' });
    await click('Contoso Test (test)');
    await here.chat.until({ button: 'Use Microsoft Entra' });
    await click('Use Microsoft Entra');
    await here.chat.until({ button: 'Approve: install the solution' });
    await click('Approve: install the solution');
    await here.chat.until({ button: 'Approve: set up the application' });
    await click('Approve: set up the application');
    const refused = await here.chat.until({ button: 'Retry' });
    expect(refused.text).toContain('Authorization_RequestDenied');
    expect(refused.text).toContain('Insufficient privileges to complete the operation');
    await click('Retry');
    await here.chat.until({ button: 'Retry' });
    await say('cancel');
    await here.chat.until({ button: 'Stop this setup' });
    await click('Stop this setup');
  });

  test('nothing secret is in the log', () => {
    const { SEALING_KEY: sealing, MicrosoftAppPassword: password, SSO_CLIENT_SECRET: signIn } = here.tenant.sandbox.botEnvironment;
    for (const secret of [sealing, password, signIn]) expect(here.bot.output()).not.toContain(secret);
    expect(here.bot.output()).not.toMatch(/eyJ[\w-]+\./u);
    // The tests' own refusals stand there, and that chats which the tests have closed are told nothing.
    const errors = here.bot.output().split('\n').filter((line) => /"level":(?:50|60)/u.test(line));
    expect(errors.filter((line) => !/"code":"(?:E-REFUSED|ECONNREFUSED)"/u.test(line))).toEqual([]);
  });
});
