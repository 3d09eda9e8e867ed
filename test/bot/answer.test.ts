import { isOwn } from '../../src/bot/answer.ts';
import { aRun } from '../storage/sqliteStorage.ts';

const run = aRun();
const by = (objectId: string, tenantId = run.startedBy.tenantId, conversationId = run.conversationId) =>
  isOwn({ verb: 'status', data: {}, actor: { ...run.startedBy, objectId, tenantId }, conversationId } as never, run);

test('a setup is its person’s own, in whatever letters their ids are written, and in its chat only', () => {
  expect([by('person-1'), by('PERSON-1'), by('person-1', 'Tenant-1')]).toEqual([true, true, true]);
  expect([by('person-2'), by('person-1', 'tenant-2'), by('person-1', 'tenant-1', 'conversation-2')]).toEqual([false, false, false]);
});
