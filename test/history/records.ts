import { createHash } from 'node:crypto';

import type { AuditEntry, AuditRecord } from '../../src/setup/audit/entry.ts';

const alex = { objectId: 'a1e10000-0000-4000-8000-000000000001', name: 'Alex Admin' };
export const priya = { objectId: 'a1e10000-0000-4000-8000-000000000002', name: 'Priya Partner' };
const actingAs = { objectId: 'a1e10000-0000-4000-8000-0000000000aa', name: 'adm-alex@contoso.com' };

/** Where names and texts of people and of Microsoft stand. */
export interface Given {
  readonly person: string;
  readonly other: string;
}

/** One of each kind, in an order that could be. */
export function oneOfEach({ person, other }: Given = { person: alex.name, other: priya.name }): AuditRecord[] {
  const by = { ...alex, name: person };
  const asked = { ...priya, name: other };
  const change = { by, actingAs, about: 'application', changeId: 'j1', request: 'PATCH graph /applications(uniqueName)' } as const;
  const plan = [{ sentence: { key: 'application.summary', values: { name: 'Lead Writer' } } }, { sentence: { key: 'application.changeApplication', values: { name: 'Lead Writer' } }, request: change.request }];
  return recorded([
    { kind: 'begun', by }, { kind: 'signedIn', by }, { kind: 'actingAs', by, actingAs },
    { kind: 'approvedAll', by, detail: change.request },
    { kind: 'approved', by, actingAs, about: 'application', planHash: 'f'.repeat(64), plan },
    { kind: 'changeSent', ...change },
    { kind: 'changeAnswered', ...change, result: 'refused', detail: 'E-REFUSED Authorization_RequestDenied', requestIds: ['client-request-id=c1', 'request-id=r1'] },
    { kind: 'changeSent', ...change, changeId: 'j2' }, { kind: 'proven', by, actingAs, about: 'application' }, { kind: 'ownAccount', by }, { kind: 'signedOut', by },
    { kind: 'asked', by, person: asked, about: 'solution' }, { kind: 'declined', by: asked, person: asked, about: 'solution' },
    { kind: 'withdrawn', by, person: asked, about: 'solution' }, { kind: 'answered', by: asked, person: asked, about: 'solution' },
    { kind: 'unreachable', person: asked, about: 'solution' },
    { kind: 'revealed', by }, { kind: 'secretDestroyed', detail: 'key' }, { kind: 'secretDestroyed', detail: 'password' },
    { kind: 'changeAnswered', ...change, changeId: 'j3', result: 'done' }, { kind: 'changeAnswered', ...change, changeId: 'j4', result: 'unclear' },
    { kind: 'undoBegun', by }, { kind: 'undone', by }, { kind: 'undoStopped', by },
    { kind: 'takenOver', by: asked, person: by }, { kind: 'setAside' }, { kind: 'cancelled', by }, { kind: 'finished', by }, { kind: 'checked', by }, { kind: 'mending', by },
  ]);
}

export function recorded(entries: readonly (Pick<AuditEntry, 'kind'> & Partial<AuditEntry>)[]): AuditRecord[] {
  return entries.map((entry, index) => ({
    sequence: index + 1,
    entry: { at: new Date(Date.UTC(2026, 10, 22, 9, index)).toISOString(), tenantId: 't', runId: 'run1', environment: 'https://contoso.crm.example', ...entry },
    hash: createHash('sha256').update(String(index)).digest('hex'),
  }));
}
