import type { StepState } from '../../../src/setup/run.ts';
import { type World, createWorld } from '../world.ts';

/** Of the user as it is planned, with no details entered. */
export const userName = 'marketplace-lead-writer@contoso.example';

/** A world at the look at the user, with the setup as Alex begins it. */
export async function worldAtUser(): Promise<World> {
  const world = await createWorld();
  await world.goTo('serviceUser');
  return world;
}

export async function users(world: World, name = userName) {
  return (await world.state()).graph.users.filter(({ userPrincipalName }) => userPrincipalName === name);
}

export async function creations(world: World): Promise<string[]> {
  return (await world.changes()).filter((request) => /^POST .*\/users$/u.test(request));
}

export async function submit(world: World, details: Record<string, string>): Promise<StepState> {
  expect(world.command('submit', { stepId: 'serviceUser', ...details })).toMatchObject({ kind: 'moved' });
  await world.settle();
  return world.step('serviceUser');
}

/** Whether the password that is handed over is the one that the tenant knows. */
export async function signsIn(world: World): Promise<boolean> {
  world.overwrite((run) => ({ ...run, handover: {} }));
  const outcome = world.command('reveal');
  const password = outcome.kind === 'revealed' ? outcome.secret : '';
  return (await world.tenant.control('password', { userPrincipalName: world.run().facts.serviceUser?.userPrincipalName, password })).json.isRight;
}

export async function finish(world: World): Promise<void> {
  for (const step of ['licence', 'userRole', 'passwordAndProof'] as const) {
    await world.decided(step);
    if (world.step(step).status === 'planned') world.approve(step);
    await world.until(step, 'done');
  }
}
