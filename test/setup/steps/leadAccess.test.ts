import { type World, createWorld } from '../world.ts';

describe('An administrator who may not read leads', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('una');
    await world.goTo('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    await world.until('keyAndProof', 'blocked');
  });
  afterEach(() => world.close());

  test('is told so before a key is made, with the ways on', async () => {
    expect(world.step('keyAndProof')).toMatchObject({ reason: { key: 'proof.noLeadAccess' }, cure: { key: 'proof.noLeadAccessCure' }, lacksRight: true });
    expect((await world.state()).graph.applications[0]?.passwordCredentials).toEqual([]);
  });

  test('can leave the test lead out, and gets the key', async () => {
    world.command('skip', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'planned');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    expect((await world.state()).graph.applications[0]?.passwordCredentials).toHaveLength(1);
    expect(JSON.stringify((await world.state()).dataverse['contoso']?.['leads'])).not.toContain('LEADSETUP_TEST');
  });
});
