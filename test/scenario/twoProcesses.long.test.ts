import { join } from 'node:path';

import { stopBetweenWrites } from '../betweenWrites.ts';
import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(180_000);

describe('Two processes on one database', () => {
  let tenant: TenantHarness;
  let first: BotProcess;
  let second: BotProcess;
  let chat: TeamsChat;

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    const environment = { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir };
    first = await startBotProcess(port, environment);
    second = await startBotProcess(await freePort(), environment);
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    first?.signal('SIGCONT');
    await first?.kill();
    await second?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('one of which is suspended for a while make each change once, and the card goes on', async () => {
    await chat.say('set up leads');
    await chat.walk('Contoso', 'Use Microsoft Entra', 'Approve: install the solution');
    await chat.until({ button: 'Approve: set up the application' });
    await untilImporting(tenant);
    stopBetweenWrites(first.signal, join(tenant.dataDir, 'lead-setup.db'));
    await tenant.advance('PT30S');
    await chat.until({ text: /Solution\nDone at/u });
    first.signal('SIGCONT');
    await chat.walk('Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it');
    await chat.until({ button: 'Show the values' });
    const requests: { method: string; path: string; status: number }[] = (await tenant.control('requests')).json;
    const made = (ending: string) => requests.filter(({ method, path, status }) => method === 'POST' && path.endsWith(ending) && status < 300);
    expect(['/ImportSolutionAsync', '/addPassword', '/systemusers', '/leads'].map((path) => made(path).length)).toEqual([1, 1, 1, 1]);
  });
});
