import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

import { ConfigurationError, readConfiguration } from '../src/configuration.ts';

const secretKey = Buffer.alloc(32, 1).toString('base64');
const least = {
  MicrosoftAppId: 'b07a9f3e-51c2-4d0e-9a68-3c1d5e7f9b20',
  MicrosoftAppTenantId: '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f',
  MicrosoftAppPassword: 'the-password',
  SEALING_KEY: secretKey,
};
const signIn = { SSO_CLIENT_ID: '51c4e8d2-7b3a-4f96-8e15-0d2c4b6a8f31', OAUTH_CONNECTION: 'SignIn' };
const solutionFile = { SOLUTION_SOURCE: 'https://example.org/a.zip', SOLUTION_SHA256: 'a'.repeat(64) };

function mistakes(environment: Record<string, string>): readonly string[] {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
}

it('needs an application, a tenant, a credential and a sealing key, and nothing else', () => {
  expect(mistakes({}).map((line) => line.split(' ')[0])).toEqual(['MicrosoftAppId', 'MicrosoftAppTenantId', 'SEALING_KEY', 'MicrosoftAppPassword']);
  expect(readConfiguration(least)).toMatchObject({ port: 3978, host: undefined, signIn: undefined, solution: undefined, dataDir: '.data', logLevel: 'info' });
});

