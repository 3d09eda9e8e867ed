import { personas } from '../../../sandbox/personas.ts';
import { type World, createWorld } from '../world.ts';
import { creations, submit, userName, worldAtUser } from './serviceUsers.ts';

let world: World;
afterEach(() => world.close());

describe('A user that is there already', () => {
  test('from an earlier setup is offered for use, and another name makes a new one instead', async () => {
    world = await worldAtUser();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    world.command('cancel', { confirmed: true });
    await world.goTo('serviceUser');
    expect(world.step('serviceUser')).toMatchObject({ plan: { summary: { key: 'serviceUser.summaryFound' }, changes: [] } });
    expect(await submit(world, { userName: 'second' })).toMatchObject({ plan: { summary: { key: 'serviceUser.summary' } } });
    expect(await submit(world, { userName: 'marketplace-lead-writer' })).toMatchObject({ plan: { summary: { key: 'serviceUser.summaryFound' } } });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    expect(world.run().facts.serviceUser).toMatchObject({ origin: 'found' });
    await world.decided('licence');
    world.approve('licence');
    await world.until('licence', 'done');
    world.approve('userRole');
    await world.until('userRole', 'done');
    await world.decided('passwordAndProof');
    expect(world.step('passwordAndProof')).toMatchObject({ plan: { summary: { key: 'passwordAndProof.summaryNewPassword' } } });
  });

  test('from an earlier setup is offered for use under whatever name it got then', async () => {
    world = await worldAtUser();
    await submit(world, { userName: 'lead-bot' });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    world.command('cancel', { confirmed: true });
    await world.goTo('serviceUser');
    const { summary } = (world.step('serviceUser') as { plan: { summary: unknown } }).plan;
    expect(summary).toMatchObject({ key: 'serviceUser.summaryFound', values: { userName: expect.stringMatching(/^lead-bot@/u) } });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    expect(world.run().facts.serviceUser).toMatchObject({ origin: 'found', userPrincipalName: expect.stringMatching(/^lead-bot@/u) });
  });

  test('with a mark that no setup of ours wrote is somebody else’s', async () => {
    world = await worldAtUser();
    const body = {
      accountEnabled: true, displayName: 'x', mailNickname: 'x', userPrincipalName: userName, jobTitle: 'lead-setup-run:madeup', passwordProfile: { password: 'Correct-horse-7-battery' },
    };
    await world.tenant.graph('alex', 'POST', '/users', { body });
    world.approve('serviceUser');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.taken' } });
  });

  test('with the mark of this setup, which it never made, is somebody else’s', async () => {
    world = await worldAtUser();
    const body = {
      accountEnabled: true, displayName: 'x', mailNickname: 'x', userPrincipalName: userName, jobTitle: `lead-setup-run:${world.run().id}`, passwordProfile: { password: 'Correct-horse-7-battery' },
    };
    await world.tenant.graph('alex', 'POST', '/users', { body });
    world.approve('serviceUser');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.taken' } });
    expect(world.run().facts.serviceUser).toBeUndefined();
  });

  test('and was made by hand is used as it is, by its whole name', async () => {
    world = await worldAtUser();
    expect(await submit(world, { adoptedName: personas.rita.userPrincipalName })).toMatchObject({ status: 'done', evidence: [{ key: 'serviceUser.adopted' }] });
    expect(world.run().facts.serviceUser).toMatchObject({ objectId: personas.rita.objectId, origin: 'found', isTheirs: true });
    expect(world.run().facts.password).toBeUndefined();
    expect(await creations(world)).toEqual([]);
  });

  test('but may not sign in is refused until it may', async () => {
    world = await worldAtUser();
    await world.tenant.graph('alex', 'PATCH', `/users/${personas.rita.objectId}`, { body: { accountEnabled: false } });
    expect(await submit(world, { adoptedName: personas.rita.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedDisabled' } });
    await world.tenant.graph('alex', 'PATCH', `/users/${personas.rita.objectId}`, { body: { accountEnabled: true } });
    world.command('check', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
  });

  test('but is a guest is refused', async () => {
    world = await worldAtUser();
    await world.tenant.graph('alex', 'PATCH', `/users/${personas.rita.objectId}`, { body: { userType: 'Guest' } });
    expect(await submit(world, { adoptedName: personas.rita.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedGuest' } });
  });

  test('but is one’s own is refused', async () => {
    world = await worldAtUser();
    expect(await submit(world, { adoptedName: personas.alex.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedSelf' } });
  });

  test('but belongs to whoever was asked is refused, and only the owner may name one', async () => {
    world = await createWorld('priya');
    await world.goTo('serviceUser');
    world.meet('tomas');
    world.command('ask', { stepId: 'serviceUser', wanted: 'tomas' });
    await world.settle();
    world.askedSignedIn();
    await world.settle();
    const tomas = { actor: world.person('tomas'), conversationId: 'chat-of-tomas' };
    const naming = (adoptedName: string) => ({ stepId: 'serviceUser', adoptedName }) as const;
    expect(world.command('submit', naming(personas.rita.userPrincipalName), tomas)).toMatchObject({ kind: 'refused', notice: { key: 'notice.adoptingNotYours' } });
    expect(world.command('submit', { ...naming(''), userName: 'leads' }, tomas)).toMatchObject({ kind: 'moved' });
    await world.until('serviceUser', 'planned');
    expect(await submit(world, naming(personas.tomas.userPrincipalName))).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedSelf' } });
    expect(world.run().facts.serviceUser).toBeUndefined();
  });

  test('but administers the directory is refused', async () => {
    world = await worldAtUser();
    expect(await submit(world, { adoptedName: personas.tomas.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedAdministrator' } });
  });

  test('but signs in elsewhere is refused', async () => {
    world = await worldAtUser();
    await world.tenant.graph('alex', 'POST', '/users', {
      body: {
        accountEnabled: true, displayName: 'Fed', mailNickname: 'fed', userPrincipalName: 'fed@partner.contoso.example', onPremisesImmutableId: 'x1',
        passwordProfile: { password: 'Correct-horse-9-staple', forceChangePasswordNextSignIn: false },
      },
    });
    expect(await submit(world, { adoptedName: 'fed@partner.contoso.example' })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedFederated' } });
  });

  test('under no such name can be entered again', async () => {
    world = await worldAtUser();
    expect(await submit(world, { adoptedName: 'nobody@contoso.example' })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedMissing' } });
    expect(await submit(world, { adoptedName: '' })).toMatchObject({ status: 'planned' });
  });

  test('and was made by hand under the planned name is recognised at the check', async () => {
    world = await worldAtUser();
    const byHand = { status: 'planning', since: world.run().startedAt, byHand: true } as const;
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, serviceUser: byHand } }), { kind: 'plan', stepId: 'serviceUser' });
    await world.settle();
    expect(world.step('serviceUser')).toMatchObject({ status: 'byHand', missing: [{ key: 'serviceUser.changeCreate' }] });
    const body = { accountEnabled: true, displayName: 'x', mailNickname: 'x', userPrincipalName: userName, passwordProfile: { password: 'Correct-horse-7-battery' } };
    await world.tenant.graph('alex', 'POST', '/users', { body });
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, serviceUser: byHand } }), { kind: 'plan', stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    expect(world.run().facts.serviceUser).toMatchObject({ isTheirs: true });
  });
});
