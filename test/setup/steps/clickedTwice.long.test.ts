import { pathSteps } from '../../../src/setup/run.ts';
import { type World, createWorld } from '../world.ts';

describe.each([...new Set([...pathSteps.entra, ...pathSteps.microsoft365])])('The step %s', (id) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo(id);
  });
  afterEach(() => world.close());

  test('clicked twice is approved once', async () => {
    expect(world.approve(id).kind).toBe('moved');
    expect(world.approve(id)).toMatchObject({ kind: 'refused' });
    await world.until(id, 'done');
    expect(world.approve(id)).toMatchObject({ kind: 'refused', notice: { key: 'notice.alreadyApproved' } });
  });
});
