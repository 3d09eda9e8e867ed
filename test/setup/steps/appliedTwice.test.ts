import { pathSteps, type SetupRun, type StepId } from '../../../src/setup/run.ts';
import { type World, createWorld } from '../world.ts';

/** The step as it was when it had just been approved: what a crash before the last write leaves behind. */
function forget(world: World, id: StepId, applying: SetupRun['steps'][StepId]): void {
  world.overwrite((run) => ({ ...run, steps: { ...run.steps, [id]: applying } }), { kind: 'apply', stepId: id });
}

describe.each([...new Set([...pathSteps.entra, ...pathSteps.microsoft365])])('The step %s applied twice', (id) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo(id);
  });
  afterEach(() => world.close());

  test('changes the tenant once', async () => {
    world.approve(id);
    const approved = world.step(id);
    await world.until(id, 'done');
    const after = await world.tenantAtRest();
    if (approved.status !== 'applying') throw new Error('It was not approved');
    forget(world, id, { ...approved, begun: true });
    await world.until(id, 'done');
    expect(await world.tenantAtRest()).toEqual(after);
  });
});
