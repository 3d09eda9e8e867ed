import type { Command } from '../../src/setup/commands/command.ts';
import { decide } from '../../src/setup/commands/index.ts';
import type { SetupRun, StepState } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { aCommand, alex, aRunWithSteps, applying, done, now, plan, planned, priya } from './fixtures.ts';

const decideOn = (run: SetupRun, command: Command) => decide(run, { command, now, hostKind: () => 'environment' });

const blocked = { status: 'blocked', at: now, reason: say('x'), cure: say('y') } satisfies StepState;
const failure = { code: 'E-REFUSED', sentence: say('error.refused'), errorId: 'e1' } as const;
const approval = { plan, planHash: 'hash-1', approvedBy: priya, approvedAt: now };
const failed = { status: 'failed', at: now, failure } satisfies StepState;
const byHand = { status: 'byHand', since: now } satisfies StepState;
const open = { planned, blocked, failed, failedBeforeItBegan: { ...failed, approval: { ...approval, begun: false } } };
const untilKey = { solution: done, application: done, applicationUserAndRole: done };

describe('Other ways', () => {
  test.each(Object.entries(open))('of a step that is %s can be seen, which changes nothing', (_name, state) => {
    const decision = decideOn(aRunWithSteps({ solution: state }), aCommand('ways', { stepId: 'solution' }));
    expect(decision).toMatchObject({ kind: 'question', question: { kind: 'ways', stepId: 'solution' } });
  });

  test('of a step that waits for approval are by hand, and the whole plan', () => {
    expect(decideOn(aRunWithSteps({ solution: planned }), aCommand('ways', {}, { typed: true }))).toMatchObject({ question: { ways: ['manual', 'wholePlan', 'ask', 'actAs'] } });
  });

  test('of one in trouble are by hand, and somebody else', () => {
    expect(decideOn(aRunWithSteps({ solution: blocked }), aCommand('ways', { stepId: 'solution' }))).toMatchObject({ question: { ways: ['manual', 'ask', 'actAs'] } });
  });

  test('of the key are to leave the test out too, as long as it is not', () => {
    const run = aRunWithSteps({ ...untilKey, keyAndProof: planned });
    expect(decideOn(run, aCommand('ways', { stepId: 'keyAndProof' }))).toMatchObject({ question: { ways: ['manual', 'skip', 'ask', 'actAs'] } });
    const skipped = { ...run, inputs: { ...run.inputs, keyAndProof: { months: '24', proof: 'no' } } };
    expect(decideOn(skipped, aCommand('ways', { stepId: 'keyAndProof' }))).toMatchObject({ question: { ways: ['manual', 'ask', 'actAs'] } });
  });

  test.each([applying, done, byHand, { ...failed, approval: { ...approval, begun: true } }])('of a step in hand are none: $status', (state) => {
    expect(decideOn(aRunWithSteps({ solution: state }), aCommand('ways', { stepId: 'solution' }))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.noOtherWays' } });
  });

  test.each(['ways', 'manual', 'skip', 'wholePlan', 'approveAll', 'pause'] as const)('%s by somebody else is refused', (verb) => {
    const command = aCommand(verb, { stepId: 'solution', planHash: 'hash-1' }, { actor: priya });
    expect(decideOn(aRunWithSteps({ solution: planned }), command)).toMatchObject({ notice: { key: 'notice.notYours' } });
  });

  test.each(['ways', 'manual', 'skip', 'wholePlan', 'approveAll', 'pause'] as const)('%s after the end is refused', (verb) => {
    const run = aRunWithSteps({ solution: planned }, { status: 'cancelled' });
    expect(decideOn(run, aCommand(verb, { stepId: 'solution' }))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.cancelled' } });
  });
});

describe('By hand', () => {
  test.each(Object.entries(open))('a step that is %s is the person’s, and nothing is enqueued', (_name, state) => {
    const decision = decideOn(aRunWithSteps({ solution: state }), aCommand('manual', { stepId: 'solution' }));
    expect(decision).toEqual({ kind: 'move', run: expect.objectContaining({ steps: expect.objectContaining({ solution: byHand }) }) });
  });

  test('somebody who was asked for it is not waited for any more, and sees that', () => {
    const ask = { id: '1', about: 'solution', wanted: 'Priya', askedBy: alex, askedAt: now, status: 'open', person: priya, signedIn: false } as const;
    expect(decideOn(aRunWithSteps({ solution: planned }, { asks: [ask] }), aCommand('manual', { stepId: 'solution' }))).toMatchObject({
      run: { asks: [{ status: 'withdrawn' }] },
      enqueue: [{ task: { kind: 'redraw' } }],
    });
  });

  test('clicked twice is the same', () => {
    expect(decideOn(aRunWithSteps({ solution: byHand }), aCommand('manual', { stepId: 'solution' }))).toEqual({ kind: 'show' });
  });

  test('a step that has begun is the bot’s to finish', () => {
    const begun = { ...failed, approval: { ...approval, begun: true } };
    expect(decideOn(aRunWithSteps({ solution: begun }), aCommand('manual', { stepId: 'solution' }))).toMatchObject({ notice: { key: 'notice.manualBegun' } });
    expect(decideOn(aRunWithSteps({ solution: applying }), aCommand('manual', { stepId: 'solution' }))).toMatchObject({ notice: { key: 'notice.manualBegun' } });
    expect(decideOn(aRunWithSteps({ solution: done }), aCommand('manual', { stepId: 'solution' }))).toMatchObject({ notice: { key: 'notice.noOtherWays' } });
  });

  test('check reads the tenant, with what was entered', () => {
    const appId = 'C0FFEE00-0000-4000-8000-000000000002';
    const decision = decideOn(aRunWithSteps({ solution: done, application: byHand }), aCommand('check', { stepId: 'application', appId: ` ${appId} ` }));
    expect(decision).toMatchObject({
      kind: 'move',
      run: { steps: { application: { status: 'planning', byHand: true } }, inputs: { application: { appId } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'application' } }],
    });
  });

  test('check with something that is no application ID changes nothing', () => {
    const run = aRunWithSteps({ solution: done, application: byHand });
    expect(decideOn(run, aCommand('check', { stepId: 'application', appId: 'my app' }))).toMatchObject({ notice: { key: 'notice.detailsWrong' } });
  });

  test('given back, the bot plans it anew', () => {
    const decision = decideOn(aRunWithSteps({ solution: byHand }), aCommand('retry', { stepId: 'solution' }));
    expect(decision).toMatchObject({ run: { steps: { solution: { status: 'planning', since: now } } }, enqueue: [{ task: { kind: 'plan', stepId: 'solution' } }] });
    expect(decision).not.toHaveProperty('run.steps.solution.byHand');
  });
});

describe('Leaving something out', () => {
  const run = aRunWithSteps({ ...untilKey, keyAndProof: planned });

  test('is asked with what follows from it', () => {
    expect(decideOn(run, aCommand('skip', { stepId: 'keyAndProof' }))).toMatchObject({
      kind: 'question',
      question: { kind: 'skip', stepId: 'keyAndProof', consequence: { key: 'keyAndProof.skipped' } },
    });
  });

  test('confirmed, plans the step without it', () => {
    expect(decideOn(run, aCommand('skip', { stepId: 'keyAndProof', confirmed: true }))).toMatchObject({
      kind: 'move',
      run: { inputs: { keyAndProof: { months: '24', proof: 'no' } }, steps: { keyAndProof: { status: 'planning' } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'keyAndProof' } }],
    });
  });

  test('confirmed twice changes nothing more', () => {
    const skipped = { ...run, inputs: { ...run.inputs, keyAndProof: { months: '24', proof: 'no' } } };
    expect(decideOn(skipped, aCommand('skip', { stepId: 'keyAndProof', confirmed: true }))).toMatchObject({ notice: { key: 'notice.alreadySkipped' } });
  });

  test('is refused with the reason where the setup cannot do without', () => {
    expect(decideOn(aRunWithSteps({ solution: planned }), aCommand('skip', {}, { typed: true }))).toMatchObject({ notice: { key: 'notice.cannotSkip.solution' } });
  });

  test('is refused where nothing waits', () => {
    expect(decideOn(aRunWithSteps({ solution: applying }), aCommand('skip', { stepId: 'solution' }))).toMatchObject({ notice: { key: 'notice.nothingToSkip' } });
  });
});
