import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { jwtVerify, SignJWT } from 'jose';
import { generate } from 'selfsigned';

import { openFiles } from '../../sandbox/files.ts';
import { tenant as home } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { loadSigningKey, makeSigningKey } from '../../sandbox/signingKeys.ts';
import { freePort } from '../freePort.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(60_000);

type Environment = Readonly<Record<string, string>>;

let port: number;
let tenant: TenantHarness;
let bot: BotProcess | undefined;
let chat: TeamsChat;

beforeAll(async () => {
  port = await freePort();
  tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
});
beforeEach(async () => {
  await tenant.control('reset', {});
  chat = await TeamsChat.open(tenant.sandbox.channelUrl);
});
afterEach(async () => {
  await bot?.kill();
  await chat.close();
});
afterAll(() => tenant.close());

function inFile(name: string, text: string): string {
  const path = join(tenant.dataDir, name);
  writeFileSync(path, text);
  return path;
}

async function certificate(): Promise<Environment> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Lead Setup' }], { keySize: 2048, algorithm: 'sha256' });
  for (const client of ['bot', 'signIn']) await tenant.control('credentials', { client, certificate: cert });
  const file = inFile('client.pem', `${cert}\n${key}`);
  return { MicrosoftAppCertificateFile: file, SSO_CERTIFICATE_FILE: file };
}

async function projectedToken(): Promise<Environment> {
  const key = await makeSigningKey();
  const issuer = 'https://oidc.example/cluster';
  const subject = 'system:serviceaccount:leads:bot';
  for (const client of ['bot', 'signIn']) await tenant.control('credentials', { client, federated: { issuer, subject, keys: { keys: [key.jwk] } } });
  const token = await new SignJWT({ iss: issuer, sub: subject, aud: 'api://AzureADTokenExchange' })
    .setProtectedHeader({ alg: 'RS256', kid: key.keyId })
    .setExpirationTime('1h')
    .sign(key.privateKey);
  const file = inFile('projected-token', `${token}\n`);
  return { MicrosoftAppFederatedTokenFile: file, SSO_FEDERATED_TOKEN_FILE: file };
}

const issuerOfIdentities = `https://login.microsoftonline.com/${home.id}/v2.0`;
const { clientId, principalId } = registrations.managedIdentity;

async function trustIdentity(...clients: readonly string[]): Promise<void> {
  for (const client of clients) await tenant.control('credentials', { client, federated: { issuer: issuerOfIdentities, subject: principalId } });
}

async function federatedIdentity(): Promise<Environment> {
  await trustIdentity('bot', 'signIn');
  return { ...tenant.sandbox.identityEnvironment, MicrosoftAppFederatedClientId: clientId, SSO_FEDERATED_CLIENT_ID: clientId };
}

async function managedIdentity(): Promise<Environment> {
  await trustIdentity('signIn');
  return { ...tenant.sandbox.identityEnvironment, MicrosoftAppType: 'UserAssignedMSI', SSO_FEDERATED_CLIENT_ID: clientId };
}

/** Throws unless Entra made the token for this bot and Bot Framework. */
async function verifyOutgoing(authorization: string | undefined): Promise<void> {
  const { publicKey } = await loadSigningKey(await openFiles(tenant.dataDir), 'entra');
  const { payload } = await jwtVerify(authorization?.replace('Bearer ', '') ?? '', publicKey, { audience: 'https://api.botframework.com' });
  expect(payload).toMatchObject({ appid: registrations.bot.appId });
}

describe('A bot without a secret, a process of its own,', () => {
  it.each([
    ['a certificate', certificate],
    ['a token that its platform projects', projectedToken],
    ['a managed identity that its applications trust', federatedIdentity],
    ['an identity of its own that the platform manages', managedIdentity],
  ])('answers people and acts for them with %s', async (_what, credentials) => {
    const { MicrosoftAppPassword: _password, SSO_CLIENT_SECRET: _secret, ...environment } = tenant.sandbox.botEnvironment;
    bot = await startBotProcess(port, { ...environment, ...(await credentials()), DATA_DIR: tenant.dataDir });

    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });

    for (const authorization of chat.authorizations) await verifyOutgoing(authorization);
    expect(chat.authorizations.length).toBeGreaterThan(0);
    const exchanges = await tokenRequests('urn:ietf:params:oauth:grant-type:jwt-bearer');
    expect(exchanges.length).toBeGreaterThan(0);
    for (const exchange of exchanges) {
      expect(exchange).toMatchObject({ status: 200, body: { client_id: registrations.signIn.appId, client_assertion: '***' } });
      expect(exchange.body).not.toHaveProperty('client_secret');
    }
  });
});

it('A bot whose certificate Entra does not know starts, and cannot answer: the channel hears no 401 of it', async () => {
  const own = await certificate();
  await tenant.control('reset', {});
  const { MicrosoftAppPassword: _password, SSO_CLIENT_SECRET: _secret, ...environment } = tenant.sandbox.botEnvironment;
  bot = await startBotProcess(port, { ...environment, ...own, DATA_DIR: tenant.dataDir });

  await chat.say('help');

  expect(chat.authorizations).toEqual([]);
  expect(bot.output()).toMatch(/AADSTS700027/u);
});

async function tokenRequests(grantType: string) {
  const all: { service: string; method: string; path: string; status: number; body: Record<string, unknown> }[] = (await tenant.control('requests')).json;
  return all.filter(({ service, body }) => service === 'entra' && body?.['grant_type'] === grantType);
}
