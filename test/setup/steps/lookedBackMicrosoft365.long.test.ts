import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

describe('Coming back to a setup with a Microsoft 365 user', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('passwordAndProof');
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'done');
  });
  afterEach(() => world.close());

  const user = () => `/users/${world.run().facts.serviceUser?.objectId}`;
  const graph = async (method: string, path: string, body?: object) => {
    expect((await world.tenant.graph('alex', method, path, { body })).status).toBeLessThan(300);
  };
  const comeBack = async () => {
    await world.pass('PT20M');
    world.command('continue');
    await world.settle();
  };

  test('finds everything as it was', async () => {
    const before = world.run().steps;
    await comeBack();
    expect(world.run().steps).toEqual(before);
    expect(world.run().lookedBackAt).toBeDefined();
  });

  test('finds a user of an earlier setup as it was', async () => {
    world.command('cancel', { confirmed: true });
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('passwordAndProof', 'planned');
    const before = world.run().steps.serviceUser;
    await comeBack();
    expect(world.run().steps.serviceUser).toEqual(before);
  });

  test('finds the user deleted: another name is asked for', async () => {
    await graph('DELETE', user());
    await comeBack();
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.takenByDeleted' } });
    expect(world.step('passwordAndProof')).toMatchObject({ status: 'waiting' });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused' });
  });

  test('finds the licence taken away: it is asked for again', async () => {
    await graph('POST', `${user()}/assignLicense`, { addLicenses: [], removeLicenses: [world.run().facts.licence?.skuId] });
    await comeBack();
    await world.until('licence', 'planned');
    expect(world.step('licence')).toMatchObject({ notice: { key: 'notice.undone.licence' } });
  });

  test('finds another password set: ours is not handed over, nor set again', async () => {
    const first = world.command('reveal');
    await world.pass('PT20M');
    await graph('PATCH', user(), { passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false } });
    await comeBack();
    await world.until('passwordAndProof', 'planned');
    expect(world.step('passwordAndProof')).toMatchObject({ notice: { key: 'notice.undone.passwordAndProof' }, plan: { summary: { key: 'passwordAndProof.summaryNewPassword' } } });
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'done');
    const second = world.command('reveal');
    expect(second).toMatchObject({ kind: 'revealed' });
    expect(second).not.toMatchObject({ secret: first.kind === 'revealed' && first.secret });
  });
});
