import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import type { SetupRun } from '../../src/setup/run.ts';
import { migrations } from '../../src/storage/sqlite/migrations.ts';
import { aRun, environment, stoppedClock, temporaryStorage } from './sqliteStorage.ts';

const hourMs = 60 * 60 * 1000;
let temporary: ReturnType<typeof temporaryStorage>;
let storage: ReturnType<typeof temporary.open>;
let clock: ReturnType<typeof stoppedClock>;

beforeEach(() => {
  clock = stoppedClock();
  temporary = temporaryStorage(clock);
  storage = temporary.open();
});
afterEach(() => temporary.remove());

const plan = { task: { kind: 'plan', stepId: 'solution' } } as const;
const other = (changes: Partial<SetupRun> = {}) =>
  aRun({ id: 'other', environment, startedBy: { ...aRun().startedBy, name: 'Priya' }, ...changes });
const now = () => clock.now().toISOString();
const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
const claim = (leaseMs = 60_000) => storage.jobs.claim(now(), later(leaseMs));

function written(result: ReturnType<typeof storage.runs.commit>): SetupRun {
  if (result.kind !== 'written') throw new Error(`expected a written run, got ${result.kind}`);
  return result.run;
}

describe('runs', () => {
  it('are read back as they were written, also by another process', () => {
    storage.runs.create(aRun({ environment }));
    expect(temporary.open().runs.load('run-1')).toEqual(aRun({ environment }));
    expect(storage.runs.load('another')).toBeUndefined();
  });

  it('take one write per version: the second of two decisions meets a conflict', () => {
    storage.runs.create(aRun());
    const first = storage.runs.commit({ run: aRun({ signedIn: true }) });
    expect(written(first)).toMatchObject({ version: 2, signedIn: true });
    expect(storage.runs.commit({ run: aRun({ status: 'cancelled' }) })).toEqual({ kind: 'conflict' });
    expect(storage.runs.load('run-1')).toMatchObject({ version: 2, signedIn: true, status: 'active' });
  });

  it('that were never created cannot be committed', () => {
    expect(storage.runs.commit({ run: aRun() })).toEqual({ kind: 'conflict' });
  });

  it('are found by conversation: the active one first, else the newest', () => {
    storage.runs.create(aRun({ id: 'old', status: 'cancelled' }));
    storage.runs.create(aRun({ id: 'active' }));
    storage.runs.create(aRun({ id: 'new', status: 'finished' }));
    storage.runs.create(aRun({ id: 'elsewhere', conversationId: 'conversation-2' }));
    expect(storage.runs.latestIn('conversation-1')?.id).toBe('active');
    storage.runs.commit({ run: aRun({ id: 'active', status: 'cancelled' }) });
    expect(storage.runs.latestIn('conversation-1')?.id).toBe('new');
    expect(storage.runs.latestIn('conversation-3')).toBeUndefined();
  });

  it('are found by their person, wherever they are: the one under way, else the newest', () => {
    const { startedBy } = aRun();
    storage.runs.create(aRun({ id: 'active', conversationId: 'conversation-2' }));
    storage.runs.create(aRun({ id: 'new', status: 'finished' }));
    storage.runs.create(aRun({ id: 'other', startedBy: { ...startedBy, objectId: 'person-2' } }));
    expect(storage.runs.latestOf(startedBy)?.id).toBe('active');
    storage.runs.commit({ run: { ...storage.runs.load('active')!, status: 'cancelled' } });
    expect(storage.runs.latestOf(startedBy)?.id).toBe('new');
    expect(storage.runs.latestOf({ ...startedBy, tenantId: 'tenant-2' })).toBeUndefined();
  });

  it('that are active are known by their person, wherever they are', () => {
    const { startedBy } = aRun();
    storage.runs.create(aRun({ status: 'finished' }));
    expect(storage.runs.hasActive(startedBy)).toBe(false);
    storage.runs.create(aRun({ id: 'active', conversationId: 'conversation-2' }));
    expect(storage.runs.hasActive(startedBy)).toBe(true);
    expect(storage.runs.hasActive({ ...startedBy, objectId: 'person-2' })).toBe(false);
    expect(storage.runs.hasActive({ ...startedBy, tenantId: 'tenant-2' })).toBe(false);
  });

  it('in which somebody was asked are found by their chat, as long as they are under way', () => {
    const { startedBy } = aRun();
    const asked = { ...startedBy, objectId: 'person-2' };
    const ask = { id: '1', about: 'solution', wanted: 'p', askedBy: startedBy, askedAt: now(), status: 'open', person: asked, conversationId: 'conversation-2', signedIn: true } as const;
    storage.runs.create(aRun({ asks: [ask] }), [plan]);
    expect(storage.runs.askedIn('conversation-2')?.id).toBe('run-1');
    expect(storage.runs.askedIn('conversation-1')).toBeUndefined();
    expect([storage.runs.isAsked(asked), storage.runs.isAsked(startedBy), storage.jobs.openOf(asked).length]).toEqual([true, false, 1]);
    const declined = written(storage.runs.commit({ run: aRun({ asks: [{ ...ask, status: 'declined' }] }) }));
    expect([storage.runs.isAsked(asked), storage.runs.askedIn('conversation-2')?.id]).toEqual([false, 'run-1']);
    storage.runs.commit({ run: { ...declined, status: 'cancelled' } });
    expect(storage.runs.askedIn('conversation-2')).toBeUndefined();
  });

  it('say who holds their environment, until the lock has lapsed', () => {
    storage.runs.create(aRun({ environment }));
    storage.runs.create(other());
    storage.runs.commit({ run: aRun({ environment }), lock: 'acquire' });
    expect(storage.runs.lockOf(other())).toMatchObject({ runId: 'run-1', holder: 'Alex' });
    clock.advance(25 * hourMs);
    expect(storage.runs.lockOf(other())).toBeUndefined();
  });

  describe('in a shape that this build does not know', () => {
    beforeEach(() => {
      storage.runs.create(aRun({ environment }), [plan]);
      storage.runs.commit({ run: aRun({ environment }), lock: 'acquire' });
      const database = new DatabaseSync(temporary.file);
      database.exec(`update runs set record = json_set(record, '$.status', 'paused')`);
      database.close();
    });

    it('are logged and treated as if they were not there', () => {
      expect(storage.runs.load('run-1')).toBeUndefined();
      expect(temporary.logged).toEqual([expect.objectContaining({ runId: 'run-1' })]);
      expect(storage.runs.latestIn('conversation-1')).toBeUndefined();
      expect(storage.runs.latestOf(aRun().startedBy)).toBeUndefined();
    });

    it('do not hide the others of their conversation', () => {
      storage.runs.create(aRun({ id: 'earlier', status: 'finished' }));
      expect(storage.runs.latestIn('conversation-1')?.id).toBe('earlier');
    });

    it('are set aside once, and with them whatever they held', () => {
      storage.runs.create(other({ conversationId: 'conversation-2' }));
      expect(storage.runs.setAsideUnreadable('conversation-2')).toBe(false);
      expect(storage.runs.setAsideUnreadable('conversation-1')).toBe(true);
      expect(storage.runs.setAsideUnreadable('conversation-1')).toBe(false);
      expect(claim()).toBeUndefined();
      expect(storage.runs.commit({ run: storage.runs.load('other')!, lock: 'acquire' }).kind).toBe('written');
    });
  });
});

