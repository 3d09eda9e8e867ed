import { type Around, type World, createWorld } from '../world.ts';

/** Names of the roles that the lead writer holds, and of their privileges at any depth. */
async function rolesOfLeadWriter(world: World): Promise<string[]> {
  const { systemuserroles = [], roles = [] } = (await world.state()).dataverse['contoso'] ?? {};
  const held = systemuserroles.filter(({ systemuserid }) => systemuserid === world.run().facts.applicationUser?.systemUserId);
  return held.map(({ roleid }) => String(roles.find((role) => role['roleid'] === roleid)?.['name']));
}

async function companions(world: World): Promise<unknown[]> {
  const roles = (await world.state()).dataverse['contoso']?.['roles'] ?? [];
  return roles.filter(({ name, _parentrootroleid_value: root, roleid }) => String(name).includes('companion') && (root === null || root === roleid));
}

const requestsOf = (world: World) => {
  const state = world.step('applicationUserAndRole');
  return state.status === 'planned' ? state.plan.changes.map(({ request }) => request) : [];
};

describe('A role of the solution that may not be edited', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.tenant.control('conditions', { leadWriterRole: 'locked' });
    await world.goTo('applicationUserAndRole');
  });
  afterEach(() => world.close());

  test('is left as it is: a companion of our own is planned, with the reason', () => {
    expect(world.step('applicationUserAndRole')).toMatchObject({ status: 'planned', plan: { notices: [{ key: 'applicationUserAndRole.roleLocked' }] } });
    expect(requestsOf(world)).toContain('POST dataverse /roles');
    expect(requestsOf(world)).not.toContain('PATCH dataverse /roles({id})');
  });

  test('and its companion are both given to the user, and a lead can be written', async () => {
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    expect((await rolesOfLeadWriter(world)).toSorted()).toEqual(['Microsoft Marketplace Lead Writer', `lead-setup-companion ${world.run().id}`]);
    await world.decided('keyAndProof');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
  });

  test('gets one companion when the step is done twice', async () => {
    world.approve('applicationUserAndRole');
    const approved = world.step('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    const after = await world.tenantAtRest();
    if (approved.status !== 'applying') throw new Error('It was not approved');
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, applicationUserAndRole: { ...approved, begun: true } } }), { kind: 'apply', stepId: 'applicationUserAndRole' });
    await world.until('applicationUserAndRole', 'done');
    expect(await world.tenantAtRest()).toEqual(after);
    expect(await companions(world)).toHaveLength(1);
  });

  test('gets one companion when the process died between choosing its id and making it', async () => {
    world.approve('applicationUserAndRole');
    const approved = world.step('applicationUserAndRole');
    if (approved.status !== 'applying') throw new Error('It was not approved');
    const roleId = '0c000000-0000-4000-8000-000000000001';
    const name = `lead-setup-companion ${world.run().id}`;
    world.overwrite((run) => ({
      ...run,
      facts: { ...run.facts, companionRole: { roleId, name, origin: 'made' } },
      steps: { ...run.steps, applicationUserAndRole: { ...approved, begun: true } },
    }));
    await world.until('applicationUserAndRole', 'done');
    expect(await companions(world)).toEqual([expect.objectContaining({ roleid: roleId })]);
  });

  test('finds the companion of an earlier setup again, and not one that only has its name', async () => {
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    world.command('cancel', { confirmed: true });
    await world.goTo('applicationUserAndRole');
    expect(world.step('applicationUserAndRole')).toMatchObject({ status: 'done' });
    expect(await companions(world)).toHaveLength(1);
  });
});

/** Every role says that it may be edited, whatever Dynamics does about it. */
const allCustomizable: Around = (microsoft) => ({
  ...microsoft,
  dataverse: (actor, environment) => {
    const dataverse = microsoft.dataverse(actor, environment);
    const rolesOfSolution: typeof dataverse.rolesOfSolution = async (...asked) =>
      (await dataverse.rolesOfSolution(...asked)).map((role) => ({ ...role, isCustomizable: true }));
    return { ...dataverse, rolesOfSolution };
  },
});

describe('A role that says it may be edited, and refuses', () => {
  test('leads to another plan with a companion, and the reason', async () => {
    const world = await createWorld('alex', allCustomizable);
    await world.tenant.control('conditions', { leadWriterRole: 'locked' });
    await world.goTo('applicationUserAndRole');
    expect(requestsOf(world)).not.toContain('POST dataverse /roles');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'planned');
    expect(requestsOf(world)).toContain('POST dataverse /roles');
    expect(world.step('applicationUserAndRole')).toMatchObject({ notice: { key: 'applicationUserAndRole.roleLocked' } });
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    expect(await rolesOfLeadWriter(world)).toHaveLength(2);
    await world.close();
  });
});
