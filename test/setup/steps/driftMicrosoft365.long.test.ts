import type { World } from '../world.ts';
import { check, differing, finishedWorld, putRight } from './finished.ts';

jest.setTimeout(120_000);

/** An administrator works in the tenant after a setup with a Microsoft 365 user was finished. */
describe('A check of a finished setup with a Microsoft 365 user', () => {
  let world: World;
  beforeEach(async () => {
    world = await finishedWorld('microsoft365');
  });
  afterEach(() => world.close());

  const user = () => `/users/${world.run().facts.serviceUser?.objectId}`;
  const graph = async (method: string, path: string, body?: object) => {
    expect((await world.tenant.graph('alex', method, path, { body })).status).toBeLessThan(300);
  };

  test('reads everything, changes nothing, and finds it as it was set up', async () => {
    const before = await world.changes();
    expect((await check(world)).map(({ part, verdict }) => `${part} ${verdict}`)).toEqual(
      ['solution', 'user', 'licence', 'environmentUser', 'role', 'privileges', 'testLead', 'password'].map((part) => `${part} asItShouldBe`),
    );
    expect(await world.changes()).toEqual(before);
  });

  test('finds the licence taken away, and gives it back', async () => {
    const before = await licences();
    await graph('POST', `${user()}/assignLicense`, { addLicenses: [], removeLicenses: [world.run().facts.licence?.skuId] });
    expect(await differing(world)).toEqual(['licence differs drift.licence.missing']);
    expect(await putRight(world)).toEqual(['licence']);
    expect(await differing(world)).toEqual([]);
    expect(await licences()).toEqual(before);
  });

  const licences = async () => (await world.state()).graph.users.find(({ id }) => id === world.run().facts.serviceUser?.objectId)?.['assignedLicenses'];

  test('finds the user blocked, lets it sign in again, and waits until Dynamics knows', async () => {
    await graph('PATCH', user(), { accountEnabled: false });
    expect(await differing(world)).toEqual(['user differs drift.user.blocked', 'environmentUser differs drift.environmentUser.disabled']);
    expect(await putRight(world)).toEqual(['serviceUser', 'licence']);
    expect(await differing(world)).toEqual([]);
  });

  test('finds another password, and sets a new one with an approval of its own', async () => {
    await world.pass('PT20M');
    await graph('PATCH', user(), { passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false } });
    expect(await differing(world)).toEqual(['password differs drift.password.replaced']);
    expect(await putRight(world)).toEqual(['passwordAndProof']);
    expect(await differing(world)).toEqual([]);
  });

  test('never unblocks a user that people made themselves', async () => {
    world.overwrite((run) => ({ ...run, facts: { ...run.facts, serviceUser: { ...run.facts.serviceUser!, isTheirs: true } } }));
    await graph('PATCH', user(), { accountEnabled: false });
    const found = (await check(world)).find(({ part }) => part === 'user');
    expect(found).toMatchObject({ verdict: 'differs', isForPeople: true });
  });
});
