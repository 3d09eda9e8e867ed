import type { Command, Outcome } from '../../../src/setup/commands/command.ts';
import type { SetupRun } from '../../../src/setup/run.ts';
import type { UndoState } from '../../../src/setup/undo/record.ts';
import type { TenantState, World } from '../world.ts';

/** What is live in the tenant: without what Entra and Dynamics keep in their bins and logs, and without this user's row. */
export async function live(world: World, disabledUser?: string): Promise<unknown> {
  const { graph, dataverse } = await world.state();
  const { applications, servicePrincipals, users, subscribedSkus } = graph;
  return { graph: { applications, servicePrincipals, users, subscribedSkus }, contoso: rowsOf(withoutUser(dataverse['contoso'] ?? {}, disabledUser)), test: rowsOf(dataverse['contoso-test'] ?? {}) };
}

function withoutUser(tables: TenantState['dataverse'][string], systemUserId: string | undefined): TenantState['dataverse'][string] {
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.filter(({ systemuserid }) => systemUserId === undefined || systemuserid !== systemUserId)]));
}

/** A publisher stays when its solution goes, as Dynamics has it; jobs are its log. */
const logs = ['importjobs', 'asyncoperations', 'publishers'];

function rowsOf(tables: TenantState['dataverse'][string]): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, logs.includes(name) ? [] : rows]));
}

export function undoOf(world: World): UndoState {
  const { undo } = world.run();
  if (!undo) throw new Error('Nothing is being taken back');
  return undo.state;
}

export async function finished(world: World, path: 'entra' | 'microsoft365' = 'entra'): Promise<void> {
  const last = path === 'entra' ? 'keyAndProof' : 'passwordAndProof';
  await world.goTo(last);
  world.approve(last);
  await world.until(last, 'done');
  world.command('reveal');
  world.command('done');
  await world.settle();
}

/** Until its plan waits for the person, or there is nothing to plan. */
export async function planned(world: World): Promise<void> {
  expect(world.command('undo')).toMatchObject({ kind: 'moved' });
  world.signIn();
  await world.settle();
}

export function approveUndo(world: World, given: Partial<Command> = {}): Outcome {
  const state = undoOf(world);
  return world.command('approve', 'planHash' in state ? { planHash: state.planHash } : {}, given);
}

export async function undone(world: World): Promise<void> {
  expect(approveUndo(world)).toMatchObject({ kind: 'moved' });
  await untilUndone(world);
}

export async function untilUndone(world: World): Promise<void> {
  for (let round = 0; round < 20 && undoOf(world).status === 'undoing'; round += 1) await world.pass('PT5S');
  expect(undoOf(world)).toMatchObject({ status: 'undone' });
}

export function sentencesOf(run: SetupRun): string[] {
  const state = run.undo?.state;
  return state && 'plan' in state ? state.plan.changes.map(({ sentence }) => sentence.key) : [];
}
