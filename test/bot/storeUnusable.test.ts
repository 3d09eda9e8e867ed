import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { aRunWithSteps, planned } from '../setup/fixtures.ts';
import { type WithDisk, withDisk } from '../storage/roomOnDisk.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
let disk: WithDisk<BotHarness>;
beforeEach(async () => {
  disk = await withDisk(() => startBotHarness());
  bot = disk.opened;
  bot.have(aRunWithSteps({ solution: planned }));
  await bot.say('status');
  bot.sent();
});
afterEach(() => bot.stop());

const approve = () => bot.click({ verb: 'approve', data: { verb: 'approve', runId: 'id1', stepId: 'solution', planHash: 'hash-1' } });
/** Setups of others have taken all the room that there is. */
const fill = () => {
  disk.leaveRoom(0);
  const another = aRunWithSteps({ solution: planned });
  expect(() => {
    for (let each = 0; ; each += 1) bot.storage.runs.create({ ...another, id: `other-${each}`, conversationId: `a:${each}` });
  }).toThrow(/full/u);
};
const errorIdIn = (text: string) => /cannot save anything right now \(error ID ([0-9a-f]{8})\)/u.exec(text)?.[1];
const failed = () => bot.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'A turn failed');
/** What was decided, and whether there is work for it. */
const decided = () => [bot.run().steps.solution.status, bot.storage.jobs.nextDue() !== undefined];
const nothing = ['planned', false];

const readiness = async () => {
  bot.clock.advance(2000);
  return (await fetch(`${bot.botUrl}/readyz`)).status;
};

describe('a disk without room', () => {
  it('makes the bot say that it is not ready, until there is room', async () => {
    expect(await readiness()).toBe(200);
    fill();
    expect(await readiness()).toBe(503);
    disk.leaveRoom(100);
    expect((await fetch(`${bot.botUrl}/readyz`)).status).toBe(503);
    expect(await readiness()).toBe(200);
  });

  it('is told to whoever clicks, with the id of the log; nothing is decided, and once there is room the same click works', async () => {
    fill();
    const { text, body } = await approve();
    expect(body).toMatchObject({ statusCode: 500, type: 'application/vnd.microsoft.error' });
    expect(failed()).toEqual([expect.objectContaining({ errorId: errorIdIn(text), runId: 'id1' })]);
    expect(decided()).toEqual(nothing);
    disk.leaveRoom(100);
    expect((await approve()).body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(decided()).toEqual(['applying', true]);
  });

  it('is told to whoever types', async () => {
    fill();
    await bot.say('approve');
    expect(failed()).toEqual([expect.objectContaining({ errorId: errorIdIn(bot.sent().join()) })]);
  });

  it('at any point of a turn leaves a decision with its work, or neither', async () => {
    fill();
    for (let pages = 0; decided()[0] === 'planned'; pages += 1) {
      disk.leaveRoom(pages);
      expect([200, 500]).toContain((await approve()).body.statusCode);
      expect([nothing, ['applying', true]]).toContainEqual(decided());
    }
    disk.leaveRoom(100);
    expect((await approve()).text).toContain('already approved');
  });
});

it('a database that another process holds for longer than one can wait is told to whoever clicks, and then the same click works', async () => {
  const other = new DatabaseSync(join(bot.folder, 'bot.db'));
  other.exec('begin immediate');
  const { text } = await approve();
  expect(failed()).toEqual([expect.objectContaining({ errorId: errorIdIn(text), runId: 'id1' })]);
  expect(decided()).toEqual(nothing);
  expect(await readiness()).toBe(503);
  expect((await fetch(`${bot.botUrl}/readyz`, { method: 'HEAD' })).status).toBe(503);
  other.exec('rollback');
  other.close();
  expect(await readiness()).toBe(200);
  expect((await approve()).body).toMatchObject({ statusCode: 200 });
  expect(decided()).toEqual(['applying', true]);
}, 20_000);
