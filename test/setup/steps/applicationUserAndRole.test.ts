import type { Dataverse } from '../../../src/setup/ports/microsoft.ts';
import { type World, createWorld } from '../world.ts';

describe('The application user and its role', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('applicationUserAndRole');
  });
  afterEach(() => world.close());

  const contoso = async () => (await world.state()).dataverse['contoso'] ?? {};
  const userOf = async () => (await contoso())['systemusers']?.find(({ applicationid }) => applicationid === world.run().facts.application?.appId);

  test('are planned with every missing privilege, and nothing that the role has already', () => {
    expect(world.step('applicationUserAndRole')).toMatchObject({
      plan: {
        changes: [
          { request: 'POST dataverse /systemusers' },
          { sentence: { values: { names: expect.stringMatching(/prvCreateUserEntityUISettings \(Basic\).*prvReadAsyncOperation \(Global\).*prvAppendToAsyncOperation \(Global\)/u) } } },
          { request: 'PATCH dataverse /roles({id})' },
          { request: 'POST dataverse /systemusers({id})/systemuserroles_association/$ref' },
        ],
      },
    });
  });

  test('are planned for an application that is told by its id, since anybody who registers one may give it the same name', () => {
    const appId = world.run().facts.application?.appId;
    expect(world.step('applicationUserAndRole')).toMatchObject({ plan: { facts: expect.arrayContaining([{ label: { key: 'application.factAppId' }, value: appId }]) } });
  });

  test('stand in the root business unit, with the copy of the role that belongs there', async () => {
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    const user = await userOf();
    const { businessunits, roles } = await contoso();
    expect(user?.['_businessunitid_value']).toBe(businessunits?.find(({ _parentbusinessunitid_value: parent }) => parent === null)?.['businessunitid']);
    const role = roles?.find(({ roleid }) => roleid === world.run().facts.applicationUser?.roleId);
    expect(role).toMatchObject({ isinherited: 1, _businessunitid_value: user?.['_businessunitid_value'] });
  });

  test('take an e-mail address when one is given, and refuse what is none', async () => {
    expect(world.command('submit', { stepId: 'applicationUserAndRole', email: 'nobody' }).kind).toBe('refused');
    world.command('submit', { stepId: 'applicationUserAndRole', email: ' leads@contoso.example ' });
    await world.until('applicationUserAndRole', 'planned');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    expect(await userOf()).toMatchObject({ internalemailaddress: 'leads@contoso.example' });
  });

  test('that somebody else has made before are completed, and count as found', async () => {
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    world.command('cancel', { confirmed: true });
    await world.goTo('application');
    world.approve('application');
    await world.until('applicationUserAndRole', 'done');
    expect(world.run().facts.applicationUser?.origin).toBe('found');
  });
});

describe('The application user and its role, where they cannot be used,', () => {
  let world: World;
  afterEach(() => world.close());

  /** Dataverse as it is, but for these answers. */
  const where = async (change: (dataverse: Dataverse) => Partial<Dataverse>) => {
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      dataverse: (actor, environment) => {
        const dataverse = microsoft.dataverse(actor, environment);
        return { ...dataverse, ...change(dataverse) };
      },
    }));
    await world.goTo('application');
    world.approve('application');
    await world.until('applicationUserAndRole', 'blocked');
    return world.step('applicationUserAndRole');
  };
  const deleted = { systemUserId: '00000000-0000-4000-8000-000000000001', businessUnitId: '', isDisabled: true, isDeleted: true, name: '# Gone' };

  test('block when the user was deleted, but not for good', async () => {
    const step = await where(({ rootBusinessUnitId }) => ({
      applicationUser: async () => ({ ...deleted, businessUnitId: await rootBusinessUnitId() }),
    }));
    expect(step).toMatchObject({ reason: { key: 'applicationUserAndRole.deleted' }, cure: { key: 'applicationUserAndRole.deletedCure' } });
  });

  test('block when the solution brings several roles and none has the known name', async () => {
    const step = await where(({ rolesOfSolution }) => ({
      rolesOfSolution: async (...given) => (await rolesOfSolution(...given)).flatMap((role) => [{ ...role, name: 'One' }, { ...role, name: 'Another' }]),
    }));
    expect(step).toMatchObject({ reason: { key: 'applicationUserAndRole.roleUnclear' } });
  });
});