it.each([
  [{ PORT: 'http' }, 'PORT'],
  [{ PORT: '70000' }, 'PORT'],
  [{ MicrosoftAppType: 'MultiTenant' }, 'MicrosoftAppType'],
  [{ MicrosoftAppId: 'my-bot' }, 'MicrosoftAppId'],
  [{ MicrosoftAppId: ' ' }, 'MicrosoftAppId'],
  [{ SEALING_KEY: Buffer.alloc(31).toString('base64') }, 'SEALING_KEY'],
  [{ SEALING_KEY: 'x'.repeat(44) }, 'SEALING_KEY'],
  [{ SEALING_KEY: `x${secretKey}` }, 'SEALING_KEY'],
  [{ SEALING_KEY: `${secretKey}x` }, 'SEALING_KEY'],
  [{ SEALING_KEYS_BEFORE: `${secretKey},short` }, 'SEALING_KEYS_BEFORE'],
  [{ SEALING_KEY_VAULT: 'https://operator.vault.azure.net/secrets/sealing' }, 'SEALING_KEY_VAULT'],
  [{ SOLUTION_SOURCE: 'https://example.org/a.zip' }, 'SOLUTION_SHA256'],
  [{ SOLUTION_SOURCE: 'http://example.org/a.zip', SOLUTION_SHA256: 'a'.repeat(64) }, 'SOLUTION_SOURCE'],
  [{ SOLUTION_SHA256: 'a'.repeat(64) }, 'SOLUTION_SOURCE'],
  [{ ...solutionFile, SOLUTION_SOURCE: 'https://somebody:secret@example.org/a.zip' }, 'SOLUTION_SOURCE'],
  [{ ...solutionFile, SOLUTION_SOURCE: 'https://:secret@example.org/a.zip' }, 'SOLUTION_SOURCE'],
  [{ ...solutionFile, SOLUTION_SOURCE: './a.zip', SOLUTION_HOSTS: 'example.org' }, 'SOLUTION_HOSTS'],
  [{ ...signIn, SSO_CLIENT_SECRET: 'x', SSO_CLIENT_ID: least.MicrosoftAppId }, 'SSO_CLIENT_ID must be another registration'],
  [{ ...signIn, SSO_CLIENT_SECRET: 'x', SSO_CLIENT_ID: least.MicrosoftAppId.toUpperCase() }, 'SSO_CLIENT_ID must be another registration'],
  [{ ...signIn, SSO_CLIENT_SECRET: least.MicrosoftAppPassword }, 'SSO_CLIENT_SECRET must be another secret'],
  [{ PUBLIC_URL: 'http://bot.example.com' }, 'PUBLIC_URL'],
  [{ PUBLIC_URL: 'https://bot.example.com/teams' }, 'PUBLIC_URL'],
  [{ PUBLIC_URL: 'https://somebody@bot.example.com' }, 'PUBLIC_URL'],
  [{ PUBLIC_URL: 'bot.example.com' }, 'PUBLIC_URL'],
  [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_TLS_REJECT_UNAUTHORIZED'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
])('%j is one mistake', (change, name) => {
  expect(mistakes({ ...least, ...change })).toEqual([expect.stringMatching(new RegExp(`^${name} `, 'u'))]);
});

it.each([
  ['https://bot.example.com/', 'https://bot.example.com'],
  ['https://bot.example.com:8443', 'https://bot.example.com:8443'],
  ['http://127.0.0.1:3978', 'http://127.0.0.1:3978'],
  ['http://localhost:3978', 'http://localhost:3978'],
])('reaches browsers at %s', (given, publicUrl) => {
  expect(readConfiguration({ ...least, PUBLIC_URL: given })).toMatchObject({ publicUrl });
});

it('reads the sealing key and those of before it', () => {
  const [first, second] = [2, 3].map((byte) => Buffer.alloc(32, byte));
  const { sealing } = readConfiguration({ ...least, SEALING_KEYS_BEFORE: ` ${first?.toString('base64')}, ${second?.toString('base64')},` });
  expect(sealing).toEqual({ present: { kind: 'key', key: Buffer.alloc(32, 1) }, before: [first, second] });
});

describe('a sealing key in Azure Key Vault', () => {
  const { SEALING_KEY: _none, ...withoutKey } = least;

  it('is named by the address of its secret', () => {
    const address = 'https://operator.vault.azure.net/secrets/lead-setup-sealing';
    expect(readConfiguration({ ...withoutKey, SEALING_KEY_VAULT: address }).sealing).toEqual({ present: { kind: 'vault', address }, before: [] });
  });

  it.each([
    'http://operator.vault.azure.net/secrets/sealing', 'https://operator.vault.azure.net/keys/sealing', 'https://operator.vault.azure.net/more/secrets/sealing', 'https://operator.vault.azure.net/secrets/sealing/0123',
    'https://operator.vault.azure.net/secrets/', 'https://a@operator.vault.azure.net/secrets/sealing', 'https://operator.vault.azure.net/secrets/x/../sealing',
    'https://operator.vault.azure.net/secrets/sealing?api-version=7.5', 'https://operator.vault.azure.net/secrets/seal_ing', 'sealing',
  ])('is not at %s', (address) => {
    expect(mistakes({ ...withoutKey, SEALING_KEY_VAULT: address })).toEqual([expect.stringMatching(/^SEALING_KEY_VAULT must be the https address/u)]);
  });
});

it('wants the three parts of the sign-in together', () => {
  expect(mistakes({ ...least, OAUTH_CONNECTION: 'SignIn' }).map((line) => line.split(' ')[0])).toEqual(['SSO_CLIENT_ID', 'SSO_CLIENT_SECRET']);
  expect(mistakes({ ...least, SSO_FEDERATED_CLIENT_ID: least.MicrosoftAppId }).map((line) => line.split(' ')[0])).toEqual(['SSO_CLIENT_ID', 'OAUTH_CONNECTION']);
});

describe('how a registration proves itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lead-setup-settings-'));
  const { MicrosoftAppPassword: secret, ...withoutSecret } = least;
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const files = {} as Record<'good' | 'keyFirst' | 'foreignKey' | 'noKey' | 'over' | 'curve' | 'token', string>;

  beforeAll(async () => {
    const [good, curve, over] = await Promise.all([generate([], {}), generate([], { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' }), generate([], { notBeforeDate: new Date(0), notAfterDate: new Date(1000) })]);
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    files.good = file('good.pem', `${good.cert}\n${good.private}`);
    files.keyFirst = file('key-first.pem', `${good.private}\n${good.cert}`);
    files.foreignKey = file('foreign-key.pem', `${good.cert}\n${foreign}`);
    files.noKey = file('no-key.pem', good.cert);
    files.over = file('over.pem', `${over.cert}\n${over.private}`);
    files.curve = file('curve.pem', `${curve.cert}\n${curve.private}`);
    files.token = file('token', 'a.projected.token\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const bots = (): Record<string, string>[] => [
    { MicrosoftAppCertificateFile: files.good },
    { MicrosoftAppCertificateFile: files.keyFirst },
    { MicrosoftAppFederatedTokenFile: files.token },
    { MicrosoftAppFederatedClientId: least.MicrosoftAppId },
    { MicrosoftAppPassword: secret },
    { MicrosoftAppType: 'UserAssignedMSI' },
  ];

  it('is by a secret, a certificate, a projected token or a managed identity, for the bot and for the sign-in', () => {
    const kinds = bots().map((bot) => readConfiguration({ ...withoutSecret, ...bot }).bot.identity.kind);
    expect(kinds).toEqual(['certificate', 'certificate', 'assertion', 'assertion', 'secret', 'managedIdentity']);
    const signIns = [{ SSO_CLIENT_SECRET: 'x' }, { SSO_CERTIFICATE_FILE: files.good }, { SSO_FEDERATED_TOKEN_FILE: files.token }, { SSO_FEDERATED_CLIENT_ID: least.MicrosoftAppId }];
    expect(signIns.map((one) => readConfiguration({ ...least, ...signIn, ...one }).signIn?.proof.kind)).toEqual(['secret', 'certificate', 'assertion', 'assertion']);
  });

  it('reads a projected token when it is needed, without the end of its line', async () => {
    const { identity } = readConfiguration({ ...withoutSecret, MicrosoftAppFederatedTokenFile: files.token }).bot;
    file('token', 'a.renewed.token\n');
    expect(identity.kind === 'assertion' && (await identity.assertion())).toBe('a.renewed.token');
  });

  it.each([
    ['two of them', () => ({ MicrosoftAppPassword: secret, MicrosoftAppCertificateFile: files.good }), 'MicrosoftAppCertificateFile must not be set together with MicrosoftAppPassword'],
    ['none', () => ({}), 'MicrosoftAppPassword is missing: .*MicrosoftAppCertificateFile, MicrosoftAppFederatedTokenFile, MicrosoftAppFederatedClientId'],
    ['a secret of a managed identity', () => ({ MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppPassword: secret }), 'MicrosoftAppPassword must not be set: .*UserAssignedMSI'],
    ['a certificate that is not there', () => ({ MicrosoftAppCertificateFile: join(folder, 'nowhere.pem') }), 'MicrosoftAppCertificateFile cannot be read'],
    ['a certificate without its key', () => ({ MicrosoftAppCertificateFile: files.noKey }), 'MicrosoftAppCertificateFile must be a PEM file with a certificate and its private key'],
    ['a key of another certificate', () => ({ MicrosoftAppCertificateFile: files.foreignKey }), 'MicrosoftAppCertificateFile holds a private key that is not'],
    ['a certificate whose time is over', () => ({ MicrosoftAppCertificateFile: files.over }), 'MicrosoftAppCertificateFile holds a certificate whose time is over'],
    ['a certificate of another kind', () => ({ MicrosoftAppCertificateFile: files.curve }), 'MicrosoftAppCertificateFile holds a key that is not RSA'],
    ['a token file that is not there', () => ({ MicrosoftAppFederatedTokenFile: join(folder, 'nowhere') }), 'MicrosoftAppFederatedTokenFile cannot be read'],
    ['an identity that is no GUID', () => ({ MicrosoftAppFederatedClientId: 'identity' }), 'MicrosoftAppFederatedClientId must be a GUID'],
    ['two for the sign-in', () => ({ ...least, ...signIn, SSO_CLIENT_SECRET: 'x', SSO_FEDERATED_TOKEN_FILE: files.token }), 'SSO_FEDERATED_TOKEN_FILE must not be set together with SSO_CLIENT_SECRET'],
    ['a sign-in certificate that is not there', () => ({ ...least, ...signIn, SSO_CERTIFICATE_FILE: join(folder, 'nowhere.pem') }), 'SSO_CERTIFICATE_FILE cannot be read'],
  ])('is one line about %s', (_what, change, line) => {
    expect(mistakes({ ...withoutSecret, ...change() })).toEqual([expect.stringMatching(new RegExp(`^${line}`, 'u'))]);
  });
});

it('repeats no value', () => {
  const values = { ...least, SEALING_KEY: 'value-1', MicrosoftAppPassword: 'value-2', SSO_CLIENT_SECRET: 'value-3', MicrosoftAppId: 'value-4' };
  expect(mistakes(values).join('\n')).not.toMatch(/value-\d/u);
});

it.each([
  '*.blob.core.windows.net', '.example.org', 'example.org:8443', 'https://example.org', 'a@example.org', 'example.org/', '10.0.0.1', '127.1', '0x7f.1',
  '[::1]', '::1', 'example.org,', 'localhost', 'a_b.example.org', '^example', 'example.org.', 'exa mple.org',
])('does not take %s for the exact name of a host', (SOLUTION_HOSTS) => {
  expect(mistakes({ ...least, ...solutionFile, SOLUTION_HOSTS })).toEqual([expect.stringMatching(/^SOLUTION_HOSTS must be exact host names/u)]);
});

it('takes exact host names, in any case', () => {
  const { solution } = readConfiguration({ ...least, ...solutionFile, SOLUTION_HOSTS: 'Downloads.Example.org, referralsflowpackages.blob.core.windows.net' });
  expect(solution?.hosts).toEqual(['downloads.example.org', 'referralsflowpackages.blob.core.windows.net']);
});

it('takes a path of Windows for a file', () => {
  expect(mistakes({ ...least, SOLUTION_SOURCE: String.raw`C:\solutions\leads.zip`, SOLUTION_SHA256: 'a'.repeat(64) })).toEqual([]);
});
