import { currentSection } from '../../../src/setup/sections.ts';
import { type World, createWorld } from '../world.ts';

describe('A setup with a Microsoft 365 user, from the first word to the last click', () => {
  let world: World;
  let password: string;
  const sent: string[] = [];
  const userName = 'marketplace-lead-writer@contoso.example';

  beforeAll(async () => {
    // What goes over the domain's edge to Microsoft: the password may stand in the making of the user, and nowhere else.
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      directory: (actor) => {
        const directory = microsoft.directory(actor);
        return { ...directory, createUser: async (wanted) => { sent.push(wanted.password); return await directory.createUser(wanted); } };
      },
    }));
    await world.goTo('passwordAndProof');
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'done');
    const outcome = world.command('reveal');
    password = outcome.kind === 'revealed' ? outcome.secret : '';
  });
  afterAll(() => world.close());

  test('leaves one user with a licence, and nothing else new in the directory', async () => {
    const { graph } = await world.state();
    expect(graph.applications).toEqual([]);
    const made = graph.users.filter(({ userPrincipalName }) => userPrincipalName === userName);
    expect(made).toEqual([expect.objectContaining({ accountEnabled: true, assignedLicenses: [{ skuId: world.run().facts.licence?.skuId, disabledPlans: [] }] })]);
  });

  test('leaves that user in the environment with the solution’s role, and no test lead', async () => {
    const contoso = (await world.state()).dataverse['contoso'];
    const { systemUserId, roleId } = world.run().facts.dataverseUser!;
    expect(contoso?.['systemusers']).toContainEqual(expect.objectContaining({ systemuserid: systemUserId, azureactivedirectoryobjectid: world.run().facts.serviceUser?.objectId }));
    expect(contoso?.['systemuserroles']).toContainEqual(expect.objectContaining({ systemuserid: systemUserId, roleid: roleId }));
    expect(JSON.stringify(contoso?.['leads'])).not.toContain('LEADSETUP_TEST');
  });

  test('leaves the other environment as it was', async () => {
    const users = (await world.state()).dataverse['contoso-test']?.['systemusers'] ?? [];
    expect(users.map(({ azureactivedirectoryobjectid }) => azureactivedirectoryobjectid)).not.toContain(world.run().facts.serviceUser?.objectId);
  });

  test('hands over a password that signs in, which was sent once and stands nowhere else', async () => {
    expect((await world.tenant.control('password', { userPrincipalName: userName, password })).json).toEqual({ isRight: true, mustChange: false });
    expect(sent).toEqual([password]);
    const requests = (await world.tenant.control('requests')).text;
    for (const text of [JSON.stringify(world.run()), JSON.stringify(world.logged), requests, JSON.stringify(await world.state())]) {
      expect(text).not.toContain(password);
    }
  });

  test('journals every change with its outcome, under who approved it', () => {
    const { journal } = world.run();
    expect(journal.map(({ stepId }) => stepId)).toEqual(expect.arrayContaining(['solution', 'serviceUser', 'licence', 'userRole', 'passwordAndProof']));
    expect(journal.every(({ outcome, by }) => outcome && by === world.person('alex').objectId)).toBe(true);
  });

  test('ends with the password destroyed, and the environment free for others', () => {
    expect(world.command('done').kind).toBe('moved');
    expect(currentSection(world.run())).toBe('ended');
    expect(world.command('reveal').kind).toBe('refused');
  });

  test('run again finds the user, its licence and its role, and changes nothing until the proof', async () => {
    const before = await world.changes();
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('passwordAndProof', 'planned');
    expect(world.step('licence')).toMatchObject({ status: 'done', evidence: [{ key: 'licence.assigned' }, { key: 'licence.inEnvironment' }] });
    expect(world.step('userRole')).toMatchObject({ status: 'done', evidence: [{ key: 'userRole.assigned' }] });
    expect(world.step('passwordAndProof')).toMatchObject({ plan: { summary: { key: 'passwordAndProof.summaryNewPassword' }, notices: [{ key: 'passwordAndProof.passwordReplaced' }, {}, {}] } });
    expect(await world.changes()).toEqual(before);
  });
});
