import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import type { Ask, SetupRun, StepState } from '../../src/setup/run.ts';
import { verifiedAudit } from '../../src/storage/sqlite/audit.ts';
import { aRun, environment, stoppedClock, temporaryStorage } from './sqliteStorage.ts';

let temporary: ReturnType<typeof temporaryStorage>;
let storage: ReturnType<typeof temporary.open>;
let clock: ReturnType<typeof stoppedClock>;

beforeEach(() => {
  clock = stoppedClock();
  temporary = temporaryStorage(clock);
  storage = temporary.open();
});
afterEach(() => temporary.remove());

const alex = aRun().startedBy;
const priya = { ...alex, objectId: 'person-2', name: 'Priya' };
const now = () => clock.now().toISOString();
const entries = (runId = 'run-1') => storage.audit.ofRun(runId).map(({ entry }) => entry);
const kinds = () => entries().map(({ kind }) => kind);

function write(changes: Partial<SetupRun>, more: object = {}): SetupRun {
  const result = storage.runs.commit({ run: { ...storage.runs.load('run-1')!, ...changes }, ...more });
  if (result.kind !== 'written') throw new Error(`expected a written run, got ${result.kind}`);
  return result.run;
}

function direct(sql: string): void {
  const database = new DatabaseSync(temporary.file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

function faults() {
  const database = new DatabaseSync(temporary.file, { readOnly: true });
  try {
    return [...verifiedAudit(database)].flatMap(({ fault }) => fault ?? []);
  } finally {
    database.close();
  }
}

const plan = {
  summary: { key: 'solution.summary' }, reversal: { key: 'solution.reversal' }, notices: [], facts: [],
  changes: [{ sentence: { key: 'solution.change', values: { name: 'Leads' } }, request: 'POST /ImportSolutionAsync', canBeUndone: false }],
};
const approval = { plan, planHash: 'hash-1', approvedBy: alex, approvedAt: '2026-03-01T10:00:00.000Z', begun: false };
const withSolution = (state: StepState) => ({ steps: { ...aRun().steps, solution: state } });
const ask: Ask = { id: '1', about: 'solution', wanted: 'whatever was typed', askedBy: alex, askedAt: '2026-03-01T10:00:00.000Z', status: 'searching', signedIn: false };
const found: Ask = { ...ask, status: 'open', person: priya, conversationId: 'conversation-2' };

describe('the record keeps, with the write that it tells about,', () => {
  beforeEach(() => storage.runs.create(aRun({ environment })));

  it('who began, and who ended', () => {
    write({ status: 'finished' }, { by: priya });
    expect(entries()).toEqual([
      { at: now(), kind: 'begun', tenantId: 'tenant-1', runId: 'run-1', environment: environment.url, by: { objectId: 'person-1', name: 'Alex' } },
      { at: now(), kind: 'finished', tenantId: 'tenant-1', runId: 'run-1', environment: environment.url, by: { objectId: 'person-2', name: 'Priya' } },
    ]);
  });

  it('who took a setup over, and from whom', () => {
    write({ status: 'cancelled', takenOverBy: priya });
    expect(entries().at(-1)).toMatchObject({ kind: 'takenOver', by: { name: 'Priya' }, person: { name: 'Alex' } });
  });

  it('an approval: by whom, as which account, of which plan', () => {
    const actingAs = { objectId: 'admin-1', name: 'admin@contoso.example' };
    write(withSolution({ status: 'applying', ...approval, approvedBy: { ...alex, actingAs } }));
    expect(entries().at(-1)).toMatchObject({
      kind: 'approved', about: 'solution', planHash: 'hash-1', by: { objectId: 'person-1' }, actingAs,
      plan: [{ sentence: plan.summary }, { sentence: plan.changes[0]!.sentence, request: 'POST /ImportSolutionAsync' }],
    });
  });

  it('an approval once, whatever becomes of it, and anew where somebody else goes on with it', () => {
    write(withSolution({ status: 'applying', ...approval }));
    write(withSolution({ status: 'applying', ...approval, begun: true }));
    write(withSolution({ status: 'failed', at: now(), approval, failure: { code: 'E-BUSY', sentence: { key: 'error.busy' }, errorId: 'e1' } }));
    write(withSolution({ status: 'applying', ...approval }));
    expect(kinds()).toEqual(['begun', 'approved']);
    write(withSolution({ status: 'applying', ...approval, approvedBy: priya, approvedAt: '2026-03-01T11:00:00.000Z' }));
    expect(kinds()).toEqual(['begun', 'approved', 'approved']);
  });

  it('an approval of everything, and what was foreseen', () => {
    write({ allAtOnce: { approvedBy: alex, approvedAt: now(), foreseen: { solution: ['POST /a', 'POST /b'] } } });
    expect(entries().at(-1)).toMatchObject({ kind: 'approvedAll', by: { name: 'Alex' }, detail: 'POST /a; POST /b' });
  });

  it('a change when it is sent and when it is answered, with Microsoft’s ids', () => {
    const actingAs = { objectId: 'admin-1', name: 'admin@contoso.example' };
    const entry = { id: 'j1', stepId: 'solution', request: 'POST /ImportSolutionAsync', intendedAt: now(), by: 'person-1', actingAs: 'admin-1' } as const;
    write({ startedBy: { ...alex, actingAs }, journal: [entry] });
    clock.advance(1000);
    write({ journal: [{ ...entry, outcome: { at: now(), result: 'done', detail: '', requestIds: ['request-id=r1'] } }] });
    expect(entries().slice(2)).toMatchObject([
      { kind: 'changeSent', at: entry.intendedAt, changeId: 'j1', request: entry.request, by: { objectId: 'person-1', name: 'Alex' }, actingAs },
      { kind: 'changeAnswered', at: now(), changeId: 'j1', actingAs, result: 'done', requestIds: ['request-id=r1'] },
    ]);
  });

  it('who was asked and what they said, not what was typed to find them', () => {
    write({ asks: [ask] });
    write({ asks: [found] });
    write({ asks: [{ ...found, status: 'declined' }] });
    write({ asks: [{ ...found, status: 'declined' }, { ...found, id: '2' }] });
    write({ asks: [{ ...found, status: 'declined' }, { ...found, id: '2', status: 'withdrawn' }] }, { by: alex });
    expect(entries().slice(1)).toMatchObject([
      { kind: 'asked', by: { name: 'Alex' }, person: { name: 'Priya' }, about: 'solution' },
      { kind: 'declined', by: { name: 'Priya' } },
      { kind: 'asked' },
      { kind: 'withdrawn', by: { name: 'Alex' }, person: { name: 'Priya' } },
    ]);
    expect(JSON.stringify(entries())).not.toContain('typed');
  });

  it('signing in, as another account, back, and out', () => {
    const actingAs = { objectId: 'admin-1', name: 'admin@contoso.example' };
    write({ signedIn: true });
    write({ startedBy: { ...alex, actingAs } });
    write({ startedBy: alex });
    write({ signedIn: false });
    expect(entries().slice(1)).toMatchObject([{ kind: 'signedIn' }, { kind: 'actingAs', actingAs }, { kind: 'ownAccount' }, { kind: 'signedOut' }]);
  });

  it('each time that the secret was shown, and its end; never its value', () => {
    storage.secrets.seal('run-1', 'key', 'hush', '2026-03-02T10:00:00.000Z');
    write({ handover: { reveals: [{ at: now(), by: alex }] } });
    write({ handover: { reveals: [{ at: now(), by: alex }, { at: now(), by: priya }] } });
    write({ status: 'finished' }, { by: alex, destroySecrets: true });
    expect(entries().slice(1)).toMatchObject([
      { kind: 'revealed', by: { name: 'Alex' } }, { kind: 'revealed', by: { name: 'Priya' } }, { kind: 'finished' },
      { kind: 'secretDestroyed', detail: 'key', by: { name: 'Alex' } },
    ]);
    expect(JSON.stringify(entries())).not.toContain('hush');
  });

  it('a secret that lapsed, or that the bot destroyed', () => {
    storage.secrets.seal('run-1', 'key', 'hush', now());
    storage.secrets.seal('run-1', 'password', 'hush', '2026-03-02T10:00:00.000Z');
    storage.secrets.destroyExpired(now());
    storage.secrets.destroy('run-1', 'password');
    storage.secrets.destroy('run-1', 'password');
    expect(entries().slice(1)).toEqual([
      { at: now(), kind: 'secretDestroyed', tenantId: 'tenant-1', runId: 'run-1', detail: 'key' },
      { at: now(), kind: 'secretDestroyed', tenantId: 'tenant-1', runId: 'run-1', detail: 'password' },
    ]);
  });

  it('nothing of what only moves the run on', () => {
    write({ discovery: { status: 'reading', since: now() } });
    expect(kinds()).toEqual(['begun']);
  });
});

it('what cannot be recorded is not done', () => {
  storage.runs.create(aRun());
  direct(`create trigger full before insert on audit begin select raise(abort, 'no room'); end`);
  expect(() => write({ status: 'finished' })).toThrow('no room');
  expect(storage.runs.load('run-1')?.status).toBe('active');
});

it('a decision that came too late leaves no trace', () => {
  storage.runs.create(aRun());
  write({ signedIn: true });
  expect(storage.runs.commit({ run: aRun({ status: 'cancelled' }) })).toEqual({ kind: 'conflict' });
  expect(kinds()).toEqual(['begun', 'signedIn']);
});

it('the setup in which somebody did something last, or was asked, is found by them', () => {
  storage.runs.create(aRun());
  storage.runs.create(aRun({ id: 'run-2' }));
  write({ asks: [found] });
  expect(storage.audit.latestRunOf(priya)).toBe('run-1');
  expect(storage.audit.latestRunOf({ ...priya, tenantId: 'tenant-2' })).toBeUndefined();
  expect(storage.audit.latestRunOf({ ...priya, objectId: 'nobody' })).toBeUndefined();
});

describe('a row', () => {
  beforeEach(() => {
    storage.runs.create(aRun());
    write({ signedIn: true });
    write({ status: 'finished' });
  });

  it('has the SHA-256 of the row before, its own number and its text', () => {
    const database = new DatabaseSync(temporary.file, { readOnly: true });
    const rows = z.array(z.object({ sequence: z.number(), entry: z.string(), hash: z.string() })).parse(database.prepare('select * from audit order by sequence').all());
    database.close();
    expect(rows).toHaveLength(3);
    for (const [index, { sequence, entry, hash }] of rows.entries()) {
      const before = rows[index - 1]?.hash ?? '0'.repeat(64);
      expect(hash).toBe(createHash('sha256').update(`${before}\n${sequence}\n${entry}`).digest('hex'));
    }
  });

  it.each([
    `update audit set entry = '{}' where sequence = 2`,
    'delete from audit where sequence = 3',
    `insert or replace into audit (sequence, entry, hash) values (2, '{}', '')`,
  ])('is refused by the database itself: %s', (sql) => {
    expect(() => direct(sql)).toThrow(/audit record is never/u);
    expect(faults()).toEqual([]);
  });

  it.each([
    [`update audit set entry = json_set(entry, '$.by.name', 'Mallory') where sequence = 2`, [{ sequence: 2, why: 'changed' }]],
    ['delete from audit where sequence = 2', [{ sequence: 2, why: 'missing' }]],
    ['delete from audit where sequence = 3', [{ sequence: 3, why: 'missing' }]],
    [`insert into audit (entry, hash) values ('{"kind":"approved"}', 'made up')`, [{ sequence: 4, why: 'changed' }, { sequence: 4, why: 'unreadable' }]],
  ])('that somebody got at all the same shows: %s', (sql, expected) => {
    direct(`drop trigger audit_is_not_changed; drop trigger audit_is_not_removed; ${sql}`);
    expect(faults()).toEqual(expected);
  });
});

