import { join } from 'node:path';

import { BrowserAccounts } from './bot/browserAccounts.ts';
import { createBrowserLinks } from './bot/browserLinks.ts';
import { ChannelAdapter } from './bot/adapter.ts';
import { botCredential, ChannelAuthentication } from './bot/channelAuthentication.ts';
import { createBot } from './bot/createBot.ts';
import { createLanguageFor } from './bot/languages.ts';
import { createUserTokens, type UserTokens, withBrowserAccounts } from './bot/userTokens.ts';
import type { Configuration } from './configuration.ts';
import { listenAt } from './listening.ts';
import type { Log } from './log.ts';
import { createBrowserSignIn } from './microsoft/browserSignIn.ts';
import { type Cloud, createMicrosoft, createSender, createSolutionSource, loadCloud } from './microsoft/index.ts';
import { readSealingKeys } from './microsoft/keyVault/sealingKeys.ts';
import { guardOutgoing } from './microsoft/outgoing.ts';
import { outgoingRules } from './outgoingRules.ts';
import { createSetups } from './setup/createSetups.ts';
import type { Clock } from './setup/ports/tools.ts';
import type { Teller } from './setup/setups.ts';
import { createWorker } from './setup/worker.ts';
import { openSqliteStorage, type SealingKeys } from './storage/sqlite/index.ts';
import { systemClock, systemIds } from './system.ts';

export interface Application {
  /** Where it listens: `http://127.0.0.1:3978`. */
  readonly url: string;
  /** Name of the cloud. */
  readonly cloud: string;
  /** Takes no new turn or job, lets those in hand finish for a while, hands back what is not finished then, and closes everything. */
  stop(): Promise<void>;
}

export interface ApplicationOptions {
  readonly log: Log;
  readonly clock?: Clock;
}

/** How long turns and jobs in hand may take to finish. What is cut off is taken up again at the next start. */
const finishWithinMs = 6000;
const signInSweepEveryMs = 60 * 60_000;

/** Joins every part and listens. Throws when a file, a port or the cloud's record cannot be used. */
export async function startApplication(configuration: Configuration, options: ApplicationOptions): Promise<Application> {
  const { log } = options;
  const cloud = loadCloud(configuration.cloudFile);
  const endGuard = guardOutgoing(outgoingRules(cloud, configuration));
  const sealingKeys = await sealingKeysOf(configuration, cloud);
  const parts = compose(configuration, { ...options, cloud, sealingKeys });
  const { server, worker, notifier, storage, turnsEnded, endOverdueSignIns } = parts;
  await listenAt(server, configuration).catch((error: unknown) => {
    storage.close();
    endGuard();
    throw error;
  });
  parts.readiness.isReady = true;
  worker.start();
  void endOverdueSignIns();
  const sweeping = setInterval(() => void endOverdueSignIns(), signInSweepEveryMs).unref();

  const stop = async (): Promise<void> => {
    parts.readiness.isReady = false;
    storage.hurry();
    notifier.stop();
    clearInterval(sweeping);
    // It goes on listening meanwhile, to say of itself that it takes no turns.
    await Promise.all([worker.stop(finishWithinMs), Promise.race([turnsEnded(), after(finishWithinMs)])]);
    parts.adapter.stop();
    server.close();
    server.server.closeAllConnections();
    storage.close();
    endGuard();
    log.info('Stopped');
  };
  return { url: server.url, cloud: cloud.name, stop };
}

/** Each part once, those that others need first. */
function compose(configuration: Configuration, { log, cloud, sealingKeys, clock = systemClock }: ApplicationOptions & { cloud: Cloud; sealingKeys: SealingKeys }) {
  const { bot: registration, signIn } = configuration;
  const storage = openSqliteStorage({
    file: join(configuration.dataDir, 'lead-setup.db'),
    sealingKeys,
    clock,
    ids: systemIds,
    log,
  });
  const { publicUrl } = configuration;
  const { tenantId } = registration;
  const browserLinks = publicUrl && signIn ? createBrowserLinks({ publicUrl, cloud, tenantId, clientId: signIn.clientId }) : undefined;
  const languageFor = createLanguageFor({ cloud, clock, choices: storage.languageChoices, browserLinks, log });
  const authentication = new ChannelAuthentication(cloud, registration, { log });
  const adapter = new ChannelAdapter({ authentication, appId: registration.appId, languageFor, log });
  const tokens = createUserTokens(() => adapter.userTokenClient(), signIn?.connectionName);
  const browser = browserOf(configuration, { cloud, tokens, clock, log });
  const userTokens = browser ? withBrowserAccounts(tokens, browser.accounts) : tokens;
  const microsoft = createMicrosoft({
    cloud,
    assertions: userTokens,
    signInApp: signIn ?? { clientId: '', proof: { kind: 'secret', secret: '' } },
    log,
  });
  const shared = { runs: storage.runs, vault: storage.secrets, people: storage.people, microsoft, clock, ids: systemIds };
  const setups = createSetups({ ...shared, record: storage.audit, wakeWorker: () => worker.wake() });
  const readiness = { isReady: false };
  const { server, notifier, turnsEnded, endOverdueSignIns } = createBot({
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
    browser,
    accounts: browser?.accounts,
    forgetTokens: (person) => microsoft.forget(person),
    languageFor,
    tenantId: registration.tenantId,
    connectionName: signIn?.connectionName,
    revealOnCard: cloud.revealOnCard,
    isReady: () => readiness.isReady && storage.isOpen(),
    isWritable: storage.isWritable,
    clock,
    log,
  });
  const teller: Teller = notifier;
  const solutionSource = createSolutionSource(createSender({ log }), configuration.solution);
  const worker = createWorker({ ...shared, jobs: storage.jobs, solutionSource, teller, log });
  return { server, worker, notifier, adapter, storage, readiness, turnsEnded, endOverdueSignIns };
}

/** Signing in with a browser, where browsers reach the bot and there is something to sign in to. */
function browserOf({ publicUrl, signIn, bot }: Configuration, { cloud, tokens, clock, log }: { cloud: Cloud; tokens: UserTokens; clock: Clock; log: Log }) {
  if (!publicUrl || !signIn) return undefined;
  const client = { ...signIn, tenantId: bot.tenantId };
  const signInPages = createBrowserSignIn({ cloud, send: createSender({ log }), client, scope: `api://botid-${bot.appId}/access_as_user` });
  return { publicUrl, accounts: new BrowserAccounts({ signIn: signInPages, tokens, clock, publicUrl }) };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** Resolves to the keys; throws with one line about it when a key vault does not give them. */
async function sealingKeysOf({ sealing: { present, before }, bot }: Configuration, cloud: Cloud): Promise<SealingKeys> {
  if (present.kind === 'key') return { present: present.key, before };
  const found = await readSealingKeys(cloud, present.address, botCredential(cloud, bot));
  return { present: found.present, before: [...found.before, ...before] };
}
