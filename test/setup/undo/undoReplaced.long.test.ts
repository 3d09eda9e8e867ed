import { portalsOf } from '../steps/portals.ts';
import { createWorld, type World } from '../world.ts';
import { live, planned, sentencesOf, undone } from './undoing.ts';

describe('An application that takes the place of one that was deleted', () => {
  let world: World;
  let before: unknown;
  beforeEach(async () => {
    world = await createWorld();
    before = await live(world);
    await world.goTo('applicationUserAndRole');
    await portalsOf(world).graph('DELETE', `/applications/${world.run().facts.application!.objectId}`);
    await world.pass('PT20M');
    world.command('continue');
    await world.until('application', 'planned');
  });
  afterEach(() => world.close());

  const applications = async () => (await world.state()).graph.applications;
  /** Its making is carried out, and nobody hears of it. */
  const madeUnheard = async () => {
    await world.tenant.control('faults', [{ match: 'PATCH /applications(uniqueName=*', kind: 'drop-after', times: 4 }]);
    world.approve('application');
    await world.until('application', 'failed');
  };

  test('has a unique name of its own, since Entra keeps the other one', async () => {
    world.approve('application');
    await world.until('application', 'done');
    expect(await applications()).toEqual([expect.objectContaining({ uniqueName: expect.stringMatching(new RegExp(`^lead-setup-${world.run().id}-[a-z0-9]+$`, 'u')) })]);
    expect(world.run().facts.application).toMatchObject({ origin: 'made' });
  });

  test('is found by the next try where the answer to its making was lost', async () => {
    await madeUnheard();
    world.command('retry', { stepId: 'application' });
    await world.until('application', 'done');
    expect(await applications()).toHaveLength(1);
    expect(world.run().facts.moreUniqueNames).toHaveLength(1);
  });

  test('is taken back also where the answer to its making was lost', async () => {
    await madeUnheard();
    world.command('cancel', { confirmed: true });
    await planned(world);
    expect(sentencesOf(world.run())).toContain('undo.application');
    await undone(world);
    expect(await live(world)).toEqual(before);
  });
});
