import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';

let dataDir: string;
const running: Sandbox[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-start-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
  await rm(dataDir, { recursive: true });
});

async function start(options: { port?: number; channelPort?: number } = { port: 0 }): Promise<Sandbox> {
  const sandbox = await startSandbox({ botEndpoint: 'http://127.0.0.1:1/api/messages', dataDir, ...options });
  running.push(sandbox);
  return sandbox;
}

const portOf = (url: string) => Number(new URL(url).port);

it('starts several at once, each on ports of its own', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const ports = [one, other].flatMap(({ url, channelUrl, environments }) => [url, channelUrl, ...Object.values(environments).map((environment) => environment.url)].map(portOf));

  expect(new Set(ports).size).toBe(12);
});

it('writes what a bot in another process needs, readable by its owner only', async () => {
  const { cloud, botEnvironment, caCertificate } = await start();
  const read = (path = '') => readFile(path, 'utf8');

  expect(JSON.parse(await read(botEnvironment['CLOUD_FILE']))).toEqual(cloud);
  expect(await read(botEnvironment['NODE_EXTRA_CA_CERTS'])).toBe(caCertificate);
  expect(JSON.parse(await read(join(dataDir, 'sandbox/bot.env.json')))).toEqual(botEnvironment);
  expect(Buffer.from(botEnvironment['SEALING_KEY'] ?? '', 'base64')).toHaveLength(32);
  expect((await stat(join(dataDir, 'sandbox/bot.env.json'))).mode & 0o077).toBe(0);
});

it('shows a certificate for localhost and 127.0.0.1 that is its own authority', async () => {
  const { url, caCertificate } = await start();
  const certificate = new X509Certificate(caCertificate);

  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.ca && certificate.verify(certificate.publicKey)).toBe(true);
  await expect(isTrusted(portOf(url), caCertificate)).resolves.toBe(true);
});

function isTrusted(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
      resolve(socket.authorized);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

it('is the same tenant after a restart: certificate, keys and sealing key', async () => {
  const keysOf = async ({ cloud, caCertificate, botEnvironment }: Sandbox) => {
    const jwks = cloud.botFramework.openIdMetadata.replace('openidconfiguration', 'keys');
    return { caCertificate, sealing: botEnvironment['SEALING_KEY'], keys: await readTrusting(jwks, caCertificate) };
  };
  const first = await start();
  const before = await keysOf(first);
  await running.pop()?.close();

  expect(await keysOf(await start())).toEqual(before);
});

async function readTrusting(url: string, ca: string): Promise<string> {
  const { get } = await import('node:https');
  return new Promise((resolve, reject) => {
    get(url, { ca }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(text));
    }).on('error', reject);
  });
}

it('names the port that is taken, and leaves nothing open', async () => {
  const first = await start();
  const taken = portOf(first.url);

  await expect(start({ port: taken, channelPort: 0 })).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken });
});

it('ends at once, also while somebody has only begun to connect', async () => {
  const { url, close } = await start();
  const socket = createConnection({ port: portOf(url), host: '127.0.0.1' }).on('error', () => undefined);
  await once(socket, 'connect');
  await close();
  await once(socket, 'close');

  expect(socket.destroyed).toBe(true);
});

it('describes its cloud in the words of the real one', async () => {
  const { cloud, url, environments } = await start();

  expect(cloud).toMatchObject({
    name: 'sandbox',
    entra: { authorityHost: url, instanceDiscovery: false },
    graph: { url: `${url}/graph/v1.0`, scope: 'https://graph.microsoft.com/.default' },
    discovery: { url: `${url}/discovery/api/discovery/v2.0`, scope: 'https://globaldisco.crm.dynamics.com/user_impersonation' },
    powerPlatform: { url: `${url}/powerPlatform`, scope: 'https://service.powerapps.com//.default' },
    botFramework: { oauthScope: 'https://api.botframework.com', tokenIssuer: 'https://api.botframework.com' },
    portals: { microsoft365Admin: 'https://admin.microsoft.com' },
    revealOnCard: true,
  });
  for (const environment of Object.values(environments)) expect(new URL(environment.url).host).toMatch(new RegExp(cloud.dataverseHost));
  expect(new URL(url).host).not.toMatch(new RegExp(cloud.dataverseHost));
});
