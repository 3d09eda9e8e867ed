import { currentSection } from '../../../src/setup/sections.ts';
import { type World, createWorld } from '../world.ts';

describe('A setup from the first word to the last click', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
  });
  afterAll(() => world.close());

  test('leaves one multitenant application with the Dynamics permission and one key', async () => {
    const { graph } = await world.state();
    expect(graph.applications).toEqual([
      expect.objectContaining({
        displayName: 'Marketplace Lead Writer',
        signInAudience: 'AzureADMultipleOrgs',
        requiredResourceAccess: [expect.objectContaining({ resourceAppId: '00000007-0000-0000-c000-000000000000' })],
        passwordCredentials: [expect.objectContaining({ displayName: `lead-setup ${world.run().id}` })],
      }),
    ]);
  });

  test('leaves one application user with the solution’s role, completed, and no test lead', async () => {
    const contoso = (await world.state()).dataverse['contoso'];
    const { applicationUser } = world.run().facts;
    expect(contoso?.['systemuserroles']).toContainEqual(
      expect.objectContaining({ systemuserid: applicationUser?.systemUserId, roleid: applicationUser?.roleId }),
    );
    expect(JSON.stringify(contoso?.['leads'])).not.toContain('LEADSETUP_TEST');
  });

  test('leaves the other environment as it was', async () => {
    expect((await world.state()).dataverse['contoso-test']?.['solutions']).not.toContainEqual(
      expect.objectContaining({ uniquename: world.run().facts.solution?.uniqueName }),
    );
  });

  test('journals every change with its outcome, and no secret', async () => {
    expect(world.run().journal.every(({ outcome }) => outcome)).toBe(true);
    const outcome = world.command('reveal');
    expect(outcome.kind).toBe('revealed');
    const secret = outcome.kind === 'revealed' ? outcome.secret : '';
    expect(secret.length).toBeGreaterThanOrEqual(16);
    expect(JSON.stringify(world.run())).not.toContain(secret);
  });

  test('ends with the key destroyed and a receipt', () => {
    expect(world.command('done').kind).toBe('moved');
    expect(currentSection(world.run())).toBe('ended');
    expect(world.command('reveal').kind).toBe('refused');
  });

  test('run again finds everything and only makes a key', async () => {
    const before = await world.changes();
    await world.goTo('application');
    expect(world.step('solution')).toMatchObject({ status: 'done', evidence: [{ key: 'solution.found' }] });
    expect(world.step('application')).toMatchObject({ status: 'planned', plan: { summary: { key: 'application.summaryFound' }, changes: [] } });
    world.approve('application');
    await world.until('applicationUserAndRole', 'done');
    expect(await world.changes()).toEqual(before);
  });
});
