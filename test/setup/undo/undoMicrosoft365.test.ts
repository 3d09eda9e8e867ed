import { type World, createWorld } from '../world.ts';
import { finished, live, planned, sentencesOf, undone, undoOf } from './undoing.ts';

describe('Taking back what a finished setup with a Microsoft 365 user has made', () => {
  let world: World;
  let before: Awaited<ReturnType<typeof live>>;
  beforeAll(async () => {
    world = await createWorld();
    before = await live(world);
    await finished(world, 'microsoft365');
    await planned(world);
  });
  afterAll(() => world.close());

  test('is planned first, in reverse order, and says what Dynamics and Entra keep', () => {
    expect(sentencesOf(world.run())).toEqual(['undo.role', 'undo.licence', 'undo.serviceUser', 'undo.solution']);
    expect(undoOf(world)).toMatchObject({ plan: { notices: [{ key: 'undo.leadsStop' }], stays: [{ key: 'undo.environmentUser' }, { key: 'undo.publisher' }] } });
  });

  test('leaves the tenant as it was before, but for the disabled row that was announced', async () => {
    await undone(world);
    const row = world.run().facts.dataverseUser?.systemUserId;
    expect(await rowOf(world, row)).toMatchObject({ isdisabled: true });
    expect(await live(world, row)).toEqual(before);
  });

  test('lets the setup be run anew under the same name, which ends as the first did', async () => {
    const earlier = world.run();
    await finished(world, 'microsoft365');
    expect(world.run()).toMatchObject({ status: 'finished', facts: { serviceUser: { userPrincipalName: earlier.facts.serviceUser?.userPrincipalName, origin: 'made' } } });
    expect(world.run().facts.serviceUser?.objectId).not.toBe(earlier.facts.serviceUser?.objectId);
  });
});

async function rowOf(world: World, systemUserId: string | undefined) {
  return (await world.state()).dataverse['contoso']?.['systemusers']?.find(({ systemuserid }) => systemuserid === systemUserId);
}
