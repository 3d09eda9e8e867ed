import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cloudSchema, loadCloud, publicCloud } from '../../src/microsoft/index.ts';
import { createCloud, type Origins } from '../../sandbox/cloud.ts';
import { environmentNames } from '../../sandbox/environments.ts';
import { vaultNames } from '../../sandbox/vaults.ts';
import { isDataverseHost, isReachable, isServiceUrl } from '../../src/microsoft/cloud.ts';

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'lead-setup-')), 'cloud.json');
  writeFileSync(file, text);
  return file;
}

test('without a file the cloud is the public one', () => {
  expect(loadCloud()).toBe(publicCloud);
  expect(cloudSchema.parse(publicCloud)).toEqual(publicCloud);
  expect(publicCloud.revealOnCard).toBe(false);
});

test('a file is read', () => {
  const other = { ...publicCloud, name: 'other' };
  expect(loadCloud(fileWith(JSON.stringify(other)))).toEqual(other);
});

test.each([
  ['entra.authorityHost', { entra: { authorityHost: 'http://login.example', instanceDiscovery: true } }],
  ['graph.url', { graph: { url: 'https://graph.example', scope: 's' } }],
  ['graph.url', { graph: { url: 'no address/v1.0', scope: 's' } }],
  ['dataverseHost', { dataverseHost: String.raw`\.dynamics\.com` }],
  ['dataverseHost', { dataverseHost: '^($' }],
  ['the record', { typo: true }],
])('a mistake in %s is one clear line', (path, mistake) => {
  const file = fileWith(JSON.stringify({ ...publicCloud, ...mistake }));
  expect(() => loadCloud(file)).toThrow(`${file}: ${path}: `);
});

test('a file that is missing or no JSON is named', () => {
  expect(() => loadCloud('/nowhere/cloud.json')).toThrow('/nowhere/cloud.json: cannot be read');
  const file = fileWith('{');
  expect(() => loadCloud(file)).toThrow(`${file}: cannot be read`);
  expect(() => loadCloud(file)).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
});

test.each([
  ['contoso.crm4.dynamics.com', true],
  ['contoso.crm.dynamics.com', true],
  ['contoso.crm4.dynamics.com.evil.example', false],
  ['evil.example', false],
  ['contoso.crm4.dynamics.com:8443', false],
  ['a.b.crm4.dynamics.com', false],
  ['contoso.crm4.dynamics.com\n', false],
])('%j is a Dataverse host of the public cloud: %s', (host, expected) => {
  expect(isDataverseHost(publicCloud, host)).toBe(expected);
});

