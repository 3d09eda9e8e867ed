import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(60_000);

const approveTitle = 'Approve: install the solution';

describe('A bot whose solution file brings code besides its role', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, ...tenant.sandbox.solutionSource('withCode'), DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso');
    await chat.until({ button: 'Use Microsoft Entra' });
    await chat.click('Use Microsoft Entra');
    await chat.until({ button: approveTitle });
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  const imports = async () => (await tenant.control('requests')).text.includes('ImportSolutionAsync');

  /** As a client sends it that has the card's inputs, or that leaves them out. */
  const approve = (inputs: Record<string, string> = {}) => {
    const message = chat.withButton(approveTitle);
    const action = message?.actions.find(({ title }) => title === approveTitle);
    if (!message || !action) throw new Error('There is nothing to approve');
    return chat.send({ ...action, data: { ...action.data, ...inputs } }, message.id);
  };

  test('says so, and installs it for no typed word and no click without the tick', async () => {
    expect(chat.withButton(approveTitle)?.text).toMatch(/Attention: this solution brings more than a security role/u);
    expect(chat.withButton(approveTitle)?.text).toMatch(/Contoso\.LeadScoring[\s\S]*Tell finance about new leads/u);
    await chat.say('approve');
    await chat.until({ text: /approved on its card only/u });
    for (const inputs of [{}, { hasSeen: 'false' }]) expect((await approve(inputs)).text).toMatch(/Nothing was approved: first tick on the card/u);
    expect((await approve({ hasSeen: 'yes' })).statusCode).not.toBe(500);
    expect(await imports()).toBe(false);
  });

  test('installs it with the tick', async () => {
    await approve({ hasSeen: 'true' });
    await untilImporting(tenant);
    expect(await imports()).toBe(true);
  });
});
