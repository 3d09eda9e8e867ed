import { goOnAtOnce } from '../../src/setup/allAtOnce.ts';
import type { Command } from '../../src/setup/commands/command.ts';
import { decide } from '../../src/setup/commands/index.ts';
import type { Plan, SetupRun, StepState } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { wholePlan, wholePlanHash } from '../../src/setup/wholePlan.ts';
import { aCommand, alex, aRunWithSteps, applying, done, now, plan, planned } from './fixtures.ts';

const decideOn = (run: SetupRun, command: Command) => decide(run, { command, now, hostKind: () => 'environment' });
const failure = { code: 'E-REFUSED', sentence: say('error.refused'), errorId: 'e1' } as const;

/** The whole plan as the person saw it, and the click on *Approve all*. */
const clickOn = (run: SetupRun, change: Command['data'] = {}) =>
  aCommand('approveAll', { stepId: 'solution', planHash: 'hash-1', shownHash: wholePlanHash(wholePlan(run)), ...change });

describe('The whole plan', () => {
  const run = aRunWithSteps({ solution: planned });

  test('names every change of every remaining step, in order', () => {
    const decision = decideOn(run, aCommand('wholePlan', { stepId: 'solution' }));
    expect(decision).toMatchObject({ kind: 'question', question: { kind: 'wholePlan', stepId: 'solution', planHash: 'hash-1' } });
    expect(wholePlan(run).map(({ stepId }) => stepId)).toEqual(['solution', 'application', 'applicationUserAndRole', 'keyAndProof']);
    expect(wholePlan(run)[0]?.changes).toEqual(plan.changes);
    expect(wholePlan(run).every(({ changes }) => changes.length > 0)).toBe(true);
  });

  test('leaves out what was approved already', () => {
    const later = aRunWithSteps({ solution: applying, application: planned });
    expect(wholePlan(later).map(({ stepId }) => stepId)).toEqual(['application', 'applicationUserAndRole', 'keyAndProof']);
  });

  test('marks what is always asked alone', () => {
    const alone = wholePlan(aRunWithSteps({ solution: planned }, { path: 'microsoft365' })).filter(({ isAskedAlone }) => isAskedAlone);
    expect(alone.map(({ stepId }) => stepId)).toEqual(['licence']);
  });

  test('names the user that would be made, and what its own plan would warn of', () => {
    const later = aRunWithSteps({ solution: planned }, { path: 'microsoft365' });
    const userOf = (inputs: Record<string, string>) => wholePlan({ ...later, inputs: { ...later.inputs, serviceUser: { ...later.inputs.serviceUser, ...inputs } } })[1];
    expect(userOf({ domain: 'contoso.com' })?.changes[0]?.sentence).toEqual(say('serviceUser.changeCreate', { userName: 'marketplace-lead-writer@contoso.com' }));
    expect(userOf({})?.changes[0]?.sentence).toEqual(say('serviceUser.changeCreateForeseen', { userName: 'marketplace-lead-writer' }));
    expect(userOf({})?.notices).toEqual([say('serviceUser.noticePassword'), say('serviceUser.noticeMultifactor')]);
    expect(wholePlan(later).at(-1)?.notices).toEqual([say('keyAndProof.sideEffects')]);
  });

  test('waits until a step waits for approval', () => {
    expect(decideOn(aRunWithSteps({ solution: applying }), aCommand('wholePlan'))).toMatchObject({ notice: { key: 'notice.wholePlanLater' } });
    const licence = aRunWithSteps({ solution: done, serviceUser: done, licence: planned }, { path: 'microsoft365' });
    expect(decideOn(licence, aCommand('wholePlan'))).toMatchObject({ notice: { key: 'notice.wholePlanLater' } });
  });
});

