import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { startSandbox } from '../../sandbox/start.ts';
import type { Accounts } from '../../src/bot/accounts.ts';
import { ChannelAdapter } from '../../src/bot/adapter.ts';
import { ChannelAuthentication } from '../../src/bot/channelAuthentication.ts';
import { createBot } from '../../src/bot/createBot.ts';
import { createLanguageFor } from '../../src/bot/languages.ts';
import { TurnLimits } from '../../src/bot/turnLimits.ts';
import { createUserTokens } from '../../src/bot/userTokens.ts';
import { createLog } from '../../src/log.ts';
import { createSetups } from '../../src/setup/createSetups.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import type { Setups } from '../../src/setup/setups.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/index.ts';
import { systemIds } from '../../src/system.ts';
import { alex } from '../setup/fixtures.ts';
import { sealingKey, stoppedClock } from '../storage/sqliteStorage.ts';

// restify puts a `writeHead` of its own on every response of the process, and with it of the jest worker, for whatever suite
// comes next; unlike Node's it returns nothing.
const { writeHead } = ServerResponse.prototype;
Object.assign(ServerResponse.prototype, {
  writeHead(this: ServerResponse, ...given: Parameters<typeof writeHead>) {
    writeHead.apply(this, given);
    return this;
  },
});

export const conversationId = 'a:personal-chat';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: { readonly text?: string; readonly attachments?: { readonly contentType: string; readonly content: unknown }[] };
}

/** Everything that the bot sent to the channel, and how the channel takes it. */
export interface Connector {
  readonly url: string;
  readonly received: Received[];
  /** The next request of this method is answered with this status. */
  failNext(method: string, status: number, headers?: Readonly<Record<string, string>>): void;
  /** How many requests there were, those included that failed. */
  asked(): number;
  /** Takes every request and answers none; the bot's time for each is over as soon as one has come. */
  fallSilent(): void;
  speakAgain(): void;
  /** How long the bot waits for an answer. */
  readonly deadline: (ms: number) => AbortSignal;
}

export interface HarnessOptions {
  readonly revealOnCard?: boolean;
  readonly connectionName?: string | undefined;
  readonly limits?: ConstructorParameters<typeof TurnLimits>[0];
  /** The connector stands in for the token service too. */
  readonly tokensFromConnector?: boolean;
  /** Sign-ins that came by the browser. */
  readonly accounts?: Accounts;
  /** Puts something between the bot and the domain. */
  readonly around?: (setups: Setups) => Setups;
}

/** Tests are faster than people. */
const roomy = { person: { points: 10_000, duration: 60 }, tenant: { points: 10_000, duration: 60 }, strangers: { points: 10_000, duration: 60 } };

export type BotHarness = Awaited<ReturnType<typeof startBotHarness>>;

/**
 * The bot over HTTP, authentication on: the sandbox's relay signs, a stub takes what the bot sends. The domain and the
 * storage are the real ones; nobody works the jobs off, so that a test decides what has happened.
 */
