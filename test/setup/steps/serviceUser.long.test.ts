import { personas, tenant } from '../../../sandbox/personas.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld, withDirectory } from '../world.ts';
import { creations, finish, submit, userName, users, worldAtUser } from './serviceUsers.ts';

let world: World;
afterEach(() => world.close());

describe('The service user', () => {
  test('is planned in the organization’s default domain and country, and made as planned', async () => {
    world = await worldAtUser();
    expect(world.step('serviceUser')).toMatchObject({
      status: 'planned',
      plan: { facts: [{ value: 'Marketplace Lead Writer' }, { value: userName }, { value: 'DE' }], changes: [{ request: 'POST graph /users' }] },
      choices: { domain: [{ value: tenant.domain }, { value: 'contoso.example' }] },
    });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    expect(await users(world)).toEqual([
      expect.objectContaining({ accountEnabled: true, userType: 'Member', usageLocation: 'DE', jobTitle: `lead-setup-run:${world.run().id}`, assignedLicenses: [] }),
    ]);
    expect(world.run().facts).toMatchObject({ serviceUser: { userPrincipalName: userName, origin: 'made' }, password: { madeBy: personas.alex.objectId } });
  });

  test('signs in with the password that is handed over, and need not change it', async () => {
    world = await worldAtUser();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    await finish(world);
    const outcome = world.command('reveal');
    const password = outcome.kind === 'revealed' ? outcome.secret : '';
    expect((await world.tenant.control('password', { userPrincipalName: userName, password })).json).toEqual({ isRight: true, mustChange: false });
    expect(JSON.stringify(world.run())).not.toContain(password);
  });

  test('should renew its password ninety days later', async () => {
    world = await worldAtUser();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    const { setAt = '', renewBy = '' } = world.run().facts.password ?? {};
    expect(Date.parse(renewBy) - Date.parse(setAt)).toBe(90 * 86_400_000);
  });

  test('takes the name, domain and country that were entered', async () => {
    world = await worldAtUser();
    expect(await submit(world, { displayName: 'Leads', userName: 'leads.in', domain: tenant.domain, usageLocation: 'fr' })).toMatchObject({ status: 'planned' });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    expect(await users(world, `leads.in@${tenant.domain}`)).toEqual([expect.objectContaining({ displayName: 'Leads', mailNickname: 'leads.in', usageLocation: 'FR' })]);
  });

  test.each([{ userName: 'prénom' }, { userName: 'two words' }, { userName: 'ends.' }, { domain: 'no domain' }, { usageLocation: 'DEU' }, { adoptedName: 'nobody' }, { displayName: ' ' }])(
    'refuses %j',
    async (details) => {
      world = await worldAtUser();
      expect(world.command('submit', { stepId: 'serviceUser', ...details })).toMatchObject({ kind: 'refused', notice: { key: 'notice.detailsWrong' } });
    },
  );
});

describe('A user name that cannot be had', () => {
  test('because somebody has it comes with one that is free, and with a way to enter it', async () => {
    world = await worldAtUser();
    expect(await submit(world, { userName: 'alex', domain: tenant.domain })).toMatchObject({
      status: 'blocked',
      reason: { key: 'serviceUser.taken', values: { userName: personas.alex.userPrincipalName } },
      cure: { key: 'serviceUser.takenCure', values: { free: 'alex-2' } },
      choices: { domain: expect.arrayContaining([expect.objectContaining({ value: 'contoso.example' })]) },
    });
    expect(await submit(world, { userName: 'alex-2' })).toMatchObject({ status: 'planned' });
  });

  test('because a deleted user had it comes with one that is free', async () => {
    world = await worldAtUser();
    const body = { accountEnabled: true, displayName: 'Old', mailNickname: 'old', userPrincipalName: userName, passwordProfile: { password: 'Correct-horse-7-battery' } };
    const { json } = await world.tenant.graph('alex', 'POST', '/users', { body });
    await world.tenant.graph('alex', 'DELETE', `/users/${json.id}`);
    world.approve('serviceUser');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.takenByDeleted' }, cure: { values: { free: 'marketplace-lead-writer-2' } } });
    expect(await creations(world)).toHaveLength(1);
  });

  test('because somebody took it after the approval is asked anew, and nobody’s account is touched', async () => {
    let isHidden = true;
    world = await createWorld('alex', withDirectory(({ user, createUser }) => ({
      user: async (key) => (key === userName && isHidden ? undefined : await user(key)),
      createUser: async (wanted) => {
        isHidden = false;
        return await createUser(wanted);
      },
    })));
    await world.goTo('serviceUser');
    const body = { accountEnabled: true, displayName: 'New', mailNickname: 'new', userPrincipalName: userName, passwordProfile: { password: 'Correct-horse-7-battery' } };
    await world.tenant.graph('alex', 'POST', '/users', { body });
    world.approve('serviceUser');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.taken' } });
    expect(await users(world)).toEqual([expect.objectContaining({ displayName: 'New' })]);
    expect(world.run().facts.serviceUser).toBeUndefined();
    expect(world.run().journal.at(-1)).toMatchObject({ request: 'POST graph /users', outcome: { result: 'refused', detail: 'taken' } });
  });
});

