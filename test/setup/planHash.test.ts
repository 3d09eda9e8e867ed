import { createHash } from 'node:crypto';

import { hashOf, planHash } from '../../src/setup/planHash.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { undoHash } from '../../src/setup/undo/undoHash.ts';
import { alex, aRunWithSteps, contoso, plan } from './fixtures.ts';

const aRun = (given: Partial<SetupRun> = {}, application: SetupRun['inputs']['application'] = { displayName: 'Leads', months: '24' }) => {
  const run = aRunWithSteps({}, given);
  return { ...run, inputs: { ...run.inputs, application } };
};

describe('The hash of a plan', () => {
  let hash: string;
  beforeEach(() => {
    hash = planHash(aRun(), 'application', plan);
  });

  test('does not depend on the order of properties', () => {
    const reordered = { changes: plan.changes, facts: plan.facts, notices: plan.notices, reversal: plan.reversal, summary: plan.summary };
    expect(planHash(aRun({}, { months: '24', displayName: 'Leads' }), 'application', reordered)).toBe(hash);
  });

  test('depends on the step, the inputs and every sentence', () => {
    const others = [
      planHash({ ...aRun(), inputs: { ...aRun().inputs, solution: aRun().inputs.application } }, 'solution', plan),
      planHash(aRun({}, { displayName: 'Other', months: '24' }), 'application', plan),
      planHash(aRun(), 'application', { ...plan, notices: [{ key: 'notice.finished' }] }),
    ];
    expect(new Set([hash, ...others]).size).toBe(4);
  });

  test('is the same after the bot was renewed: what was shown before can still be approved', () => {
    expect(hashOf({ b: [1, { d: 'x', c: null }], a: undefined })).toBe(createHash('sha256').update('{"b":[1,{"c":null,"d":"x"}]}').digest('base64url'));
    expect(hash).toBe(hashOf([alex.tenantId, contoso.url, 'application', { displayName: 'Leads', months: '24' }, plan]));
  });

  test('depends on the environment and the organization', () => {
    const { environment: _none, ...nowhere } = aRun();
    const others = [
      planHash(aRun({ environment: { ...contoso, url: 'https://contoso-test.crm4.dynamics.com' } }), 'application', plan),
      planHash(aRun({ startedBy: { ...alex, tenantId: 'another-tenant' } }), 'application', plan),
      planHash(nowhere, 'application', plan),
    ];
    expect(new Set([hash, ...others]).size).toBe(4);
  });
});

test('The hash of what is taken back depends on setup, organization, environment, account and every sentence', () => {
  const undone = { changes: [{ sentence: { key: 'undo.solution' }, request: 'DELETE' }], stays: [], notices: [] };
  const admin = { objectId: 'a1e10000-0000-4000-8000-000000000009', name: 'adm-alex@contoso.onmicrosoft.com' };
  const others = [
    undoHash(aRun({ id: 'id2' }), undone),
    undoHash(aRun({ startedBy: { ...alex, tenantId: 'another-tenant' } }), undone),
    undoHash(aRun({ environment: { ...contoso, url: 'https://contoso-test.crm4.dynamics.com' } }), undone),
    undoHash(aRun({ startedBy: { ...alex, actingAs: admin } }), undone),
    undoHash(aRun(), { ...undone, notices: [{ key: 'undo.keysOfOthers' }] }),
  ];
  expect(new Set([undoHash(aRun(), undone), ...others]).size).toBe(6);
});
