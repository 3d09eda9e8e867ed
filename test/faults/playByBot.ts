import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startBotProcess } from '../scenario/botProcess.ts';
import { TeamsChat } from '../scenario/teams.ts';
import { conversationId, createWorld } from '../setup/world.ts';
import { fastClock, keepFast } from './fastTime.ts';
import { finish, spoiled } from './finishing.ts';
import type { Play, Played } from './play.ts';
import { throughChat } from './throughChat.ts';

/**
 * By the bot as a process of its own, through the chat; it is killed as soon as the sandbox lets a request hang, and started again. Its time and the
 * tenant's run twenty times as fast as ours.
 */
export async function playByBot(play: Play, port: number): Promise<Played> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lead-setup-'));
  try {
    if (play.way.during !== 'setup') await finishedIn(dataDir, play);
    await play.begin();
    return await playOn(dataDir, play, port);
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

/** What went before needs no chat: the bot finds it in its files. */
async function finishedIn(directory: string, { tenant, way }: Play): Promise<void> {
  const world = await createWorld('alex', undefined, { tenant, directory });
  try {
    await finish(world, way);
    if (way.during === 'mend') await spoiled(world, way);
  } finally {
    await world.close();
  }
}

async function playOn(dataDir: string, { tenant, way, endFaults }: Play, port: number): Promise<Played> {
  const environment = { ...tenant.sandbox.botEnvironment, ...(await fastClock(tenant)), DATA_DIR: dataDir };
  let bot = await startBotProcess(port, environment);
  const chat = await TeamsChat.open(tenant.sandbox.channelUrl, { id: conversationId });
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
  }
}
