import type { AuditRecord } from '../setup/audit/entry.ts';
import type { Sentence } from '../setup/sentence.ts';
import { whatHappened } from './what.ts';

/** The columns of an exported history, in order. Columns are only ever added, at the end; see docs/history.md. */
export const columns = [
  'sequence', 'at', 'kind', 'what', 'byId', 'byName', 'actingAsId', 'actingAsName', 'personId', 'personName', 'about',
  'runId', 'tenantId', 'environment', 'planHash', 'plan', 'changeId', 'request', 'result', 'detail', 'requestIds', 'hash',
] as const;
export type Column = (typeof columns)[number];
export type Cells = Readonly<Record<Column, string | number>>;

/** One entry as cells; what it does not have is empty. Several values of one cell are parted by `; `. */
export function cellsOf({ sequence, entry, hash }: AuditRecord, plain: (sentence: Sentence) => string): Cells {
  const { by, actingAs, person, plan = [], requestIds = [] } = entry;
  return {
    sequence,
    at: entry.at,
    kind: entry.kind,
    what: plain(whatHappened(entry, plain)),
    byId: by?.objectId ?? '',
    byName: by?.name ?? '',
    actingAsId: actingAs?.objectId ?? '',
    actingAsName: actingAs?.name ?? '',
    personId: person?.objectId ?? '',
    personName: person?.name ?? '',
    about: entry.about ?? '',
    runId: entry.runId ?? '',
    tenantId: entry.tenantId,
    environment: entry.environment ?? '',
    planHash: entry.planHash ?? '',
    plan: plan.map(({ sentence, request }) => [plain(sentence), request].filter(Boolean).join(' — ')).join('; '),
    changeId: entry.changeId ?? '',
    request: entry.request ?? '',
    result: entry.result ?? '',
    detail: entry.detail ?? '',
    requestIds: requestIds.join('; '),
    hash,
  };
}
