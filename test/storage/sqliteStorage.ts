import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Environment, type Person, type SetupRun, stepIds } from '../../src/setup/run.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/index.ts';

export const sealingKey = Buffer.alloc(32, 7);

/** A clock that only moves when told. */
export function stoppedClock(start = '2026-03-01T10:00:00.000Z') {
  let now = new Date(start);
  return {
    now: () => now,
    advance: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
  };
}

/** A database file in a folder of its own, that can be opened as often as a test likes. */
export function temporaryStorage(clock = stoppedClock()) {
  const folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  const file = join(folder, 'lead-setup.db');
  let count = 0;
  const ids = { short: () => `id${++count}`, guid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}` };
  const logged: Record<string, unknown>[] = [];
  const log = { error: (detail: Record<string, unknown>) => void logged.push(detail) };
  const opened: { isOpen(): boolean; close(): void }[] = [];
  const open = (present: Uint8Array = sealingKey, before: readonly Uint8Array[] = []) => {
    const storage = openSqliteStorage({ file, sealingKeys: { present, before }, clock, ids, log });
    opened.push(storage);
    return storage;
  };
  const remove = () => {
    for (const storage of opened) if (storage.isOpen()) storage.close();
    rmSync(folder, { recursive: true });
  };
  return { clock, file, open, remove, logged };
}

const person: Person = {
  tenantId: 'tenant-1',
  objectId: 'person-1',
  channelUserId: '29:person-1',
  channelId: 'msteams',
  name: 'Alex',
};
export const environment: Environment = { url: 'https://contoso.crm.example', name: 'Contoso', isTest: false };

export function aRun(changes: Partial<SetupRun> = {}): SetupRun {
  return {
    schemaVersion: 2,
    id: 'run-1',
    version: 1,
    conversationId: 'conversation-1',
    startedBy: person,
    startedAt: '2026-03-01T10:00:00.000Z',
    updatedAt: '2026-03-01T10:00:00.000Z',
    status: 'active',
    signedIn: false,
    discovery: { status: 'waiting' },
    offered: [],
    prerequisites: { status: 'waiting' },
    checks: [],
    inputs: Object.fromEntries(stepIds.map((id) => [id, {}])) as SetupRun['inputs'],
    steps: Object.fromEntries(stepIds.map((id) => [id, { status: 'waiting' }])) as SetupRun['steps'],
    facts: {},
    handover: {},
    asks: [],
    journal: [],
    ...changes,
  };
}
