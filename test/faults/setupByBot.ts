import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as soon } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import { startBotProcess } from '../scenario/botProcess.ts';
import { type Message, TeamsChat } from '../scenario/teams.ts';
import type { SetupMade } from './matrix.ts';
import type { Way } from './ways.ts';

const speed = 20;
const tickMs = 50;
const longestMs = 120_000;
const lastButton = 'I have entered the values';
const wantedEntra = /^(?:Contoso|Use Microsoft Entra|Approve: .*|Retry|Show the values|I have entered the values)$/u;
const wantedMicrosoft365 = /^(?:Contoso|Use a Microsoft 365 user|Approve: .*|Retry|Show the values|I have entered the values)$/u;

/**
 * A whole setup by the bot as a process of its own, through the chat; it is killed as soon as the sandbox lets a request hang, and started again. Its time and
 * the tenant's run twenty times as fast as ours.
 */
export async function setUpByBot(tenant: TenantHarness, port: number, { way, endFaults }: { way: Way; endFaults: () => Promise<void> }): Promise<SetupMade> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lead-setup-'));
  const environment = { ...tenant.sandbox.botEnvironment, ...fastClock(), DATA_DIR: dataDir };
  let bot = await startBotProcess(port, environment);
  const chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  const time = keepFast(tenant, async () => {
    await bot.kill();
    await endFaults();
    bot = await startBotProcess(port, environment);
  });
  try {
    return await Promise.race([throughChat(chat, tenant, way), time.failed]);
  } catch (error) {
    throw new Error(`${String(error)}\nThe chat says:\n${chat.newest()?.text}`, { cause: error });
  } finally {
    await time.stop();
    await bot.kill();
    await chat.close();
    await rm(dataDir, { recursive: true });
  }
}

function fastClock(): Record<string, string> {
  const preload = pathToFileURL(join(__dirname, 'fastClock.mjs')).href;
  return { FAST_SINCE: String(Date.now()), FAST_SPEED: String(speed), NODE_OPTIONS: `--import ${preload}` };
}

interface FastTime {
  /** Rejects when the bot could not be killed or started again, or nothing has come of it for long. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Moves the tenant's clock, and looks whether a request hangs. */
function keepFast(tenant: TenantHarness, onHanging: () => Promise<void>): FastTime {
  const sinceMs = Date.now();
  let isStopped = false;
  let movedMs = 0;
  const keep = async (): Promise<void> => {
    if (isStopped) return;
    if (Date.now() - sinceMs > longestMs) throw new Error('The setup never ends.');
    const aheadMs = Math.floor(((Date.now() - sinceMs) * (speed - 1) - movedMs) / 1000) * 1000;
    movedMs += aheadMs;
    if (aheadMs > 0) await tenant.advance(`PT${aheadMs / 1000}S`);
    if (await isHanging(tenant)) await onHanging();
    await soon(tickMs).then(keep);
  };
  const kept = keep();
  return {
    failed: kept.then(() => new Promise<never>(() => {})),
    stop: () => {
      isStopped = true;
      return kept.catch(() => undefined);
    },
  };
}

async function isHanging(tenant: TenantHarness): Promise<boolean> {
  const faults: { happened: number }[] = (await tenant.control('faults')).json;
  return faults.some(({ happened }) => happened > 0);
}

/** Clicks whatever the card asks for. A click that the dying bot never answered is made again. */
async function throughChat(chat: TeamsChat, tenant: TenantHarness, way: Way): Promise<SetupMade> {
  const inputs = Object.entries(way.inputs(tenant));
  const failures = new Set<string>();
  await chat.say('set up leads');
  for (;;) {
    const message = await chat.until({ button: wantedOn(way) });
    const title = message.actions.find((action) => wantedOn(way).test(action.title))?.title ?? '';
    if (title === lastButton) return { retries: failures.size, secret: undefined };
    if (title === 'Show the values') return { retries: failures.size, secret: await shownSecret(chat, tenant) };
    // A card that was drawn before the click may come after it: the same failure counts once.
    if (title === 'Retry') failures.add(message.text);
    await click(chat, message, title, inputs).catch(() => soon(tickMs));
  }
}

function wantedOn({ path }: Way): RegExp {
  return path === 'entra' ? wantedEntra : wantedMicrosoft365;
}

async function click(chat: TeamsChat, message: Message, title: string, inputs: [string, Record<string, string> | undefined][]): Promise<void> {
  const action = message.actions.find((one) => one.title === title);
  const entered = inputs.find(([stepId]) => stepId === action?.data?.['stepId']);
  if (!entered) return void (await chat.click(title, { on: message }));
  const { isCard } = await chat.send({ verb: 'submit', data: { ...action?.data, ...entered[1] } }, message.id);
  if (isCard) inputs.splice(inputs.indexOf(entered), 1);
}

async function shownSecret(chat: TeamsChat, tenant: TenantHarness): Promise<string | undefined> {
  const { text } = await chat.click('Show the values');
  const handedOut: string[] = (await tenant.control('secrets')).json;
  return handedOut.findLast((secret) => text.includes(secret));
}
