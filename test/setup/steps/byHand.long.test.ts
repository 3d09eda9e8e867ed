import { skuIds } from '../../../sandbox/directory/subscriptions.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import type { StepId } from '../../../src/setup/run.ts';
import { currentSection } from '../../../src/setup/sections.ts';
import { type World, createWorld, withDirectory } from '../world.ts';
import { addApplicationUser, completeApplication, completeRole, giveRole, importSolution, type Portals, portalsOf, registerApplication } from './portals.ts';

/** Looks again, until Dynamics and Entra have made known what was done. */
async function check(world: World, stepId: StepId, entered: { appId?: string; adoptedName?: string } = {}) {
  expect(world.command('check', { stepId, ...entered }).kind).toBe('moved');
  await world.settle();
  return world.step(stepId);
}

const missingOf = async (...args: Parameters<typeof check>) => {
  const state = await check(...args);
  return state.status === 'byHand' ? state.missing?.map(({ key }) => key) : state.status;
};

describe('Done by hand', () => {
  let world: World;
  let portals: Portals;
  beforeEach(async () => {
    world = await createWorld();
    portals = portalsOf(world);
  });
  afterEach(() => world.close());

  const byHand = async (id: StepId) => {
    await world.goTo(id);
    expect(world.command('manual', { stepId: id }).kind).toBe('moved');
  };
  const changesByBot = async (what: () => Promise<unknown>) => {
    const before = world.run().journal.length;
    await what();
    return world.run().journal.length - before;
  };

  test('the solution is done when the tenant says so, and not before', async () => {
    await byHand('solution');
    expect(await missingOf(world, 'solution')).toEqual(['solution.changeImport']);
    await importSolution(world, portals);
    for (let round = 0; round < 10 && (await missingOf(world, 'solution')) !== 'done'; round += 1) await world.pass('PT5S');
    expect(world.step('solution')).toMatchObject({ status: 'done', evidence: [{ key: 'solution.found' }] });
    expect(world.run().facts.solution).toMatchObject({ origin: 'found' });
    expect(world.run().journal).toEqual([]);
  });

  test('the application is the one whose ID was entered, and says what it lacks', async () => {
    await byHand('application');
    expect(await missingOf(world, 'application')).toEqual(['application.idNeeded']);
    expect(await missingOf(world, 'application', { appId: 'c0ffee00-0000-4000-8000-000000000002' })).toEqual(['application.idUnknown']);
    const made = await registerApplication(portals, 'AzureADMyOrg');
    expect(await missingOf(world, 'application', made)).toEqual(['application.notMultitenant', 'application.noPermission', 'application.noServicePrincipal']);
    await world.pass('PT5S');
    await completeApplication(portals, made);
    expect(await changesByBot(() => check(world, 'application'))).toBe(0);
    expect(world.step('application')).toMatchObject({ status: 'done', evidence: [{ key: 'application.byHand' }] });
    expect(world.run().facts.application).toMatchObject({ ...made, origin: 'found' });
  });

  test('an application registered by hand is still the one when somebody comes back days later', async () => {
    await byHand('application');
    const made = await registerApplication(portals, 'AzureADMyOrg');
    await world.pass('PT5S');
    await completeApplication(portals, made);
    await check(world, 'application', made);
    await world.until('applicationUserAndRole', 'planned');
    await world.pass('P2D');
    world.command('continue');
    await world.settle();
    expect(world.run().lookedBackAt).toBeDefined();
    expect(world.step('application').status).toBe('done');
    await portals.graph('DELETE', `/applications/${made.objectId}`);
    await world.pass('P2D');
    world.command('continue');
    await world.settle();
    expect(world.step('application').status).not.toBe('done');
  });

  test('an application that is not complete can be given to the bot, which completes that one', async () => {
    await byHand('application');
    const made = await registerApplication(portals, 'AzureADMyOrg');
    await check(world, 'application', made);
    world.command('retry', { stepId: 'application' });
    await world.settle();
    expect(world.step('application')).toMatchObject({ status: 'planned', plan: { summary: { key: 'application.summaryEntered' } } });
    world.approve('application');
    await world.until('application', 'done');
    expect(world.run().facts.application).toMatchObject({ ...made, origin: 'found' });
    expect((await world.state()).graph.applications).toHaveLength(1);
  });

  test('the application user and its role are compared one by one', async () => {
    await byHand('applicationUserAndRole');
    const { appId } = world.run().facts.application!;
    expect(await missingOf(world, 'applicationUserAndRole')).toHaveLength(4);
    await addApplicationUser(portals, appId);
    expect(await missingOf(world, 'applicationUserAndRole')).toHaveLength(3);
    await giveRole(portals, appId);
    expect(await missingOf(world, 'applicationUserAndRole')).toEqual(['applicationUserAndRole.changePrivileges', 'applicationUserAndRole.changeInheritance']);
    await completeRole(portals);
    expect(await changesByBot(() => check(world, 'applicationUserAndRole'))).toBe(0);
    expect(world.step('applicationUserAndRole').status).toBe('done');
    expect(world.run().facts.applicationUser).toMatchObject({ origin: 'found' });
  });

  test('a key is only looked for: its value is nowhere, and nothing is proven with it', async () => {
    await byHand('keyAndProof');
    expect(await missingOf(world, 'keyAndProof')).toEqual(['keyAndProof.noNewKey']);
    const { objectId } = world.run().facts.application!;
    await portals.graph('POST', `/applications/${objectId}/addPassword`, { passwordCredential: { displayName: 'Made in the portal' } });
    expect(await changesByBot(() => check(world, 'keyAndProof'))).toBe(0);
    expect(world.step('keyAndProof')).toMatchObject({ status: 'done', evidence: [{ key: 'keyAndProof.keyByHand' }] });
    expect(world.run().facts.key).toMatchObject({ displayName: 'Made in the portal', isByHand: true });
    expect(currentSection(world.run())).toBe('partnerCenter');
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyByHand' } });
    expect(world.command('done').kind).toBe('moved');
    expect(world.run().status).toBe('finished');
  });

  test('a key made by hand stays when the setup is stopped', async () => {
    await byHand('keyAndProof');
    const { objectId } = world.run().facts.application!;
    await portals.graph('POST', `/applications/${objectId}/addPassword`, { passwordCredential: { displayName: 'Made in the portal' } });
    await check(world, 'keyAndProof');
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    await world.settle();
    expect((await world.state()).graph.applications[0]?.passwordCredentials).toHaveLength(1);
  });

  test('a key that was there before does not count', async () => {
    await world.goTo('keyAndProof');
    const { objectId } = world.run().facts.application!;
    await portals.graph('POST', `/applications/${objectId}/addPassword`, { passwordCredential: { displayName: 'An old one' } });
    world.command('submit', { stepId: 'keyAndProof', months: '6' });
    await world.settle();
    world.command('manual', { stepId: 'keyAndProof' });
    expect(await missingOf(world, 'keyAndProof')).toEqual(['keyAndProof.noNewKey']);
  });

  test('another setup may use the environment once the key is there', async () => {
    await byHand('keyAndProof');
    const { objectId } = world.run().facts.application!;
    await portals.graph('POST', `/applications/${objectId}/addPassword`, { passwordCredential: { displayName: 'Mine' } });
    await check(world, 'keyAndProof');
    const first = world.run().id;
    world.command('restart');
    await world.goTo('application');
    expect(world.run().id).not.toBe(first);
    world.command('retry', { stepId: 'application' });
    expect(world.approve('application').kind).toBe('moved');
  });

  test('checked twice at once is looked at once', async () => {
    await byHand('solution');
    world.command('check', { stepId: 'solution' });
    expect(world.command('check', { stepId: 'solution' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToCheck' } });
    await world.settle();
    expect(world.step('solution').status).toBe('byHand');
  });

  test('the test is left out: a key is made, no lead is written, and it is said', async () => {
    await world.goTo('keyAndProof');
    world.command('skip', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'planned');
    expect(world.step('keyAndProof')).toMatchObject({ plan: { summary: { key: 'keyAndProof.summaryUnproven' }, changes: [{ request: 'POST graph /applications/{id}/addPassword' }] } });
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    expect(world.step('keyAndProof')).toMatchObject({ evidence: [{ key: 'keyAndProof.unproven' }] });
    expect((await world.changes()).filter((request) => request.includes('/leads'))).toEqual([]);
    expect(world.command('reveal').kind).toBe('revealed');
  });
});

describe('Done by hand, while Entra does not answer', () => {
  test('is looked at again by a retry, and nothing is forgotten of what was there before', async () => {
    let isSilent = false;
    const world = await createWorld('alex', withDirectory((directory) => ({
      application: async (objectId) => {
        if (isSilent) throw new SetupError('E-UNREACHABLE');
        return directory.application(objectId);
      },
    })));
    await world.goTo('keyAndProof');
    world.command('manual', { stepId: 'keyAndProof' });
    const { objectId } = world.run().facts.application!;
    await portalsOf(world).graph('POST', `/applications/${objectId}/addPassword`, { passwordCredential: { displayName: 'Mine' } });
    isSilent = true;
    await check(world, 'keyAndProof');
    expect(world.step('keyAndProof')).toMatchObject({ status: 'failed', failure: { code: 'E-UNREACHABLE' } });
    isSilent = false;
    world.command('retry', { stepId: 'keyAndProof' });
    await world.settle();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'done', evidence: [{ key: 'keyAndProof.keyByHand' }] });
    await world.close();
  });
});

describe('Done by hand on the Microsoft 365 way', () => {
  let world: World;
  let portals: Portals;
  const userPrincipalName = 'leads-by-hand@contoso.example';
  beforeEach(async () => {
    world = await createWorld();
    portals = portalsOf(world);
  });
  afterEach(() => world.close());

  const addUser = () => portals.graph('POST', '/users', {
    accountEnabled: true,
    displayName: 'Leads by hand',
    mailNickname: 'leads-by-hand',
    userPrincipalName,
    usageLocation: 'FR',
    passwordProfile: { password: 'Chosen-by-4-person', forceChangePasswordNextSignIn: false },
  });

  test('the user is the one whose name was entered, and its password stays the person’s', async () => {
    await world.goTo('serviceUser');
    world.command('manual', { stepId: 'serviceUser' });
    expect(await missingOf(world, 'serviceUser', { adoptedName: userPrincipalName })).toEqual(['serviceUser.adoptedMissing', 'serviceUser.adoptedMissingCure']);
    await addUser();
    await check(world, 'serviceUser');
    expect(world.step('serviceUser').status).toBe('done');
    expect(world.run().facts.serviceUser).toMatchObject({ userPrincipalName, isTheirs: true });
    expect(world.run().journal.filter(({ request }) => request.includes('/users'))).toEqual([]);
  });

  test('the licence is checked, and the user’s way into the environment with it', async () => {
    await world.goTo('licence');
    world.command('manual', { stepId: 'licence' });
    expect(await missingOf(world, 'licence')).toHaveLength(2);
    const addLicenses = [{ skuId: skuIds.DYN365_ENTERPRISE_SALES, disabledPlans: [] }];
    await portals.graph('POST', `/users/${world.run().facts.serviceUser?.objectId}/assignLicense`, { addLicenses, removeLicenses: [] });
    for (let round = 0; round < 4 && world.step('licence').status !== 'done'; round += 1) {
      await world.pass('PT20M');
      await check(world, 'licence');
    }
    expect(world.step('licence').status).toBe('done');
    expect(world.run().journal.filter(({ stepId }) => stepId === 'licence')).toEqual([]);
  });
});

describe('Where the bot has no solution file', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('alex', (microsoft) => microsoft, { solution: 'none' });
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('choose', { environment: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
    world.command('choose', { path: 'entra' });
    await world.settle();
  });
  afterEach(() => world.close());

  test('the solution is the person’s, and known by the role that it brings', async () => {
    expect(world.step('solution')).toMatchObject({ status: 'byHand', isOnlyWay: true, missing: [{ key: 'solution.roleMissing' }] });
    expect(await missingOf(world, 'solution')).toEqual(['solution.roleMissing']);
    await importSolution(world, portalsOf(world));
    for (let round = 0; round < 10 && (await missingOf(world, 'solution')) !== 'done'; round += 1) await world.pass('PT5S');
    expect(world.step('solution').status).toBe('done');
    expect(world.run().facts.solution).toMatchObject({
      uniqueName: 'SandboxMarketplaceLeadWriter',
      friendlyName: 'Marketplace Lead Writer (sandbox)',
      publisher: 'Lead Setup sandbox',
      version: '1.0.0.0',
      origin: 'found',
    });
  });

  test('and the rest of the line goes on with it', async () => {
    await importSolution(world, portalsOf(world));
    await world.pass('PT30S');
    await world.pass('PT30S');
    await check(world, 'solution');
    for (const step of ['application', 'applicationUserAndRole', 'keyAndProof'] as const) {
      await world.until(step, 'planned');
      world.approve(step);
      await world.until(step, 'done');
    }
    expect(world.command('reveal').kind).toBe('revealed');
  });

  test('handing it to the bot leaves it where it is', async () => {
    world.command('retry', { stepId: 'solution' });
    await world.settle();
    expect(world.step('solution')).toMatchObject({ status: 'byHand', isOnlyWay: true });
  });
});