export async function startBotHarness({ revealOnCard = true, around = (setups) => setups, accounts, ...options }: HarnessOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lead-setup-bot-'));
  const connector = await startConnector();
  const door = await startDoor();
  const sandbox = await startSandbox({ port: 0, channelPort: 0, botEndpoint: `${door.url}/api/messages`, dataDir: folder });
  setDefaultCACertificates([...getCACertificates('default'), sandbox.caCertificate]);
  const { botEnvironment } = sandbox;
  const { botFramework } = sandbox.cloud;
  const tokenServiceUrl = options.tokensFromConnector ? connector.url : botFramework.tokenServiceUrl;
  const cloud = { ...sandbox.cloud, botFramework: { ...botFramework, tokenServiceUrl } };
  const registration = {
    appId: botEnvironment['MicrosoftAppId'] ?? '',
    tenantId: botEnvironment['MicrosoftAppTenantId'] ?? '',
    identity: { kind: 'secret', secret: botEnvironment['MicrosoftAppPassword'] ?? '' } as const,
  };
  const connectionName = 'connectionName' in options ? options.connectionName : botEnvironment['OAUTH_CONNECTION'];
  const clock = stoppedClock('2026-11-22T09:30:00.000Z');
  const now = () => clock.now().getTime();
  const put: { work: () => void; ms: number }[] = [];
  const later = (work: () => void, ms: number) => {
    const entry = { work, ms };
    put.push(entry);
    return () => void put.splice(put.indexOf(entry), 1);
  };
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const storage = openSqliteStorage({ file: join(folder, 'bot.db'), sealingKeys: { present: sealingKey, before: [] }, clock, ids: systemIds, log });
  const languageFor = createLanguageFor({ cloud: { ...cloud, revealOnCard }, clock, choices: storage.languageChoices, log });
  const adapter = new ChannelAdapter({
    authentication: new ChannelAuthentication(cloud, registration, { log, deadline: connector.deadline, patience: { now, pause: async (ms) => clock.advance(ms) } }),
    appId: registration.appId,
    languageFor,
    log,
    timing: { now, later },
  });
  const userTokens = createUserTokens(() => adapter.userTokenClient(), connectionName);
  const hostKind = (host: string) => (host.endsWith('.crm.example') ? 'environment' as const : 'elsewhere' as const);
  const setups = around(
    createSetups({
      runs: storage.runs,
      vault: storage.secrets,
      record: storage.audit,
      microsoft: { hostKind },
      clock,
      ids: systemIds,
      wakeWorker: () => undefined,
    }),
  );
  const forgetTokens = jest.fn();
  const bot = createBot({
    adapter,
    setups,
    runs: storage.runs,
    jobs: storage.jobs,
    audit: storage.audit,
    places: storage.places,
    languageChoices: storage.languageChoices,
    signInExchanges: storage.signInExchanges,
    people: storage.people,
    askedPlaces: storage.askedPlaces,
    dialogState: storage.dialogState,
    userTokens,
    accounts,
    forgetTokens,
    languageFor,
    tenantId: registration.tenantId,
    connectionName,
    revealOnCard,
    isReady: () => storage.isOpen(),
    isWritable: storage.isWritable,
    clock,
    log,
    limits: new TurnLimits(options.limits ?? roomy),
    later,
  });
  await new Promise<void>((resolve) => {
    bot.server.listen(0, '127.0.0.1', resolve);
  });
  door.leadTo(bot.server.url);

  const envelope = (activity: object) => ({
    id: 'incoming',
    channelId: 'msteams',
    serviceUrl: connector.url,
    from: { id: alex.channelUserId, name: alex.name, aadObjectId: alex.objectId },
    recipient: { id: '28:bot', name: 'Lead Setup' },
    conversation: { id: conversationId, conversationType: 'personal', tenantId: alex.tenantId },
    channelData: { tenant: { id: alex.tenantId } },
    locale: 'en-US',
    ...activity,
  });
  const post = async (activity: object): Promise<{ status: number; body: Body; text: string }> => answerOf(await send(`${sandbox.channelUrl}/api/messages`, JSON.stringify(envelope(activity))));

  return {
    folder,
    sandbox,
    connector,
    storage,
    setups,
    clock,
    lines,
    envelope,
    post,
    notifier: bot.notifier,
    endOverdueSignIns: bot.endOverdueSignIns,
    /** A turn that nobody asked for, at a stored place. */
    resume: (...given: Parameters<ChannelAdapter['resume']>) => adapter.resume(...given),
    userTokens,
    forgetTokens,
    /** What was put off, to be done when a test says so. */
    put,
    botUrl: bot.server.url,
    /** The bot answers, and the connection is cut before anybody hears it. */
    losing: async (act: () => Promise<unknown>) => {
      door.loseNext();
      await act().catch(() => undefined);
    },
    lastAuthorization: () => door.lastAuthorization(),
    say: (text: string, more: object = {}) => post({ type: 'message', text, ...more }),
    click: (action: object, more: object = {}) =>
      post({ type: 'invoke', name: 'adaptiveCard/action', replyToId: 'card-1', value: { action: { type: 'Action.Execute', ...action }, trigger: 'manual' }, ...more }),
    /** A run of this conversation in the state that a test needs; its dialog has not begun. */
    have: (run: SetupRun) => storage.runs.create({ ...run, conversationId }),
    run: (runId = 'id1') => setups.load(runId)!,
    /** What the bot sent since the last look: method and, of a card, all its text. */
    sent: () => connector.received.splice(0).map(({ method, path, body }) => `${method} ${path.split('/').at(-1)} ${body.text ?? ''}${textOf(body.attachments)}`),
    stop: async () => {
      await new Promise<void>((resolve) => {
        bot.server.close(resolve);
        bot.server.server.closeAllConnections();
      });
      await Promise.all([connector.close(), door.close(), sandbox.close()]);
      if (storage.isOpen()) storage.close();
      rmSync(folder, { recursive: true });
    },
  };
}