describe('one decision writes everything or nothing', () => {
  it('the run, its jobs and the end of its secrets', () => {
    storage.runs.create(aRun());
    storage.secrets.seal('run-1', 'key', 'hush', later(hourMs));
    storage.runs.commit({ run: aRun(), enqueue: [{ task: { kind: 'discover' } }], destroySecrets: true });
    expect(claim()).toMatchObject({ runId: 'run-1', task: { kind: 'discover' } });
    expect(storage.secrets.open('run-1', 'key', now())).toBeUndefined();
  });

  it.each(['conflict', 'locked'] as const)('nothing of it when the answer is %s', (answer) => {
    storage.runs.create(aRun({ environment }));
    storage.runs.create(aRun({ id: 'other', environment }));
    storage.runs.commit({ run: aRun({ id: 'other', environment }), lock: 'acquire' });
    const run = aRun({ environment, status: 'cancelled', version: answer === 'conflict' ? 9 : 1 });
    const enqueue = [{ task: { kind: 'apply', stepId: 'solution' } }] as const;
    storage.secrets.seal('run-1', 'key', 'hush', later(hourMs));
    expect(storage.runs.commit({ run, enqueue, lock: 'acquire', destroySecrets: true })).toMatchObject({ kind: answer });
    expect(storage.runs.load('run-1')).toMatchObject({ version: 1, status: 'active' });
    expect(claim()).toBeUndefined();
    expect(storage.secrets.open('run-1', 'key', now())).toBe('hush');
  });

  it('nothing of it when it throws half-way', () => {
    storage.runs.create(aRun());
    const enqueue = [plan, { task: { kind: 'plan', stepId: 'solution' }, notBefore: 'no instant' }] as const;
    expect(() => storage.runs.commit({ run: aRun({ signedIn: true }), enqueue })).toThrow(/no instant|NOT NULL/);
    expect(claim()).toBeUndefined();
    expect(storage.runs.load('run-1')).toMatchObject({ version: 1, signedIn: false });
  });
});