describe('Approve all', () => {
  const run = aRunWithSteps({ solution: planned }, { pausedAt: now, allAtOnceEndedAt: now });

  test('approves the step that waits, takes the lock, and remembers what was shown of the others', () => {
    const decision = decideOn(run, clickOn(run));
    expect(decision).toMatchObject({
      kind: 'move',
      lock: 'acquire',
      run: {
        steps: { solution: { status: 'applying', approvedBy: alex, begun: false }, application: { status: 'planning' } },
        allAtOnce: { approvedBy: alex, approvedAt: now, foreseen: { solution: ['POST dataverse /ImportSolutionAsync'], keyAndProof: expect.arrayContaining(['POST dataverse /leads']) } },
      },
    });
    expect(decision).not.toHaveProperty('run.pausedAt');
    expect(decision).not.toHaveProperty('run.allAtOnceEndedAt');
  });

  test('clicked twice is refused the second time, with the name of who was first', () => {
    const underWay = aRunWithSteps({ solution: applying }, { allAtOnce: { approvedBy: alex, approvedAt: now, foreseen: {} } });
    expect(decideOn(underWay, clickOn(run))).toMatchObject({ notice: { key: 'notice.alreadyApproved', values: { name: 'Alex Admin' } } });
  });

  test('on an old card, after its first step alone was approved, is told that the plan is another one', () => {
    expect(decideOn(aRunWithSteps({ solution: applying }), clickOn(run))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.planChanged' } });
  });

  test.each([
    ['another plan of the step', { planHash: 'hash-0' }],
    ['no plan', { planHash: undefined }],
    ['other later steps', { shownHash: 'another' }],
    ['no later steps', { shownHash: undefined }],
  ])('on a card that showed %s is refused', (_name, change) => {
    expect(decideOn(run, clickOn(run, change))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.planChanged' } });
  });

  test('on a card from before the details of a later step were changed is refused', () => {
    const changed = { ...run, inputs: { ...run.inputs, keyAndProof: { months: '6', proof: 'yes' } } };
    expect(decideOn(changed, clickOn(run))).toMatchObject({ notice: { key: 'notice.planChanged' } });
  });

  test('clicked without naming the step is refused', () => {
    expect(decideOn(run, clickOn(run, { stepId: undefined }))).toMatchObject({ notice: { key: 'notice.nothingToApprove' } });
  });

  test('typed is answered with the whole plan, whatever was shown before', () => {
    expect(decideOn(run, aCommand('approveAll', { shownHash: wholePlanHash(wholePlan(run)) }, { typed: true }))).toMatchObject({ kind: 'question', question: { kind: 'wholePlan' } });
    expect(decideOn(aRunWithSteps({ solution: applying }), aCommand('approveAll', {}, { typed: true }))).toMatchObject({ notice: { key: 'notice.wholePlanLater' } });
  });
});

describe('After it, what comes next', () => {
  const allAtOnce = { approvedBy: alex, approvedAt: now, foreseen: { application: ['POST dataverse /ImportSolutionAsync'], licence: ['POST dataverse /ImportSolutionAsync'] } };
  const next = (state: StepState, given: Partial<SetupRun> = {}) => goOnAtOnce({ run: aRunWithSteps({ solution: applying, application: state }, { allAtOnce, ...given }), enqueue: [] }, now);
  const planOf = (change: Partial<Plan>) => ({ ...planned, plan: { ...plan, ...change } });

  test('is approved in the name of whoever approved all', () => {
    expect(next(planned)).toMatchObject({
      run: { steps: { application: { status: 'applying', planHash: 'hash-1', approvedBy: alex, begun: false } }, allAtOnce },
      enqueue: [{ task: { kind: 'apply', stepId: 'application' } }],
    });
  });

  test.each([
    ['a request that was not shown', planOf({ changes: [{ ...plan.changes[0]!, request: 'DELETE graph /applications/{id}' }] }), 'notice.stoppedByPlan'],
    ['something that was there before', planOf({ usesWhatWasThere: true }), 'notice.stoppedByFind'],
    ['more than the step is there for', planOf({ toTick: [say('solution.brings.plugIn', { names: 'x' })] }), 'notice.stoppedByTick'],
    ['a plan that has changed', { ...planned, notice: say('notice.planChangedSinceApproval') }, 'notice.planChangedSinceApproval'],
  ])('with %s waits, says so, and ends it', (_name, state, key) => {
    const { run, enqueue } = next(state);
    expect(run.steps.application).toMatchObject({ status: 'planned', notice: { key } });
    expect(run.allAtOnce).toBeUndefined();
    expect(enqueue).toEqual([]);
  });

  test.each<StepState>([
    { status: 'failed', at: now, failure },
    { status: 'blocked', at: now, reason: say('x'), cure: say('y') },
    { status: 'byHand', since: now },
  ])('ends when a step is $status', (state) => {
    expect(next(state).run.allAtOnce).toBeUndefined();
    expect(next(state).run.allAtOnceEndedAt).toBe(now);
  });

  test('is asked one by one after a day, with the reason', () => {
    const run = aRunWithSteps({ solution: done, application: planned }, { allAtOnce });
    expect(goOnAtOnce({ run, enqueue: [] }, now).run.steps.application.status).toBe('applying');
    const late = goOnAtOnce({ run, enqueue: [] }, new Date(Date.parse(now) + 25 * 3_600_000).toISOString());
    expect(late.run).not.toHaveProperty('allAtOnce');
    expect(late.run.steps.application).toMatchObject({ status: 'planned', notice: { key: 'notice.stoppedByTime' } });
  });

  test('is approved until a day is over, to the moment', () => {
    const run = aRunWithSteps({ solution: done, application: planned }, { allAtOnce });
    const at = (ms: number) => goOnAtOnce({ run, enqueue: [] }, new Date(Date.parse(now) + ms).toISOString()).run.steps.application.status;
    expect([at(24 * 3_600_000), at(24 * 3_600_000 + 1)]).toEqual(['applying', 'planned']);
  });

  test('waits when but one of its requests was not shown, and when none was', () => {
    const change = plan.changes[0]!;
    const { run } = next(planOf({ changes: [change, { ...change, request: 'DELETE graph /applications/{id}' }] }));
    expect(run.steps.application).toMatchObject({ status: 'planned', notice: { key: 'notice.stoppedByPlan' } });
    expect(next(planned, { allAtOnce: { ...allAtOnce, foreseen: {} } }).run.steps.application).toMatchObject({ notice: { key: 'notice.stoppedByPlan' } });
  });

  test('is nothing in a setup that has ended', () => {
    expect(next(planned, { status: 'cancelled' })).toMatchObject({ run: { steps: { application: planned }, allAtOnce }, enqueue: [] });
  });

  test('waits where it is always asked alone, and goes on after that', () => {
    const states = { solution: done, serviceUser: done, licence: planned };
    const { run, enqueue } = goOnAtOnce({ run: aRunWithSteps(states, { path: 'microsoft365', allAtOnce }), enqueue: [] }, now);
    expect(run).toMatchObject({ steps: { licence: planned }, allAtOnce });
    expect(enqueue).toEqual([]);
  });

  test('is over with the last step: a new key is asked for again', () => {
    const all = { solution: done, application: done, applicationUserAndRole: done, keyAndProof: done };
    const { run } = goOnAtOnce({ run: aRunWithSteps(all, { allAtOnce }), enqueue: [] }, now);
    expect(run.allAtOnce).toBeUndefined();
    expect(run.allAtOnceEndedAt).toBeUndefined();
  });

  test('without it, nothing is approved', () => {
    const advanced = { run: aRunWithSteps({ solution: planned }), enqueue: [] };
    expect(goOnAtOnce(advanced, now)).toEqual(advanced);
  });

  test.each(['manual', 'submit', 'skip'] as const)('%s ends it', (verb) => {
    const run = aRunWithSteps({ solution: done, application: done, applicationUserAndRole: done, keyAndProof: planned }, { allAtOnce });
    const decision = decideOn(run, aCommand(verb, { stepId: 'keyAndProof', months: '6', confirmed: true }));
    expect(decision).toMatchObject({ kind: 'move' });
    expect(decision).not.toHaveProperty('run.allAtOnce');
  });

  test('pause ends it, and says since when', () => {
    const decision = decideOn(aRunWithSteps({ solution: applying }, { allAtOnce }), aCommand('pause'));
    expect(decision).toMatchObject({ kind: 'move', run: { pausedAt: now, steps: { solution: applying } } });
    expect(decision).not.toHaveProperty('run.allAtOnce');
  });

  test('pause without it is refused', () => {
    expect(decideOn(aRunWithSteps({ solution: applying }), aCommand('pause'))).toMatchObject({ notice: { key: 'notice.nothingToPause' } });
  });
});
