import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { startBotProcess } from './botProcess.ts';

jest.setTimeout(60_000);

let tenant: TenantHarness;
beforeAll(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.control('reset', {}));
afterAll(() => tenant.close());

const start = async () => {
  const { SEALING_KEY: _key, ...environment } = tenant.sandbox.botEnvironment;
  const address = `${tenant.sandbox.vaults['operator-vault'].url}/secrets/sealing`;
  return startBotProcess(await freePort(), { ...environment, DATA_DIR: tenant.dataDir, SEALING_KEY_VAULT: address });
};

it('a bot starts with the sealing key that its vault holds, which stands nowhere in its log', async () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  await tenant.control('vault', { vault: 'operator-vault', name: 'sealing', set: { value: key } });
  const bot = await start();
  expect(bot.output()).not.toContain(key);
  expect(await bot.end()).toBe(0);
});

it.each([
  [{ vault: 'firewalled' }, /HTTP 403 Forbidden; the bot’s identity needs the role/u],
  [{ vault: 'usual' }, /it has no enabled version/u],
])('and does not start without one, saying so in one line: %j', async (conditions, line) => {
  await tenant.control('conditions', conditions);
  await expect(start()).rejects.toThrow(line);
});
