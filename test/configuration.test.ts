import { ConfigurationError, readConfiguration } from '../src/configuration.ts';

const secretKey = Buffer.alloc(32, 1).toString('base64');
const least = {
  MicrosoftAppId: 'b07a9f3e-51c2-4d0e-9a68-3c1d5e7f9b20',
  MicrosoftAppTenantId: '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f',
  MicrosoftAppPassword: 'the-password',
  SEALING_KEY: secretKey,
};

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
  expect(mistakes({}).map((line) => line.split(' ')[0])).toEqual(['MicrosoftAppId', 'MicrosoftAppTenantId', 'MicrosoftAppPassword', 'SEALING_KEY']);
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
  [{ SOLUTION_SOURCE: 'https://example.org/a.zip' }, 'SOLUTION_SHA256'],
  [{ SOLUTION_SOURCE: 'http://example.org/a.zip', SOLUTION_SHA256: 'a'.repeat(64) }, 'SOLUTION_SOURCE'],
  [{ SOLUTION_SHA256: 'a'.repeat(64) }, 'SOLUTION_SOURCE'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
])('%j is one mistake', (change, name) => {
  expect(mistakes({ ...least, ...change })).toEqual([expect.stringMatching(new RegExp(`^${name} `, 'u'))]);
});

it('wants the three parts of the sign-in together', () => {
  expect(mistakes({ ...least, OAUTH_CONNECTION: 'SignIn' }).map((line) => line.split(' ')[0])).toEqual(['SSO_CLIENT_ID', 'SSO_CLIENT_SECRET']);
});

it('repeats no value', () => {
  const values = { ...least, SEALING_KEY: 'value-1', MicrosoftAppPassword: 'value-2', SSO_CLIENT_SECRET: 'value-3', MicrosoftAppId: 'value-4' };
  expect(mistakes(values).join('\n')).not.toMatch(/value-\d/u);
});

it('takes a path of Windows for a file', () => {
  expect(mistakes({ ...least, SOLUTION_SOURCE: String.raw`C:\solutions\leads.zip`, SOLUTION_SHA256: 'a'.repeat(64) })).toEqual([]);
});