describe('A domain or country that cannot be used', () => {
  test('because it is federated names one that can', async () => {
    world = await worldAtUser();
    expect(await submit(world, { domain: 'partner.contoso.example' })).toMatchObject({
      status: 'blocked',
      reason: { key: 'serviceUser.federated', values: { domain: 'partner.contoso.example' } },
      cure: { values: { domain: 'contoso.example' } },
      choices: { domain: [{ value: tenant.domain }, { value: 'contoso.example' }] },
    });
    expect(await submit(world, { domain: 'contoso.example' })).toMatchObject({ status: 'planned' });
  });

  test('because it is not the organization’s own is said', async () => {
    world = await worldAtUser();
    expect(await submit(world, { domain: 'fabrikam.example' })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.domainUnknown' } });
  });

  test('because every domain is federated leads to the other way', async () => {
    world = await createWorld('alex', withDirectory(() => ({
      organizationDetails: () => Promise.resolve({ domains: [{ name: 'contoso.example', isDefault: true, isManaged: false }], country: 'DE' }),
    })));
    await world.goTo('solution');
    world.command('back');
    world.command('choose', { path: 'microsoft365' });
    await world.until('solution', 'planned');
    world.approve('solution');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.noDomain' } });
  });

  test('because the organization does not say its country is asked for', async () => {
    world = await createWorld('alex', withDirectory(({ organizationDetails }) => ({
      organizationDetails: async () => ({ ...(await organizationDetails()), country: undefined }),
    })));
    await world.goTo('solution');
    world.command('back');
    world.command('choose', { path: 'microsoft365' });
    await world.until('solution', 'planned');
    world.approve('solution');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.usageLocationMissing' }, choices: { domain: expect.anything() } });
    expect(await submit(world, { usageLocation: 'us' })).toMatchObject({ status: 'planned' });
  });
});

describe('Without the right', () => {
  test('to read users, somebody with more rights is needed', async () => {
    const refused = new SetupError('E-REFUSED', { upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'no' } });
    world = await createWorld('alex', withDirectory(() => ({ user: () => Promise.reject(refused) })));
    await world.goTo('solution');
    world.command('back');
    world.command('choose', { path: 'microsoft365' });
    await world.until('solution', 'planned');
    world.approve('solution');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.noRight' }, lacksRight: true });
  });

  test('to make one, Microsoft’s refusal is shown, nothing is listed as made, and Retry looks again', async () => {
    world = await createWorld('priya');
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    expect(world.step('serviceUser')).toMatchObject({ failure: { code: 'E-REFUSED', upstream: { service: 'graph', status: 403 } }, approval: { begun: false } });
    expect(world.run().facts.serviceUser).toBeUndefined();
    expect(world.command('retry', { stepId: 'serviceUser' }).kind).toBe('moved');
    await world.until('serviceUser', 'failed');
  });
});

describe('A setup that ends early', () => {
  test('leaves the user, and destroys its password', async () => {
    world = await worldAtUser();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    world.command('cancel', { confirmed: true });
    await world.settle();
    expect(await users(world)).toHaveLength(1);
    expect(world.run().facts.serviceUser).toMatchObject({ origin: 'made' });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused' });
  });

  test('before the user was sent off makes none', async () => {
    world = await worldAtUser();
    world.approve('serviceUser');
    world.command('cancel', { confirmed: true });
    await world.settle();
    expect(await creations(world)).toEqual([]);
    expect(world.run().facts.serviceUser).toBeUndefined();
  });
});
