import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld } from '../world.ts';

describe('The role of the service user', () => {
  let world: World;
  afterEach(() => world.close());

  const rolesOf = async () => {
    const { systemUserId } = world.run().facts.dataverseUser ?? {};
    return (await world.state()).dataverse['contoso']?.['systemuserroles']?.filter(({ systemuserid }) => systemuserid === systemUserId) ?? [];
  };

  test('is the solution’s, completed, and the only one that is given', async () => {
    world = await createWorld();
    await world.goTo('userRole');
    const before = await rolesOf();
    expect(world.step('userRole')).toMatchObject({
      plan: { summary: { key: 'userRole.summary', values: { name: 'marketplace-lead-writer@contoso.example', role: 'Microsoft Marketplace Lead Writer' } } },
    });
    world.approve('userRole');
    await world.until('userRole', 'done');
    expect(await rolesOf()).toHaveLength(before.length + 1);
    expect(await rolesOf()).toContainEqual(expect.objectContaining({ roleid: world.run().facts.dataverseUser?.roleId }));
  });

  test('that may not be edited gets a companion', async () => {
    world = await createWorld();
    await world.tenant.control('conditions', { leadWriterRole: 'locked' });
    await world.goTo('userRole');
    expect(world.step('userRole')).toMatchObject({ plan: { notices: [{ key: 'applicationUserAndRole.roleLocked' }] } });
    world.approve('userRole');
    await world.until('userRole', 'done');
    expect(world.run().facts.companionRole).toMatchObject({ origin: 'made' });
    expect(await rolesOf()).toContainEqual(expect.objectContaining({ roleid: world.run().facts.dataverseUser?.roleId }));
  });

  test('of a user that Dynamics has switched off meanwhile says why', async () => {
    let isDisabled = false;
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      dataverse: (person, environment) => {
        const dataverse = microsoft.dataverse(person, environment);
        return { ...dataverse, userOf: async (objectId) => { const user = await dataverse.userOf(objectId); return user && { ...user, isDisabled: user.isDisabled || isDisabled }; } };
      },
    }));
    await world.goTo('userRole');
    isDisabled = true;
    world.approve('userRole');
    await world.until('userRole', 'blocked');
    expect(world.step('userRole')).toMatchObject({ reason: { key: 'userRole.disabled' } });
    isDisabled = false;
    world.command('check', { stepId: 'userRole' });
    await world.until('userRole', 'planned');
  });

  test('that Dynamics refuses to give can be tried again, and is given once', async () => {
    let isRefused = true;
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      dataverse: (person, environment) => {
        const dataverse = microsoft.dataverse(person, environment);
        return { ...dataverse, assignRole: async (...given) => (isRefused ? Promise.reject(new SetupError('E-REFUSED')) : dataverse.assignRole(...given)) };
      },
    }));
    await world.goTo('userRole');
    world.approve('userRole');
    await world.until('userRole', 'failed');
    isRefused = false;
    world.command('retry', { stepId: 'userRole' });
    await world.until('userRole', 'done');
    const { roleId } = world.run().facts.dataverseUser ?? {};
    expect((await rolesOf()).filter(({ roleid }) => roleid === roleId)).toHaveLength(1);
  });
});
