import { importSolution, portalsOf } from '../setup/steps/portals.ts';
import { importsBegun, started, toSolutionPlan } from './started.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

describe('Other ways than to approve each step', () => {
  const here = started();
  beforeEach(async () => {
    await here.tenant.control('reset', {});
    await here.openChat();
  });
  afterEach(async () => {
    await here.chat.say('cancel');
    if (here.chat.withButton('Stop this setup')) await here.chat.click('Stop this setup');
  });

  const titles = ({ actions }: { actions: readonly { title: string }[] }) => actions.map(({ title }) => title);

  test('are a card of their own, and lead back', async () => {
    await toSolutionPlan(here.chat);
    const ways = await here.chat.click('Other ways');
    expect(titles(ways)).toEqual(['I’ll do it myself', 'Show the whole plan', 'Ask an administrator', 'Use my admin account', 'Back']);
    const back = await here.chat.click('Back');
    expect(titles(back)).toContain('Approve: install the solution');
    expect(await importsBegun(here.tenant)).toBe(0);
  });

  test('by hand: the card says how, Check looks, and the bot can have it back', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.say('by hand');
    const card = await here.chat.until({ button: 'Check' });
    expect(card.text).toMatch(/Install the solution yourself[\s\S]*Import solution/u);
    await here.chat.click('Check');
    await here.chat.until({ text: /Not done yet/u });
    await here.chat.say('what now?');
    await here.chat.until({ text: /You are doing this step yourself/u });
    await here.chat.click('Let the bot do it');
    await here.chat.until({ button: 'Approve: install the solution' });
    expect(await importsBegun(here.tenant)).toBe(0);
  });

  test('by hand, done in the portals: Check goes on with the next step, and the bot has changed nothing', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.click('Other ways');
    await here.chat.click('I’ll do it myself');
    await importSolution(here, portalsOf(here));
    await here.tenant.advance('PT5M');
    await here.chat.say('check');
    const next = await here.chat.until({ button: 'Approve: set up the application' });
    expect(next.text).toContain('The bot has changed nothing yet.');
    expect(await importsBegun(here.tenant)).toBe(1);
  });

  test('the whole plan, approved once, runs to the handover; an old card of it is refused', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.click('Other ways');
    const plan = await here.chat.click('Show the whole plan');
    expect(plan.text).toMatch(/Everything that is still to be changed[\s\S]*Solution[\s\S]*Account[\s\S]*Role[\s\S]*Proof/u);
    const shown = here.chat.withButton('Approve all')!;
    const answers = await Promise.all([1, 2].map(() => here.chat.click('Approve all', { on: shown })));
    expect(answers.filter(({ text }) => text.includes('has already approved this'))).toHaveLength(1);
    await here.chat.until({ text: /All remaining steps were approved by you/u });
    await here.chat.until({ text: /\d+% done/u });
    await here.tenant.advance('PT5M');
    await here.chat.until({ button: 'Show the values' });
    expect(await importsBegun(here.tenant)).toBe(1);
    const late = await here.chat.click('Approve all', { on: shown });
    expect(late.text).toMatch(/already approved|Nothing waits|not the one that you were shown/u);
  });

  test('paused, the import ends and nothing further happens without an approval', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.say('approve all');
    await here.chat.walk('Approve all');
    await here.chat.say('pause');
    await here.chat.until({ text: /Paused at/u });
    await untilImporting(here.tenant);
    await here.tenant.advance('PT5M');
    const next = await here.chat.until({ button: /^Approve: (?:give|set up)/u });
    expect(next.text).toContain('Paused at');
    await here.chat.say('pause');
    await here.chat.until({ text: /every change waits for your approval/u });
  });

  test('what cannot be left out is said', async () => {
    await toSolutionPlan(here.chat);
    await here.chat.say('skip');
    const answer = await here.chat.until({ text: /The solution cannot be left out/u });
    expect(titles(answer)).toContain('Approve: install the solution');
  });
});
