import { currentSection } from '../../src/setup/sections.ts';
import { applying, aRun, aRunWithSteps, contoso, done, now, planned } from './fixtures.ts';

describe('The section that the person is in', () => {
  test.each([
    [aRun(), 'environment'],
    [aRun({ environment: contoso }), 'prerequisites'],
    [aRunWithSteps({}), 'solution'],
    [aRunWithSteps({ solution: applying, application: planned }), 'application'],
    [aRunWithSteps({ solution: applying, application: done }), 'applicationUserAndRole'],
    [aRunWithSteps({ solution: done, application: applying }), 'application'],
    [aRunWithSteps({ solution: { status: 'blocked', at: now, reason: { key: 'x' }, cure: { key: 'x' } }, application: planned }), 'solution'],
    [aRunWithSteps({ solution: done, application: done, applicationUserAndRole: done, keyAndProof: done }), 'partnerCenter'],
    [aRunWithSteps({}, { status: 'cancelled' }), 'ended'],
  ])('%#: %s', (run, section) => {
    expect(currentSection(run)).toBe(section);
  });
});