describe('the lock of an environment', () => {
  beforeEach(() => {
    storage.runs.create(aRun({ environment }));
    storage.runs.create(other());
  });

  it('is held by one run, which may take it again and keeps its beginning', () => {
    const since = now();
    const run = written(storage.runs.commit({ run: aRun({ environment }), lock: 'acquire' }));
    clock.advance(hourMs);
    written(storage.runs.commit({ run, lock: 'acquire' }));
    expect(storage.runs.commit({ run: other(), lock: 'acquire' })).toEqual({
      kind: 'locked',
      lock: { runId: 'run-1', holder: 'Alex', since },
    });
  });

  it('is one per tenant and environment', () => {
    storage.runs.commit({ run: aRun({ environment }), lock: 'acquire' });
    const elsewhere = { ...environment, url: 'https://test.crm.example' };
    expect(storage.runs.commit({ run: other({ environment: elsewhere }), lock: 'acquire' }).kind).toBe('written');
  });

  it('is let go only by the run that holds it', () => {
    const run = written(storage.runs.commit({ run: aRun({ environment }), lock: 'acquire' }));
    const loser = written(storage.runs.commit({ run: other(), lock: 'release' }));
    expect(storage.runs.commit({ run: loser, lock: 'acquire' }).kind).toBe('locked');
    storage.runs.commit({ run, lock: 'release' });
    expect(storage.runs.commit({ run: loser, lock: 'acquire' }).kind).toBe('written');
  });

  it('may be taken after 24 hours without a write of its run, not before', () => {
    const run = written(storage.runs.commit({ run: aRun({ environment }), lock: 'acquire' }));
    clock.advance(23 * hourMs);
    storage.runs.commit({ run });
    clock.advance(23 * hourMs);
    expect(storage.runs.commit({ run: other(), lock: 'acquire' }).kind).toBe('locked');
    clock.advance(hourMs);
    expect(storage.runs.commit({ run: other(), lock: 'acquire' }).kind).toBe('written');
    const back = storage.runs.commit({ run: { ...run, version: run.version + 1 }, lock: 'acquire' });
    expect(back).toMatchObject({ kind: 'locked', lock: { runId: 'other', holder: 'Priya', since: now() } });
  });

  it('needs an environment', () => {
    storage.runs.create(aRun({ id: 'none' }));
    expect(() => storage.runs.commit({ run: aRun({ id: 'none' }), lock: 'acquire' })).toThrow(/no environment/);
  });
});

