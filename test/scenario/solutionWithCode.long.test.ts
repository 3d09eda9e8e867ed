import { importsBegun, started, toSolutionPlan } from './started.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

const approveTitle = 'Approve: install the solution';

describe('A bot whose solution file brings code besides its role', () => {
  const here = started({ settings: (tenant) => tenant.sandbox.solutionSource('withCode') });
  beforeAll(async () => {
    await toSolutionPlan(here.chat);
  });

  /** As a client sends it that has the card's inputs, or that leaves them out. */
  const approve = (inputs: Record<string, string> = {}) => {
    const message = here.chat.withButton(approveTitle);
    const action = message?.actions.find(({ title }) => title === approveTitle);
    if (!message || !action) throw new Error('There is nothing to approve');
    return here.chat.send({ ...action, data: { ...action.data, ...inputs } }, message.id);
  };

  test('says so, and installs it for no typed word and no click without the tick', async () => {
    expect(here.chat.withButton(approveTitle)?.text).toMatch(/Attention: this solution brings more than a security role/u);
    expect(here.chat.withButton(approveTitle)?.text).toMatch(/Contoso\.LeadScoring[\s\S]*Tell finance about new leads/u);
    await here.chat.say('approve');
    await here.chat.until({ text: /approved on its card only/u });
    for (const inputs of [{}, { hasSeen: 'false' }]) expect((await approve(inputs)).text).toMatch(/Nothing was approved: first tick on the card/u);
    expect((await approve({ hasSeen: 'yes' })).statusCode).not.toBe(500);
    expect(await importsBegun(here.tenant)).toBe(0);
  });

  test('installs it with the tick', async () => {
    await approve({ hasSeen: 'true' });
    await untilImporting(here.tenant);
    expect(await importsBegun(here.tenant)).toBe(1);
  });
});
