import { planHash } from '../../src/setup/planHash.ts';
import { plan } from './fixtures.ts';

describe('The hash of a plan', () => {
  const hash = planHash('application', { displayName: 'Leads', months: '24' }, plan);

  test('does not depend on the order of properties', () => {
    const reordered = { changes: plan.changes, facts: plan.facts, notices: plan.notices, reversal: plan.reversal, summary: plan.summary };
    expect(planHash('application', { months: '24', displayName: 'Leads' }, reordered)).toBe(hash);
  });

  test('depends on the step, the inputs and every sentence', () => {
    const others = [
      planHash('solution', { displayName: 'Leads', months: '24' }, plan),
      planHash('application', { displayName: 'Other', months: '24' }, plan),
      planHash('application', { displayName: 'Leads', months: '24' }, { ...plan, notices: [{ key: 'notice.ended' }] }),
    ];
    expect(new Set([hash, ...others]).size).toBe(4);
  });
});
