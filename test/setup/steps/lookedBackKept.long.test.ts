import { skuIds } from '../../../sandbox/directory/subscriptions.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import type { Dataverse, Directory } from '../../../src/setup/ports/microsoft.ts';
import type { StepId } from '../../../src/setup/run.ts';
import { stepsOf } from '../../../src/setup/sections.ts';
import { type Around, type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

let world: World;
afterEach(() => world.close());

const forbidden = () => Promise.reject(new SetupError('E-REFUSED', { upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges' } }));
const noUser = () => Promise.reject(new SetupError('E-NOT-MEMBER'));
const statuses = () => stepsOf(world.run()).map((id) => world.step(id).status);
const finish = async (id: StepId) => {
  await world.decided(id);
  world.approve(id);
  await world.until(id, 'done');
};
const comeBack = async () => {
  await world.pass('PT20M');
  world.command('continue');
  await world.settle();
  expect(world.run().lookedBackAt).toBeDefined();
};
const staged = async () => {
  const log: { path: string }[] = (await world.tenant.control('requests')).json;
  return log.filter(({ path }) => path.includes('StageSolution')).length;
};
const graph = async (method: string, path: string, body: object) => {
  expect((await world.tenant.graph('alex', method, path, { body })).status).toBeLessThan(300);
};

/** From an instant on, Microsoft answers some questions otherwise. */
function turning(change: { dataverse?: (dataverse: Dataverse) => Partial<Dataverse>; directory?: (directory: Directory) => Partial<Directory> }) {
  let isTurned = false;
  const around: Around = (microsoft) => ({
    ...microsoft,
    dataverse: (actor, environment) => {
      const dataverse = microsoft.dataverse(actor, environment);
      return { ...dataverse, ...(isTurned && change.dataverse?.(dataverse)) };
    },
    directory: (actor) => {
      const directory = microsoft.directory(actor);
      return { ...directory, ...(isTurned && change.directory?.(directory)) };
    },
  });
  return { around, turn: () => void (isTurned = true) };
}

describe('What was done is still done for somebody who comes back', () => {
  test('though another solution file is handed out by now, and none is sent', async () => {
    const { around, turn } = turning({ dataverse: (dataverse) => ({ stageSolution: async (zip) => ({ ...(await dataverse.stageSolution(zip)), version: '9.0.0.0' }) }) });
    world = await createWorld('alex', around);
    await world.goTo('keyAndProof');
    await finish('keyAndProof');
    turn();
    const before = await staged();
    await comeBack();
    expect(statuses()).toEqual(['done', 'done', 'done', 'done']);
    expect(await staged()).toBe(before);
    expect(world.command('reveal')).toMatchObject({ kind: 'revealed' });
  });

  test('though the solution was updated in the environment', async () => {
    const { around, turn } = turning({
      dataverse: (dataverse) => ({ installedSolution: async (name) => Object.assign({}, await dataverse.installedSolution(name), { version: '9.0.0.0' }) }),
    });
    world = await createWorld('alex', around);
    await world.goTo('application');
    turn();
    await comeBack();
    expect(world.step('solution').status).toBe('done');
  });

  test('though they may not read the licences', async () => {
    const { around, turn } = turning({ directory: () => ({ licenceStock: forbidden }) });
    world = await createWorld('alex', around);
    await world.goTo('passwordAndProof');
    await finish('passwordAndProof');
    turn();
    await comeBack();
    expect(world.step('licence').status).toBe('done');
    expect(world.command('reveal')).toMatchObject({ kind: 'revealed' });
  });

  test.each(['entra', 'microsoft365'] as const)('though they may read nothing at all (%s)', async (path) => {
    const { around, turn } = turning({
      dataverse: () => ({ installedSolution: noUser, rootBusinessUnitId: noUser, userOf: noUser, applicationUser: noUser }),
      directory: () => ({ application: forbidden, user: forbidden, licenceStock: forbidden }),
    });
    world = await createWorld('alex', around);
    const last = path === 'entra' ? 'keyAndProof' : 'passwordAndProof';
    await world.goTo(last);
    await finish(last);
    turn();
    await comeBack();
    expect(new Set(statuses())).toEqual(new Set(['done']));
    expect(world.command('reveal')).toMatchObject({ kind: 'revealed' });
  });

  test('with an application that was there before', async () => {
    world = await createWorld();
    await world.goTo('applicationUserAndRole');
    world.command('cancel', { confirmed: true });
    await world.goTo('keyAndProof');
    expect(world.run().facts.application?.origin).toBe('found');
    await finish('keyAndProof');
    world.command('reveal');
    await comeBack();
    expect(statuses()).toEqual(['done', 'done', 'done', 'done']);
    expect(world.command('done')).toMatchObject({ kind: 'moved' });
  });

  test('with a key that was made by hand', async () => {
    world = await createWorld();
    await world.goTo('keyAndProof');
    world.command('manual', { stepId: 'keyAndProof' });
    await graph('POST', `/applications/${world.run().facts.application?.objectId}/addPassword`, { passwordCredential: { displayName: 'Mine' } });
    world.command('check', { stepId: 'keyAndProof' });
    await world.until('keyAndProof', 'done');
    await comeBack();
    expect(world.step('keyAndProof').status).toBe('done');
  });

  test('without a licence of ours, and without a test', async () => {
    world = await createWorld();
    await world.goTo('licence');
    world.command('submit', { stepId: 'licence', skuId: 'none' });
    await world.until('licence', 'planned');
    world.approve('licence');
    await world.settle();
    await graph('POST', `/users/${world.run().facts.serviceUser?.objectId}/assignLicense`, { addLicenses: [{ skuId: skuIds.DYN365_ENTERPRISE_SALES, disabledPlans: [] }], removeLicenses: [] });
    await world.until('licence', 'done');
    await finish('userRole');
    world.command('submit', { stepId: 'passwordAndProof', proof: 'no' });
    await world.until('passwordAndProof', 'done');
    await comeBack();
    expect(statuses()).toEqual(['done', 'done', 'done', 'done', 'done']);
  });

  test('with a password that was set by hand', async () => {
    world = await createWorld();
    await world.goTo('passwordAndProof');
    world.command('manual', { stepId: 'passwordAndProof' });
    await world.pass('PT5S');
    await graph('PATCH', `/users/${world.run().facts.serviceUser?.objectId}`, { passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false } });
    world.command('check', { stepId: 'passwordAndProof' });
    await world.until('passwordAndProof', 'done');
    await comeBack();
    expect(world.step('passwordAndProof').status).toBe('done');
  });
});

describe('What is certainly gone is planned anew', () => {
  const gone = { dataverse: () => ({ installedSolution: () => Promise.resolve(undefined), rolesOfSolution: () => Promise.resolve([]) }) };

  test.each([['applicationUserAndRole', 'keyAndProof'], ['userRole', 'passwordAndProof']] as const)('a solution that was uninstalled, and %s', async (role, proof) => {
    const { around, turn } = turning(gone);
    world = await createWorld('alex', around);
    await world.goTo(proof);
    turn();
    await comeBack();
    expect(world.step('solution')).toMatchObject({ status: 'planned', notice: { key: 'notice.undone.solution' } });
    expect(world.step(role).status).toBe('waiting');
  });

  test('a user who was disabled in the environment', async () => {
    const { around, turn } = turning({
      dataverse: (dataverse) => ({ userOf: async (objectId) => {
        const user = await dataverse.userOf(objectId);
        return user && { ...user, isDisabled: true };
      } }),
    });
    world = await createWorld('alex', around);
    await world.goTo('passwordAndProof');
    await finish('passwordAndProof');
    turn();
    await comeBack();
    expect(world.step('licence').status).not.toBe('done');
    expect([world.step('userRole').status, world.step('passwordAndProof').status]).toEqual(['waiting', 'waiting']);
  });

  test('a role that was taken from the application user', async () => {
    const { around, turn } = turning({ dataverse: () => ({ rolesOfUser: () => Promise.resolve([]) }) });
    world = await createWorld('alex', around);
    await world.goTo('keyAndProof');
    await finish('keyAndProof');
    turn();
    await comeBack();
    expect(world.step('applicationUserAndRole')).toMatchObject({ status: 'planned', notice: { key: 'notice.undone.applicationUserAndRole' } });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused' });
  });
});
