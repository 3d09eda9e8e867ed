import { createDecipheriv } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import { aRun, sealingKey, stoppedClock, temporaryStorage } from './sqliteStorage.ts';

let temporary: ReturnType<typeof temporaryStorage>;
let storage: ReturnType<typeof temporary.open>;
let clock: ReturnType<typeof stoppedClock>;

beforeEach(() => {
  clock = stoppedClock();
  temporary = temporaryStorage(clock);
  storage = temporary.open();
});
afterEach(() => temporary.remove());

const now = () => clock.now().toISOString();
const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();

describe('secrets', () => {
  beforeEach(() => storage.runs.create(aRun()));

  it('open until they expire, also after a restart', () => {
    storage.secrets.seal('run-1', 'key', 'hush', later(1000));
    expect(temporary.open().secrets.open('run-1', 'key', now())).toBe('hush');
    clock.advance(1000);
    expect(storage.secrets.open('run-1', 'key', now())).toBeUndefined();
  });

  it('do not stand in the file, and leave it when they expire', () => {
    storage.secrets.seal('run-1', 'key', 'hush-hush-hush', later(1000));
    const database = new DatabaseSync(temporary.file);
    const rows = database.prepare('select * from secrets').all();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value))).not.toContain('hush');
    storage.secrets.destroyExpired(now());
    expect(database.prepare('select * from secrets').all()).toHaveLength(1);
    storage.secrets.destroyExpired(later(1000));
    expect(database.prepare('select * from secrets').all()).toHaveLength(0);
    database.close();
  });

  it('are sealed with AES-256-GCM under the sealing key and a nonce of their own, bound to setup and name', () => {
    const row = z.object({ nonce: z.instanceof(Uint8Array), sealed: z.instanceof(Uint8Array), tag: z.instanceof(Uint8Array) });
    const sealedAnew = () => {
      storage.secrets.seal('run-1', 'key', 'hush', later(1000));
      const database = new DatabaseSync(temporary.file);
      const { nonce, sealed, tag } = row.parse(database.prepare('select nonce, sealed, tag from secrets').get());
      database.close();
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from('["run-1","key"]')).setAuthTag(tag);
      expect(Buffer.concat([decipher.update(sealed), decipher.final()]).toString()).toBe('hush');
      expect([nonce.length, tag.length]).toEqual([12, 16]);
      return Buffer.from(nonce).toString('hex');
    };
    expect(new Set([sealedAnew(), sealedAnew(), sealedAnew()]).size).toBe(3);
  });

  it('that have not expired wait for nobody who writes', () => {
    storage.secrets.seal('run-1', 'key', 'hush', later(1000));
    const database = new DatabaseSync(temporary.file);
    database.exec('begin immediate');
    expect(() => storage.secrets.destroyExpired(now())).not.toThrow();
    database.exec('rollback');
    database.close();
  });

  it('are destroyed one by one', () => {
    storage.secrets.seal('run-1', 'key', 'first', later(1000));
    storage.secrets.seal('run-1', 'password', 'second', later(1000));
    storage.secrets.destroy('run-1', 'password');
    storage.secrets.destroy('run-1', 'password');
    expect([storage.secrets.open('run-1', 'key', now()), storage.secrets.open('run-1', 'password', now())]).toEqual(['first', undefined]);
  });

  it('are replaced when sealed again', () => {
    storage.secrets.seal('run-1', 'key', 'first', later(1000));
    storage.secrets.seal('run-1', 'key', 'second', later(1000));
    expect(storage.secrets.open('run-1', 'key', now())).toBe('second');
  });

  it('are gone under another key', () => {
    storage.secrets.seal('run-1', 'key', 'hush', later(1000));
    const another = temporary.open(Buffer.alloc(32, 8));
    expect(another.secrets.open('run-1', 'key', now())).toBeUndefined();
  });

  describe('when the sealing key is replaced', () => {
    const newKey = Buffer.alloc(32, 8);
    const rows = () => {
      const database = new DatabaseSync(temporary.file);
      const found = database.prepare('select * from secrets').all();
      database.close();
      return found;
    };
    beforeEach(() => {
      storage.secrets.seal('run-1', 'key', 'hush', later(1000));
      storage.secrets.seal('run-1', 'password', 'hush too', later(2000));
      storage.close();
    });

    it('open under the key before as long as it is given, and afterwards without it', () => {
      expect(temporary.open(newKey, [sealingKey]).secrets.open('run-1', 'key', now())).toBe('hush');
      const opened = temporary.open(newKey).secrets;
      expect([opened.open('run-1', 'key', now()), opened.open('run-1', 'password', now())]).toEqual(['hush', 'hush too']);
      expect(temporary.open(sealingKey).secrets.open('run-1', 'key', now())).toBeUndefined();
    });

    it('keep their end, and are left alone by one more start', () => {
      temporary.open(newKey, [sealingKey]).close();
      const once = rows();
      expect(once.map((row) => row['expires_at'])).toEqual([Date.parse(later(1000)), Date.parse(later(2000))]);
      temporary.open(newKey, [sealingKey]).close();
      expect(rows()).toEqual(once);
    });

    it('are found by trying where an older build has not named their key', () => {
      const database = new DatabaseSync(temporary.file);
      database.exec('update secrets set sealing_key = null');
      database.close();
      expect(temporary.open(newKey, [Buffer.alloc(32, 9), sealingKey]).secrets.open('run-1', 'key', now())).toBe('hush');
      expect(new Set(rows().map((row) => row['sealing_key'])).size).toBe(1);
      expect(rows()[0]?.['sealing_key']).toEqual(expect.stringMatching(/^[0-9a-f]{16}$/u));
    });

    it('stay where no key opens them, which is said, and open when their key comes back', () => {
      temporary.open(newKey).close();
      expect(temporary.logged).toContainEqual({ unopened: 2 });
      expect(temporary.open(newKey, [sealingKey]).secrets.open('run-1', 'key', now())).toBe('hush');
    });

    it('are sealed anew where only some of them open', () => {
      const database = new DatabaseSync(temporary.file);
      database.exec(`update secrets set sealed = x'00' where name = 'password'`);
      database.close();
      const { secrets } = temporary.open(newKey, [sealingKey]);
      expect(temporary.logged).toContainEqual({ unopened: 1 });
      expect([secrets.open('run-1', 'key', now()), secrets.open('run-1', 'password', now())]).toEqual(['hush', undefined]);
    });

    it('are sealed anew all together or not at all', () => {
      const before = rows();
      const database = new DatabaseSync(temporary.file);
      database.exec(`create trigger full before insert on secrets when new.name = 'password' begin select raise(abort, 'disk full'); end`);
      expect(() => temporary.open(newKey, [sealingKey])).toThrow('disk full');
      expect(rows()).toEqual(before);
      database.exec('drop trigger full');
      database.close();
      expect(temporary.open(newKey, [sealingKey]).secrets.open('run-1', 'password', now())).toBe('hush too');
    });
  });

  it.each([
    ['whose seal was cut short', 'update secrets set tag = substr(tag, 1, 4)'],
    ['whose contents were changed', `update secrets set sealed = x'00000000'`],
    ['that are said to lie under a key that is not here', `update secrets set sealing_key = '0000000000000000'`],
  ])('do not open %s', (_what, change) => {
    storage.secrets.seal('run-1', 'key', 'hush', later(1000));
    const database = new DatabaseSync(temporary.file);
    database.exec(change);
    database.close();
    expect(storage.secrets.open('run-1', 'key', now())).toBeUndefined();
  });

  it('of one run are destroyed together, and those of another stay', () => {
    storage.runs.create(aRun({ id: 'other' }));
    for (const run of ['run-1', 'other']) storage.secrets.seal(run, 'key', 'hush', later(1000));
    storage.secrets.destroyAllOf('run-1');
    expect(['run-1', 'other'].map((run) => storage.secrets.open(run, 'key', now()))).toEqual([undefined, 'hush']);
  });

  it('do not open when they were moved to another run', () => {
    storage.runs.create(aRun({ id: 'other' }));
    storage.secrets.seal('run-1', 'key', 'hush', later(1000));
    const database = new DatabaseSync(temporary.file);
    database.exec(`update secrets set run_id = 'other'`);
    database.close();
    expect(storage.secrets.open('other', 'key', now())).toBeUndefined();
  });
});
