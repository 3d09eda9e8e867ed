import { hashOf } from '../planHash.ts';
import type { SetupRun } from '../run.ts';
import type { UndoPlan } from './record.ts';

/** What an approval of taking back is bound to: the setup, its organization and environment, everything the plan says, and the account whose rights are used. */
export function undoHash({ id, startedBy, environment }: Pick<SetupRun, 'id' | 'startedBy' | 'environment'>, plan: UndoPlan): string {
  return hashOf(['undo', id, startedBy.tenantId, environment?.url, startedBy.actingAs?.objectId, plan]);
}
