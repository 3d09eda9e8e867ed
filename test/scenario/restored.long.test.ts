import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';
import { untilImporting } from './untilImporting.ts';

jest.setTimeout(90_000);

describe('A backup that was taken while a setup runs', () => {
  let tenant: TenantHarness;
  let bot: BotProcess;
  let chat: TeamsChat;
  let port: number;
  const start = async (DATA_DIR: string) => {
    bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR });
  };

  beforeAll(async () => {
    port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await start(tenant.dataDir);
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });

  test('restored elsewhere goes on with the same import and the same card', async () => {
    await chat.say('set up leads');
    for (const button of ['Contoso', 'Use Microsoft Entra']) {
      await chat.until({ button });
      await chat.click(button);
    }
    const { id } = await chat.until({ button: 'Approve: install the solution' });
    await chat.click('Approve: install the solution');
    await chat.until({ button: 'Approve: set up the application' });
    await untilImporting(tenant);

    const elsewhere = join(tenant.dataDir, 'elsewhere');
    mkdirSync(elsewhere);
    const said = execFileSync(process.execPath, ['src/backup/index.ts', join(elsewhere, 'lead-setup.db')], { env: { ...process.env, DATA_DIR: tenant.dataDir }, encoding: 'utf8' });
    expect(said).toMatch(/whole, 1 setups/u);
    await bot.kill();
    await tenant.advance('PT30S');
    await start(elsewhere);

    const told = await chat.until({ text: /Solution\nDone at/u });
    expect(told.id).toBe(id);
    const requests: { path: string }[] = (await tenant.control('requests')).json;
    expect(requests.filter(({ path }) => path.endsWith('/ImportSolutionAsync'))).toHaveLength(1);
  });
});
