import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(90_000);

describe('Undo in the chat', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  const live = async () => {
    const { graph, dataverse } = (await tenant.control('state')).json;
    const { solutions, systemusers, roles, systemuserroles, leads } = dataverse.contoso;
    return { applications: graph.applications, servicePrincipals: graph.servicePrincipals, users: graph.users, solutions, systemusers, roles, systemuserroles, leads };
  };

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await tenant.control('conditions', { importTakes: 'PT1S' });
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir });
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('shows what goes and what stays, takes it back at a click, and leaves the tenant as it was', async () => {
    const before = await live();
    await chat.say('set up leads');
    for (const title of ['Contoso', 'Use Microsoft Entra', 'Approve: install the solution', 'Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it', 'Show the values', 'I have entered the values']) {
      await chat.until({ button: title });
      await chat.click(title);
    }
    await chat.until({ button: 'Undo this setup' });
    await chat.click('Undo this setup');
    const plan = await chat.until({ button: 'Approve: take it back' });
    expect(plan.text).toMatch(/Leads from the marketplace do not arrive any more/u);
    expect(plan.text).toMatch(/Key .*Application user .*Application .*Solution/su);
    await chat.click('Approve: take it back');
    await chat.until({ text: /This setup was undone/u });
    expect(await live()).toEqual(before);
    await chat.say('undo');
    await chat.until({ text: /Nothing was left|This setup was undone/u });
  });
});