const origins = { main: 'https://localhost:4443', ...Object.fromEntries([...environmentNames, ...vaultNames].map((name, index) => [name, `https://localhost:${4444 + index}`])) };
// Every environment and vault has its origin: they are made of the same names.
const sandbox = createCloud(origins as Origins);
const messages = (record: object) => (cloudSchema.safeParse(record).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

test('the sandbox is a cloud of this machine’s own', () => {
  expect(messages(sandbox)).toEqual([]);
});

describe('What only a cloud on this machine may have', () => {
  const loopbackOnly = 'is possible only where every address that is called is this machine’s own';
  test.each([
    ['the key on a card', { revealOnCard: true }, `revealOnCard: ${loopbackOnly}`],
    ['calls to this machine', { allowLoopback: true }, `allowLoopback: ${loopbackOnly}`],
    ['a vault that names any resource', { keyVault: { ...publicCloud.keyVault, verifiesChallengeResource: false } }, `keyVault.verifiesChallengeResource: ${loopbackOnly}`],
    ['an authority that nobody vouches for', { entra: { ...publicCloud.entra, instanceDiscovery: false } }, `entra.instanceDiscovery: ${loopbackOnly}`],
  ])('is refused elsewhere: %s', (_what, loose, message) => {
    expect(messages({ ...publicCloud, ...loose })).toEqual([message]);
  });

  test.each([
    ['one address', { graph: { ...sandbox.graph, url: 'https://graph.microsoft.com/v1.0' } }],
    ['one address that begins alike', { graph: { ...sandbox.graph, url: 'https://localhost.attacker.example/v1.0' } }],
    ['the environments', { dataverseHost: publicCloud.dataverseHost }],
    ['the key vaults', { keyVault: { ...sandbox.keyVault, vaultHost: publicCloud.keyVault.vaultHost } }],
    ['the channel', { botFramework: { ...sandbox.botFramework, serviceHost: publicCloud.botFramework.serviceHost } }],
  ])('is refused where it leads elsewhere: %s', (_what, elsewhere) => {
    expect(messages({ ...sandbox, ...elsewhere })).toEqual(
      expect.arrayContaining([`revealOnCard: ${loopbackOnly}`, `allowLoopback: ${loopbackOnly}`, `entra.instanceDiscovery: ${loopbackOnly}`]),
    );
  });

  test.each([
    String.raw`^localhost(?:|\.contoso\.crm4\.dynamics\.com)$`, String.raw`^localhost(?:\.[a-z]{2,9}\.com)$`, String.raw`^localhost(?:[a-z-]*\.trafficmanager\.net|:\d+)$`,
    String.raw`^127\.0\.0\.1(?:\.nip\.io)?$`, String.raw`^(?:localhost|127\.0\.0\.1|contoso\.crm4\.dynamics\.com)$`, String.raw`^localhost(?::\d+)?(?:\.example)?$`, String.raw`^localhost:\d+\.example$`,
  ])('is refused where a pattern only begins with this machine’s names: %s', (dataverseHost) => {
    expect(messages({ ...sandbox, dataverseHost })).toEqual(expect.arrayContaining([`revealOnCard: ${loopbackOnly}`, `allowLoopback: ${loopbackOnly}`, ': mixes this machine’s own hosts with others']));
    expect(messages({ ...publicCloud, dataverseHost })).toEqual([': mixes this machine’s own hosts with others']);
  });

  test.each(['^localhost$', String.raw`^localhost:\d+$`, String.raw`^localhost(?::\d+)$`, String.raw`^(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$`, String.raw`^127\.0\.0\.1:(?:4444|4445)$`])(
    'is taken where a pattern is this machine’s own: %s', (dataverseHost) => expect(messages({ ...sandbox, dataverseHost })).toEqual([]),
  );

  test('is no part of another record: hosts of this machine', () => {
    expect(messages({ ...publicCloud, dataverseHost: sandbox.dataverseHost })).toEqual([': mixes this machine’s own hosts with others']);
  });
});

test.each([
  ['a user name', 'https://name@login.microsoftonline.com'],
  ['a query', 'https://login.microsoftonline.com?x'],
  ['an empty query', 'https://login.microsoftonline.com?'],
  ['a fragment', 'https://login.microsoftonline.com#x'],
])('an address that is called has no such thing: %s', (_what, authorityHost) => {
  expect(messages({ ...publicCloud, entra: { ...publicCloud.entra, authorityHost } })).toEqual([
    'entra.authorityHost: must have no name, password, query or fragment',
  ]);
});

test.each([
  ['an unescaped dot', String.raw`^[a-z]+.dynamics\.com$`, String.raw`has a dot that stands for any character: write \.`],
  ['any character', '^.*$', String.raw`has a dot that stands for any character: write \.`],
  ['all but some characters', String.raw`^[^/]+\.dynamics\.com$`, 'must name the characters that it allows'],
  ['all but white space', String.raw`^\S+$`, 'must name the characters that it allows'],
  ['a loose alternative', String.raw`^a\.dynamics\.com|b\.dynamics\.com$`, 'must hold its alternatives together: ^(…|…)$'],
  ['every host', '^[a-z0-9.-]+$', 'matches foreign hosts'],
  ['every domain', String.raw`^(?:[a-z]+\.)+[a-z]+$`, 'matches foreign hosts'],
  ['every address', '^[0-9.]+$', 'matches foreign hosts'],
])('a pattern is refused that has %s', (_what, dataverseHost, message) => {
  expect(messages({ ...publicCloud, dataverseHost })).toEqual([`dataverseHost: ${message}`]);
});

test.each([
  ['https://smba.trafficmanager.net/emea/', true],
  ['https://smba.trafficmanager.net/teams', true],
  ['https://smba.onyx.prod.teams.trafficmanager.net/', true],
  ['https://smba.infra.gcc.teams.microsoft.com/teams', true],
  ['https://webchat.botframework.com/', false],
  ['https://smba.infra.teams.microsoft.com/', false],
  ['https://SMBA.TrafficManager.net/', true],
  ['http://smba.trafficmanager.net/emea/', false],
  ['https://smba.trafficmanager.net:8443/emea/', false],
  ['https://name@smba.trafficmanager.net/', false],
  ['https://:secret@smba.trafficmanager.net/', false],
  ['https://smba.trafficmanager.net.attacker.example/', false],
  ['https://attacker.trafficmanager.net/', false],
  ['https://attacker.onyx.prod.teams.trafficmanager.net/', false],
  ['https://smba.trafficmanager.net./', false],
  ['https://a.b.botframework.com/', false],
  ['https://smba.infra.gov.teams.microsoft.us/', false],
  ['https://smba.infra.dod.teams.microsoft.us/', false],
  ['https://localhost/', false],
  ['http://169.254.169.254/', false],
  ['', false],
])('%j is an address of the public channel: %s', (url, expected) => {
  expect(isServiceUrl(publicCloud, url)).toBe(expected);
});

test.each([
  ['http://127.0.0.1:5000/', true],
  ['https://localhost:5000/', true],
  ['http://10.0.0.1:5000/', false],
  ['ftp://127.0.0.1:5000/', false],
  ['https://smba.trafficmanager.net/', false],
])('%j is an address of the sandbox’s channel: %s', (url, expected) => {
  expect(isServiceUrl(sandbox, url)).toBe(expected);
});

test.each([
  ['login.microsoftonline.com', 443, true],
  ['graph.microsoft.com', 443, true],
  ['login.botframework.com', 443, true],
  ['contoso.crm4.dynamics.com', 443, true],
  ['smba.trafficmanager.net', 443, true],
  ['graph.microsoft.com', 80, false],
  ['graph.microsoft.com', 8443, false],
  ['entra.microsoft.com', 443, false],
  ['attacker.example', 443, false],
  ['localhost', 443, false],
  ['20.190.128.1', 443, false],
])('%s, port %i, is where requests to the public cloud may go: %s', (host, port, expected) => {
  expect(isReachable(publicCloud, host, port)).toBe(expected);
});

test('a host of the sandbox is reached at the port that its address names', () => {
  const { host, hostname, port } = new URL(sandbox.graph.url);
  expect({ host, isReached: isReachable(sandbox, hostname, Number(port)) }).toEqual({ host: `${hostname}:${port}`, isReached: true });
});
