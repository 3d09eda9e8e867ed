import { ClientSecretCredential } from '@azure/identity';

import { tenant as home } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { publicCloud } from '../../src/microsoft/cloud.ts';
import { secretPlace, vaultOrigin } from '../../src/microsoft/keyVault/address.ts';
import { readSealingKeys } from '../../src/microsoft/keyVault/sealingKeys.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';

let tenant: TenantHarness;
beforeAll(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.control('reset', {}));
afterAll(() => tenant.close());

const [old, older, newest] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
const address = () => `${tenant.sandbox.vaults['operator-vault'].url}/secrets/sealing`;
const put = (key: Buffer | undefined, attributes: object = {}) =>
  tenant.control('vault', { vault: 'operator-vault', name: 'sealing', set: { value: key?.toString('base64'), attributes } });
const read = (from = address(), { appId, secret }: { appId: string; secret: string } = registrations.bot) => {
  const { entra } = tenant.sandbox.cloud;
  const credential = new ClientSecretCredential(home.id, appId, secret, { authorityHost: entra.authorityHost, disableInstanceDiscovery: true });
  return readSealingKeys(tenant.sandbox.cloud, from, credential);
};

it('seals with the newest version that is enabled, and opens with the earlier ones that are', async () => {
  await put(older);
  await tenant.advance('PT2S');
  await put(old);
  await tenant.advance('PT2S');
  await put(Buffer.alloc(32, 9), { enabled: false });
  await tenant.advance('PT2S');
  await put(newest);
  expect(await read()).toEqual({ present: newest, before: [old, older] });
});

it('says in one line, without any value, why there is no key', async () => {
  await expect(read()).rejects.toThrow('SEALING_KEY_VAULT: the sealing key cannot be read: it has no enabled version');
  await tenant.control('vault', { vault: 'operator-vault', name: 'sealing', set: { value: 'much-too-short' } });
  await expect(read()).rejects.toThrow(/version [0-9a-f]{32} must be exactly 32 bytes in base64$/u);
  await expect(read(address(), registrations.signIn)).rejects.toThrow(/HTTP 403 Forbidden; the bot’s identity needs the role Key Vault Secrets User/u);
  await expect(read(address(), { ...registrations.bot, secret: 'wrong' })).rejects.toThrow(/cannot be read/u);
});

it('does not wait for ever for an identity that gives no token', async () => {
  const timeIsOver = new AbortController();
  const silent = { getToken: () => new Promise<never>(() => timeIsOver.abort()) };
  await expect(readSealingKeys(tenant.sandbox.cloud, address(), silent, () => timeIsOver.signal)).rejects.toThrow(/^SEALING_KEY_VAULT: the sealing key cannot be read: no answer came in time$/u);
});

it.each(['https://evil.example/secrets/sealing', 'https://localhost:1/secrets/sealing'])('asks for no token for %s', async (elsewhere) => {
  await expect(read(elsewhere)).rejects.toThrow('SEALING_KEY_VAULT: its host is no key vault of the cloud "sandbox"');
  expect((await tenant.control('requests')).json).toEqual([]);
});

it.each(['https://contoso.vault.azure.net', 'https://contoso.vault.azure.net/', ' https://Contoso.vault.azure.net '])('%j is the address of a vault', (text) => {
  expect(vaultOrigin(publicCloud, text)).toBe('https://contoso.vault.azure.net');
});

it.each([
  'http://contoso.vault.azure.net', 'https://contoso.vault.azure.net/secrets', 'https://contoso.vault.azure.net.evil.example', 'https://evil.example/?contoso.vault.azure.net',
  'https://a@contoso.vault.azure.net', 'https://contoso.vault.azure.net:8443', 'https://contoso.managedhsm.azure.net', 'https://vault.azure.net', 'contoso', '',
  String.raw`https://contoso.vault.azure.net\@evil.example`, 'https://a.b.vault.azure.net', 'https://contoso.vault.azure.net?x', 'https://contoso.vault.azure.net/#x',
  // Which a reader and an address bar may take for another host than the one that is called.
  String.raw`https:\\contoso.vault.azure.net`, 'https://@contoso.vault.azure.net', 'https://contoso%2evault.azure.net',
])('%j is none', (text) => {
  expect(vaultOrigin(publicCloud, text)).toBeUndefined();
});

it('a secret is named in full and without its version', () => {
  expect(secretPlace(publicCloud, 'https://contoso.vault.azure.net/secrets/lead-key')).toEqual({ vault: 'https://contoso.vault.azure.net', name: 'lead-key' });
  for (const path of ['/secrets/a/0123', '/secrets/a_b', '/keys/a', '/secrets/', '/secrets/a?x', '/x/../secrets/a']) {
    expect(secretPlace(publicCloud, `https://contoso.vault.azure.net${path}`)).toBeUndefined();
  }
});
