import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { importSolution, portalsOf } from '../setup/steps/portals.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

describe('Other ways than to approve each step', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
  });
  afterAll(async () => {
    await bot?.kill();
    await tenant?.close();
  });
  beforeEach(async () => {
    await tenant.control('reset', {});
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterEach(async () => {
    await chat.say('cancel');
    if (chat.withButton('Stop this setup')) await chat.click('Stop this setup');
    await chat.close();
  });

  const toSolutionPlan = async () => {
    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso');
    await chat.until({ button: 'Use Microsoft Entra' });
    await chat.click('Use Microsoft Entra');
    return chat.until({ button: 'Approve: install the solution' });
  };
  const imports = async () => {
    const requests: { path: string }[] = (await tenant.control('requests')).json;
    return requests.filter(({ path }) => path.endsWith('/ImportSolutionAsync')).length;
  };
  const titles = ({ actions }: { actions: readonly { title: string }[] }) => actions.map(({ title }) => title);

  test('are a card of their own, and lead back', async () => {
    await toSolutionPlan();
    const ways = await chat.click('Other ways');
    expect(titles(ways)).toEqual(['I’ll do it myself', 'Show the whole plan', 'Ask an administrator', 'Use my admin account', 'Back']);
    const back = await chat.click('Back');
    expect(titles(back)).toContain('Approve: install the solution');
    expect(await imports()).toBe(0);
  });

  test('by hand: the card says how, Check looks, and the bot can have it back', async () => {
    await toSolutionPlan();
    await chat.say('by hand');
    const card = await chat.until({ button: 'Check' });
    expect(card.text).toMatch(/Install the solution yourself[\s\S]*Import solution/u);
    await chat.click('Check');
    await chat.until({ text: /Not done yet/u });
    await chat.say('what now?');
    await chat.until({ text: /You are doing this step yourself/u });
    await chat.click('Let the bot do it');
    await chat.until({ button: 'Approve: install the solution' });
    expect(await imports()).toBe(0);
  });

  test('by hand, done in the portals: Check goes on with the next step, and the bot has changed nothing', async () => {
    await toSolutionPlan();
    await chat.click('Other ways');
    await chat.click('I’ll do it myself');
    await importSolution({ tenant }, portalsOf({ tenant }));
    await tenant.advance('PT5M');
    await chat.say('check');
    const next = await chat.until({ button: 'Approve: set up the application' });
    expect(next.text).toContain('The bot has changed nothing yet.');
    expect(await imports()).toBe(1);
  });

  test('the whole plan, approved once, runs to the handover; an old card of it is refused', async () => {
    await toSolutionPlan();
    await chat.click('Other ways');
    const plan = await chat.click('Show the whole plan');
    expect(plan.text).toMatch(/Everything that is still to be changed[\s\S]*Solution[\s\S]*Account[\s\S]*Role[\s\S]*Proof/u);
    const shown = chat.withButton('Approve all')!;
    const answers = await Promise.all([1, 2].map(() => chat.click('Approve all', { on: shown })));
    expect(answers.filter(({ text }) => text.includes('has already approved this'))).toHaveLength(1);
    await chat.until({ text: /All remaining steps were approved by you/u });
    await chat.until({ text: /\d+% done/u });
    await tenant.advance('PT5M');
    await chat.until({ button: 'Show the values' });
    expect(await imports()).toBe(1);
    const late = await chat.click('Approve all', { on: shown });
    expect(late.text).toMatch(/already approved|Nothing waits|not the one that you were shown/u);
  });

  test('paused, the import ends and nothing further happens without an approval', async () => {
    await toSolutionPlan();
    await chat.say('approve all');
    await chat.until({ button: 'Approve all' });
    await chat.click('Approve all');
    await chat.say('pause');
    await chat.until({ text: /Paused at/u });
    await untilImporting(tenant);
    await tenant.advance('PT5M');
    const next = await chat.until({ button: /^Approve: (?:give|set up)/u });
    expect(next.text).toContain('Paused at');
    await chat.say('pause');
    await chat.until({ text: /every change waits for your approval/u });
  });

  test('what cannot be left out is said', async () => {
    await toSolutionPlan();
    await chat.say('skip');
    const answer = await chat.until({ text: /The solution cannot be left out/u });
    expect(titles(answer)).toContain('Approve: install the solution');
  });
});
