import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { writeHistory } from '../../src/history/command.ts';
import { historySchema } from '../../src/history/export.ts';
import { aRun, stoppedClock, temporaryStorage } from '../storage/sqliteStorage.ts';

const clock = stoppedClock();
let temporary: ReturnType<typeof temporaryStorage>;
let storage: ReturnType<typeof temporary.open>;

beforeEach(() => {
  temporary = temporaryStorage(clock);
  storage = temporary.open();
  storage.runs.create(aRun());
  clock.advance(24 * 60 * 60_000);
  storage.runs.create(aRun({ id: 'run-2' }));
});
afterEach(() => temporary.remove());

function history(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = writeHistory(args, dirname(temporary.file), { out: (text) => out.push(text), err: (line) => err.push(line) });
  return { code, out: out.join(''), err };
}
const runsIn = (text: string) => historySchema.parse(JSON.parse(text)).entries.map(({ runId }) => runId);

it('is written while the bot runs, and says by its exit code that it is whole', () => {
  const { code, out, err } = history('--format', 'json');
  expect([code, err, runsIn(out)]).toEqual([0, [], ['run-1', 'run-2']]);
  expect(history().out).toMatch(/^"sequence","at","kind"/u);
});

it('of one setup, and since a day', () => {
  expect(runsIn(history('--format', 'json', '--run', 'run-2').out)).toEqual(['run-2']);
  const today = clock.now().toISOString().slice(0, 10);
  expect(runsIn(history('--format', 'json', '--since', today).out)).toEqual(['run-2']);
});

it.each([
  [`update audit set entry = json_set(entry, '$.by.name', 'Mallory') where sequence = 1`, ['The record is not whole: entry 1 or one before it was changed']],
  ['delete from audit where sequence = 1', ['The record is not whole: entry 1 is missing']],
  ['delete from audit where sequence = 2', ['The record is not whole: entry 2 is missing']],
])('says what is not whole, also of another setup: %s', (sql, faults) => {
  const database = new DatabaseSync(temporary.file);
  database.exec(`drop trigger audit_is_not_changed; drop trigger audit_is_not_removed; ${sql}`);
  database.close();
  const { code, out, err } = history('--run', 'run-2');
  expect([code, err]).toEqual([2, faults]);
  expect(out).toMatch(/^"sequence",/u);
});

it.each([[['--format', 'xml']], [['--since', 'yesterday']], [['--what']], [['extra']]])('%j is answered with what can be asked', (args) => {
  expect(history(...args)).toMatchObject({ code: 1, out: '', err: [expect.stringContaining('usage: npm run history')] });
});

it('says where it looked when there is nothing', () => {
  const err: string[] = [];
  expect(writeHistory([], '/nowhere', { out: () => undefined, err: (line) => err.push(line) })).toBe(1);
  expect(err).toEqual([expect.stringContaining('/nowhere/lead-setup.db')]);
});