interface Body {
  readonly statusCode?: number;
  readonly type?: string;
  readonly value?: unknown;
  readonly [name: string]: unknown;
}

export async function send(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

export async function answerOf(response: Response): Promise<{ status: number; body: Body; text: string }> {
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

async function startConnector(): Promise<Connector & { close(): Promise<void> }> {
  const received: Received[] = [];
  const failures: { method: string; status: number; headers: Readonly<Record<string, string>> }[] = [];
  let posted = 0;
  let asked = 0;
  let silence: AbortController | undefined;
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const { method = '', url: path = '' } = request;
      if (silence) return silence.abort();
      response.setHeader('content-type', 'application/json');
      asked += 1;
      const failing = failures.findIndex((one) => one.method === method);
      if (failing >= 0) {
        const { status, headers } = failures.splice(failing, 1)[0]!;
        response.writeHead(status, headers);
        return response.end('{"error":{"code":"Stub","message":"secret upstream words"}}');
      }
      received.push({ method, path, body: JSON.parse(text || '{}') });
      return response.end(JSON.stringify({ id: method === 'POST' ? `card-${++posted}` : path.split('/').at(-1) }));
    });
  });
  const url = `${await listen(server)}/`;
  return {
    url,
    received,
    failNext: (method, status, headers = {}) => void failures.push({ method, status, headers }),
    asked: () => asked,
    fallSilent: () => void (silence = new AbortController()),
    speakAgain: () => void (silence = undefined),
    deadline: (ms) => silence?.signal ?? AbortSignal.timeout(ms),
    close: () => close(server),
  };
}

/** Stands before the bot, so that its address is known before the bot is; keeps the last signature that it saw. */
async function startDoor() {
  let target = '';
  let authorization = '';
  let isLost = false;
  const server = createServer((request, response) => {
    authorization = request.headers.authorization ?? '';
    const pass = async () => {
      const answer = await send(`${target}${request.url}`, await read(request), { authorization });
      if (isLost) {
        isLost = false;
        await answer.text();
        return response.destroy();
      }
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      return response.end(await answer.text());
    };
    void pass();
  });
  const url = await listen(server);
  return { url, leadTo: (botUrl: string) => void (target = botUrl), loseNext: () => void (isLost = true), lastAuthorization: () => authorization, close: () => close(server) };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return `http://127.0.0.1:${isInternet(address) ? address.port : 0}`;
}

function isInternet(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** All words of a card, in order. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .flatMap(([name, inner]) => (['text', 'title', 'value', 'label'].includes(name) && typeof inner === 'string' ? [inner] : textOf(inner)))
    .filter((text) => text !== '')
    .join(' ');
}
