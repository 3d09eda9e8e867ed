import type { Ask, SetupRun } from '../../src/setup/run.ts';
import type { Task } from '../../src/setup/ports/stores.ts';
import { giveUp } from '../../src/setup/work/givingUp.ts';
import { aRun, environment, stoppedClock, temporaryStorage } from '../storage/sqliteStorage.ts';

const at = '2026-01-01T00:00:00.000Z';
const plan = { changes: [], stays: [], notices: [] };
const approval = { plan, planHash: 'h', approvedBy: aRun().startedBy, approvedAt: at, begun: true };
const ask: Ask = { id: '1', about: 'solution', wanted: 'priya', askedBy: aRun().startedBy, askedAt: at, status: 'searching', signedIn: false };
const undoing = (state: NonNullable<SetupRun['undo']>['state']): Partial<SetupRun> => ({ undo: { endedAs: 'finished', taken: [], state } });

/** The run after its only job was given up. */
function givenUp(task: Task, given: Partial<SetupRun>): SetupRun {
  const clock = stoppedClock();
  const place = temporaryStorage(clock);
  const { runs, jobs } = place.open();
  runs.create(aRun({ signedIn: true, environment, ...given }), [{ task }]);
  const now = clock.now().toISOString();
  giveUp({ runs, clock }, jobs.claim(now, now)!, 'e1');
  const run = runs.load('run-1')!;
  place.remove();
  return run;
}

describe('Work that never came back is shown as failed, and can be tried again', () => {
  const failure = { code: 'E-INTERNAL', errorId: 'e1' };

  test('a check, of a setup that is finished as before', () => {
    expect(givenUp({ kind: 'check' }, { drift: { status: 'reading', since: at } })).toMatchObject({ status: 'finished', drift: { status: 'failed', failure } });
  });

  test('the plan of what is taken back', () => {
    expect(givenUp({ kind: 'planUndo' }, undoing({ status: 'planning', since: at }))).toMatchObject({ undo: { state: { status: 'failed', failure } } });
  });

  test('the taking back, which keeps its approval', () => {
    expect(givenUp({ kind: 'undo' }, undoing({ status: 'undoing', ...approval }))).toMatchObject({ undo: { state: { status: 'failed', failure, approval } } });
  });

  test('the search for somebody to ask', () => {
    expect(givenUp({ kind: 'findPerson' }, { asks: [ask] })).toMatchObject({ asks: [{ status: 'nobody', failure }] });
  });

  test('but nothing that came to its end meanwhile', () => {
    const undone = undoing({ status: 'stopped', at });
    expect(givenUp({ kind: 'undo' }, undone)).toMatchObject(undone);
    expect(givenUp({ kind: 'check' }, {})).not.toHaveProperty('drift');
  });
});
