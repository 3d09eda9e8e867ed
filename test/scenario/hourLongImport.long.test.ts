import { setTimeout as soon } from 'node:timers/promises';

import { freePort } from '../freePort.ts';
import { MovableBot } from '../model/movableBot.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { TeamsChat } from './teams.ts';

jest.setTimeout(180_000);

const minuteMs = 60_000;

describe('An import that takes an hour, with the bot killed in the middle of it', () => {
  let tenant: TenantHarness;
  let bot: MovableBot;
  let chat: TeamsChat;
  let start: () => Promise<void>;
  let minutes = 0;
  /** How the card looked after each minute. */
  const looked: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    await tenant.control('conditions', { importTakes: 'PT1H' });
    bot = new MovableBot({ ...tenant.sandbox.botEnvironment, PORT: String(port) });
    start = () => bot.start({ DATA_DIR: tenant.dataDir });
    await start();
    chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  });
  afterAll(async () => {
    await bot?.close();
    await chat?.close();
    await tenant?.close();
  });

  const requests = async (): Promise<{ path: string; status: number; service: string }[]> => (await tenant.control('requests')).json;
  const timesAsked = async () => (await requests()).filter(({ path }) => path.includes('/asyncoperations(')).length;
  /** The clocks of the tenant and of the bot go forward; then the bot asks for the import. */
  const aMinutePasses = async () => {
    const before = await timesAsked();
    minutes += 1;
    await tenant.advance('PT1M');
    await bot.moveTo(minutes * minuteMs);
    while ((await timesAsked()) === before) await soon(5);
    looked.push(chat.newest()?.text ?? '');
  };
  const minutesPass = async (count: number) => {
    for (let each = 0; each < count; each += 1) await aMinutePasses();
  };
  const click = async (...titles: string[]) => {
    for (const title of titles) {
      await chat.until({ button: title });
      await chat.click(title);
    }
  };
  const percents = () => looked.flatMap((text) => /(\d+)\s?%/u.exec(text)?.[1] ?? []).map(Number);

  test('is followed all the time, on one card', async () => {
    await chat.say('set up leads');
    await click('Contoso', 'Use Microsoft Entra', 'Approve: install the solution', 'Approve: set up the application');
    while ((await timesAsked()) === 0) await soon(5);
    const [messages, sent] = [chat.messages.size, chat.received.length];
    await minutesPass(30);
    await bot.end('SIGKILL');
    await start();
    await minutesPass(28);
    expect(chat.messages.size).toBe(messages);
    expect(percents()).toEqual(percents().toSorted((one, other) => one - other));
    expect(chat.newest()?.text).toMatch(/Solution\n9\d% done/u);
    expect(chat.received.length - sent).toBeLessThanOrEqual(2 * minutes);
  });

  test('is told to have ended, in the same place, and the setup goes on to its end with tokens of then', async () => {
    const messages = chat.messages.size;
    minutes += 3;
    await tenant.advance('PT3M');
    await bot.moveTo(minutes * minuteMs);
    expect((await chat.until({ button: 'Approve: give the account its role' })).text).toMatch(/Solution\nDone at/u);
    await click('Approve: give the account its role', 'Approve: make the key and test it', 'Show the values', 'I have entered the values');
    await chat.until({ text: /can receive leads/u });
    expect(chat.messages.size).toBe(messages);
    expect((await requests()).filter(({ path }) => path.endsWith('/ImportSolutionAsync'))).toHaveLength(1);
    // Entra itself says so of a key that it does not know yet.
    expect((await requests()).filter(({ status, service }) => status === 401 && service !== 'entra')).toEqual([]);
  });
});
