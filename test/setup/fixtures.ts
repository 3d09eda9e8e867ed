import type { Command, Verb } from '../../src/setup/commands/command.ts';
import { newRun } from '../../src/setup/newRun.ts';
import type { Ids } from '../../src/setup/ports/tools.ts';
import type { Person, Plan, SetupRun, StepState } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';

export const now = '2026-11-22T09:00:00.000Z';

export const alex: Person = {
  tenantId: '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f',
  objectId: 'a1e10000-0000-4000-8000-000000000001',
  channelUserId: '29:alex',
  channelId: 'msteams',
  name: 'Alex Admin',
};

export const priya: Person = { ...alex, objectId: 'a1e10000-0000-4000-8000-000000000002', channelUserId: '29:priya', name: 'Priya Power' };

/** Ids that count, so that a test can name them. */
export function countingIds(): Ids {
  let count = 0;
  const next = () => (count += 1).toString();
  return { short: () => `id${next()}`, guid: () => `00000000-0000-4000-8000-${next().padStart(12, '0')}` };
}

export const contoso = { url: 'https://contoso.crm4.dynamics.com', name: 'Contoso', isTest: false };

export const plan: Plan = {
  summary: say('solution.summary', { name: 'Lead Writer', version: '1.0.0.0' }),
  reversal: say('solution.reversal'),
  notices: [],
  facts: [],
  changes: [{ sentence: say('solution.changeImport', { name: 'Lead Writer', version: '1.0.0.0' }), request: 'POST dataverse /ImportSolutionAsync', canBeUndone: true }],
};

export const planned = { status: 'planned', plan, planHash: 'hash-1', at: now } satisfies StepState;
export const done = { status: 'done', at: now, evidence: [], approvedBy: alex } satisfies StepState;
export const applying = { status: 'applying', plan, planHash: 'hash-1', approvedBy: alex, approvedAt: now, begun: true } satisfies StepState;

/** A setup of Alex's, signed in, with whatever the test is about. */
export function aRun(given: Partial<SetupRun> = {}): SetupRun {
  return {
    ...newRun(alex, 'conversation-1', now, countingIds()),
    signedIn: true,
    discovery: { status: 'read', at: now },
    offered: [contoso],
    ...given,
  };
}

/** … whose environment and path are chosen and whose steps are as given. */
export function aRunWithSteps(steps: Partial<SetupRun['steps']>, given: Partial<SetupRun> = {}): SetupRun {
  const run = aRun({ environment: contoso, prerequisites: { status: 'read', at: now }, path: 'entra', ...given });
  return { ...run, steps: { ...run.steps, ...steps } };
}

export function aCommand(verb: Verb, data: Command['data'] = {}, given: Partial<Command> = {}): Command {
  return { verb, actor: alex, conversationId: 'conversation-1', typed: false, data: { runId: 'id1', ...data }, ...given };
}