describe('jobs', () => {
  const apply = { task: { kind: 'apply', stepId: 'solution' } } as const;

  it('are handed out once, in the order in which they become due', () => {
    storage.runs.create(aRun(), [{ ...apply, notBefore: later(5000) }, plan]);
    expect(claim()).toMatchObject({ task: plan.task, state: 'running', attempt: 1 });
    expect(claim()).toBeUndefined();
    expect(storage.jobs.nextDue()).toBe(later(5000));
    clock.advance(5000);
    expect(claim()).toMatchObject({ task: apply.task });
    expect(claim()).toBeUndefined();
  });

  it('come again when a lease runs out, unless it was renewed', () => {
    storage.runs.create(aRun(), [plan]);
    const job = claim(10_000)!;
    clock.advance(9000);
    storage.jobs.renew(job, later(10_000));
    clock.advance(9000);
    expect(claim()).toBeUndefined();
    expect(storage.jobs.nextDue()).toBe(later(1000));
    clock.advance(1000);
    expect(claim()).toEqual({ ...job, attempt: 2, lease: 2 });
  });

  it('that are applied come again only to be told, after a crash in between', () => {
    storage.runs.create(aRun(), [plan]);
    const job = claim(10_000)!;
    written(storage.runs.commit({ run: aRun(), job: { id: job.id, to: 'applied' } }));
    expect(claim()).toBeUndefined();
    clock.advance(10_000);
    const again = claim()!;
    expect(again).toMatchObject({ id: job.id, state: 'applied' });
    storage.jobs.finish(job);
    storage.jobs.finish(again);
    clock.advance(hourMs);
    expect(claim()).toBeUndefined();
    expect(storage.jobs.nextDue()).toBeUndefined();
  });

  it('are open for their person until only the telling is left', () => {
    const { startedBy } = aRun();
    storage.runs.create(aRun({ id: 'other', startedBy: { ...startedBy, objectId: 'person-2' } }), [plan]);
    storage.runs.create(aRun({ status: 'cancelled' }), [apply]);
    expect(storage.jobs.openOf(startedBy)).toEqual([{ ...apply, state: 'queued' }]);
    storage.jobs.finish(claim()!);
    const job = claim()!;
    expect(storage.jobs.openOf(startedBy)).toEqual([{ ...apply, state: 'running' }]);
    storage.runs.commit({ run: aRun({ status: 'cancelled' }), job: { id: job.id, to: 'applied' } });
    expect(storage.jobs.openOf(startedBy)).toEqual([]);
  });

  it('can go back into the queue for later', () => {
    storage.runs.create(aRun(), [apply]);
    const job = claim()!;
    storage.runs.commit({ run: aRun(), job: { id: job.id, to: 'queued', notBefore: later(3000) } });
    expect(claim()).toBeUndefined();
    expect(storage.jobs.nextDue()).toBe(later(3000));
    clock.advance(3000);
    expect(claim()).toMatchObject({ id: job.id, state: 'running', attempt: 1 });
  });

  it('that wait already are not doubled; the earlier instant holds', () => {
    storage.runs.create(aRun(), [{ ...plan, notBefore: later(9000) }, plan]);
    const job = claim()!;
    expect(job).toMatchObject({ task: plan.task });
    clock.advance(9000);
    storage.jobs.finish(job);
    expect(claim()).toBeUndefined();
  });

  it('asked for while the same is being done are done afterwards, never at the same time', () => {
    storage.runs.create(aRun(), [plan]);
    const job = claim(10_000)!;
    storage.runs.commit({ run: aRun(), enqueue: [plan, plan] });
    expect(claim()).toBeUndefined();
    expect(storage.jobs.nextDue()).toBe(later(10_000));
    storage.jobs.finish(job);
    expect(claim()).toMatchObject({ task: plan.task, attempt: 1 });
    expect(claim()).toBeUndefined();
  });

  it('of one run and different tasks, or of different runs, do not wait for each other', () => {
    storage.runs.create(aRun(), [apply, { task: { kind: 'plan', stepId: 'application' } }]);
    storage.runs.create(aRun({ id: 'other' }), [apply]);
    expect([claim(), claim(), claim()].map((job) => job?.runId)).toEqual(['run-1', 'run-1', 'other']);
  });
});

