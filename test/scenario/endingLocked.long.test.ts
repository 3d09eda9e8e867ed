import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { started } from './started.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(120_000);

describe('The bot, told to end while another process has its database locked', () => {
  const here = started();
  let chats: TeamsChat[] = [];
  let other: DatabaseSync | undefined;
  beforeEach(async () => {
    chats = await Promise.all(Array.from({ length: 4 }, () => TeamsChat.open(here.tenant.sandbox.channelUrl)));
  });
  afterEach(async () => {
    other?.close();
    await Promise.all(chats.map((chat) => chat.close()));
    await here.tenant.control('latency', { ms: 0 });
    await here.restart();
  });

  /** Everything that Microsoft is asked from here on takes a minute. */
  const withJobsInHand = async (count: number) => {
    const busy = chats.slice(0, count);
    for (const chat of busy) await chat.say('set up leads');
    for (const chat of busy) await chat.until({ button: 'Contoso' });
    await here.tenant.control('latency', { ms: 60_000 });
    for (const chat of busy) await chat.click('Contoso');
  };

  test.each([1, 4])('ends within ten seconds with %i jobs in hand', async (count) => {
    await withJobsInHand(count);
    other = new DatabaseSync(join(here.tenant.dataDir, 'lead-setup.db'), { timeout: 5000 });
    other.exec('begin immediate');
    // It has met the lock by then, and writes again and again.
    while (!here.bot.output().includes('The job store could not be used')) await new Promise((resolve) => { setImmediate(resolve); });
    const before = Date.now();
    await here.bot.end();
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});