describe('the place of a conversation', () => {
  it('keeps reference, card and the plan on it apart', () => {
    storage.runs.create(aRun());
    expect(storage.places.find('run-1')).toBeUndefined();
    storage.places.rememberReference('run-1', { conversation: { id: 'a' } });
    expect(storage.places.find('run-1')).toEqual({ reference: { conversation: { id: 'a' } }, cardId: undefined, shownPlan: undefined });
    storage.places.rememberCard('run-1', 'card-1');
    storage.places.rememberReference('run-1', { conversation: { id: 'b' } });
    storage.places.rememberShownPlan('run-1', 'hash-1');
    expect(storage.places.find('run-1')).toEqual({ reference: { conversation: { id: 'b' } }, cardId: 'card-1', shownPlan: 'hash-1' });
    storage.places.rememberShownPlan('run-1', undefined);
    expect(storage.places.find('run-1')).toMatchObject({ cardId: 'card-1', shownPlan: undefined });
  });

  it('knows whom it has welcomed', () => {
    storage.places.rememberWelcome('conversation-1');
    storage.places.rememberWelcome('conversation-1');
    expect(storage.places.wasWelcomed('conversation-1')).toBe(true);
    expect(storage.places.wasWelcomed('conversation-2')).toBe(false);
    storage.places.forgetWelcome('conversation-1');
    expect(storage.places.wasWelcomed('conversation-1')).toBe(false);
  });
});

describe('dialog state', () => {
  const key = 'msteams/conversations/a/';

  it('is read with an eTag that a write must match', async () => {
    await storage.dialogState.write({ [key]: { place: 1 } });
    const { [key]: read } = await storage.dialogState.read([key, 'missing']);
    expect(read).toEqual({ place: 1, eTag: '1' });
    await storage.dialogState.write({ [key]: { ...read, place: 2 } });
    await expect(storage.dialogState.write({ [key]: { ...read, place: 3 } })).rejects.toThrow(/eTag conflict/);
    expect(await storage.dialogState.read([key])).toEqual({ [key]: { place: 2, eTag: '2' } });
  });

  it('is not created under an eTag, and is overwritten under a star', async () => {
    await expect(storage.dialogState.write({ [key]: { place: 1, eTag: '1' } })).rejects.toThrow(/eTag conflict/);
    await storage.dialogState.write({ [key]: { place: 1, eTag: '*' } });
    await storage.dialogState.write({ [key]: { place: 2, eTag: '*' } });
    expect(await storage.dialogState.read([key])).toEqual({ [key]: { place: 2, eTag: '2' } });
  });

  it('writes all of a change or none of it', async () => {
    await storage.dialogState.write({ a: { place: 1 } });
    await expect(storage.dialogState.write({ b: { place: 1 }, a: { place: 2, eTag: '9' } })).rejects.toThrow(/conflict/);
    expect(Object.keys(await storage.dialogState.read(['a', 'b']))).toEqual(['a']);
    await storage.dialogState.delete(['a']);
    expect(await storage.dialogState.read(['a'])).toEqual({});
  });
});

describe('the schema', () => {
  it('brings a file of an older build up to date, and keeps what is in it', () => {
    storage.close();
    rmSync(temporary.file);
    const database = new DatabaseSync(temporary.file);
    database.exec(`${migrations[0]}; pragma user_version = 1`);
    database.exec(`insert into runs (id, version, conversation_id, status, tenant_id, record) values ('run-1', 1, 'a', 'active', 't', '{}')`);
    database.exec(`insert into conversation_places (run_id, reference, card_id) values ('run-1', '{}', 'card-1')`);
    database.close();
    expect(temporary.open().places.find('run-1')).toEqual({ reference: {}, cardId: 'card-1', shownPlan: undefined });
  });

  it('refuses a file that a newer build has written', () => {
    storage.close();
    const database = new DatabaseSync(temporary.file);
    database.exec('pragma user_version = 99');
    database.close();
    expect(() => temporary.open()).toThrow(/schema version 99/);
  });
});

describe('the language that a person chose', () => {
  const someone = { tenantId: 'Tenant-1', objectId: 'Person-1' };

  it('is kept, also for another process, until they choose another', () => {
    storage.languageChoices.remember(someone, 'fr');
    expect(temporary.open().languageChoices.find({ tenantId: 'tenant-1', objectId: 'PERSON-1' })).toBe('fr');
    storage.languageChoices.remember(someone, 'en');
    expect(storage.languageChoices.find(someone)).toBe('en');
  });

  it('is theirs alone, in their tenant', () => {
    storage.languageChoices.remember(someone, 'fr');
    expect(storage.languageChoices.find({ ...someone, objectId: 'person-2' })).toBeUndefined();
    expect(storage.languageChoices.find({ ...someone, tenantId: 'tenant-2' })).toBeUndefined();
  });
});
