import { personas, tenant } from '../../../sandbox/personas.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import type { StepState } from '../../../src/setup/run.ts';
import { type World, createWorld, withDirectory } from '../world.ts';

let world: World;
afterEach(() => world.close());

const userName = 'marketplace-lead-writer@contoso.example';
const users = async (name = userName) => (await world.state()).graph.users.filter(({ userPrincipalName }) => userPrincipalName === name);
const creations = async () => (await world.changes()).filter((request) => /^POST .*\/users$/u.test(request));

async function submit(details: Record<string, string>): Promise<StepState> {
  expect(world.command('submit', { stepId: 'serviceUser', ...details })).toMatchObject({ kind: 'moved' });
  await world.settle();
  return world.step('serviceUser');
}

/** To the look at the user, with the setup as Alex begins it. */
async function begin(): Promise<void> {
  world = await createWorld();
  await world.goTo('serviceUser');
}

async function signsIn(): Promise<boolean> {
  world.overwrite((run) => ({ ...run, handover: {} }));
  const outcome = world.command('reveal');
  const password = outcome.kind === 'revealed' ? outcome.secret : '';
  return (await world.tenant.control('password', { userPrincipalName: world.run().facts.serviceUser?.userPrincipalName, password })).json.isRight;
}

async function finish(): Promise<void> {
  for (const step of ['licence', 'userRole', 'passwordAndProof'] as const) {
    await world.decided(step);
    if (world.step(step).status === 'planned') world.approve(step);
    await world.until(step, 'done');
  }
}

describe('The service user', () => {
  test('is planned in the organization’s default domain and country, and made as planned', async () => {
    await begin();
    expect(world.step('serviceUser')).toMatchObject({
      status: 'planned',
      plan: { facts: [{ value: 'Marketplace Lead Writer' }, { value: userName }, { value: 'DE' }], changes: [{ request: 'POST graph /users' }] },
      choices: { domain: [{ value: tenant.domain }, { value: 'contoso.example' }] },
    });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    expect(await users()).toEqual([
      expect.objectContaining({ accountEnabled: true, userType: 'Member', usageLocation: 'DE', jobTitle: `lead-setup-run:${world.run().id}`, assignedLicenses: [] }),
    ]);
    expect(world.run().facts).toMatchObject({ serviceUser: { userPrincipalName: userName, origin: 'made' }, password: { madeBy: personas.alex.objectId } });
  });

  test('signs in with the password that is handed over, and need not change it', async () => {
    await begin();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    await finish();
    const outcome = world.command('reveal');
    const password = outcome.kind === 'revealed' ? outcome.secret : '';
    expect((await world.tenant.control('password', { userPrincipalName: userName, password })).json).toEqual({ isRight: true, mustChange: false });
    expect(JSON.stringify(world.run())).not.toContain(password);
  });

  test('should renew its password ninety days later', async () => {
    await begin();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    const { setAt = '', renewBy = '' } = world.run().facts.password ?? {};
    expect(Date.parse(renewBy) - Date.parse(setAt)).toBe(90 * 86_400_000);
  });

  test('takes the name, domain and country that were entered', async () => {
    await begin();
    expect(await submit({ displayName: 'Leads', userName: 'leads.in', domain: tenant.domain, usageLocation: 'fr' })).toMatchObject({ status: 'planned' });
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    expect(await users(`leads.in@${tenant.domain}`)).toEqual([expect.objectContaining({ displayName: 'Leads', mailNickname: 'leads.in', usageLocation: 'FR' })]);
  });

  test.each([{ userName: 'prénom' }, { userName: 'two words' }, { userName: 'ends.' }, { domain: 'no domain' }, { usageLocation: 'DEU' }, { adoptedName: 'nobody' }, { displayName: ' ' }])(
    'refuses %j',
    async (details) => {
      await begin();
      expect(world.command('submit', { stepId: 'serviceUser', ...details })).toMatchObject({ kind: 'refused', notice: { key: 'notice.detailsWrong' } });
    },
  );
});

describe('A user name that cannot be had', () => {
  test('because somebody has it comes with one that is free, and with a way to enter it', async () => {
    await begin();
    expect(await submit({ userName: 'alex', domain: tenant.domain })).toMatchObject({
      status: 'blocked',
      reason: { key: 'serviceUser.taken', values: { userName: personas.alex.userPrincipalName } },
      cure: { key: 'serviceUser.takenCure', values: { free: 'alex-2' } },
      choices: { domain: expect.arrayContaining([expect.objectContaining({ value: 'contoso.example' })]) },
    });
    expect(await submit({ userName: 'alex-2' })).toMatchObject({ status: 'planned' });
  });

  test('because a deleted user had it comes with one that is free', async () => {
    await begin();
    const body = { accountEnabled: true, displayName: 'Old', mailNickname: 'old', userPrincipalName: userName, passwordProfile: { password: 'Correct-horse-7-battery' } };
    const { json } = await world.tenant.graph('alex', 'POST', '/users', { body });
    await world.tenant.graph('alex', 'DELETE', `/users/${json.id}`);
    world.approve('serviceUser');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.takenByDeleted' }, cure: { values: { free: 'marketplace-lead-writer-2' } } });
    expect(await creations()).toHaveLength(1);
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
    expect(await users()).toEqual([expect.objectContaining({ displayName: 'New' })]);
    expect(world.run().facts.serviceUser).toBeUndefined();
    expect(world.run().journal.at(-1)).toMatchObject({ request: 'POST graph /users', outcome: { result: 'refused', detail: 'taken' } });
  });
});

describe('A domain or country that cannot be used', () => {
  test('because it is federated names one that can', async () => {
    await begin();
    expect(await submit({ domain: 'partner.contoso.example' })).toMatchObject({
      status: 'blocked',
      reason: { key: 'serviceUser.federated', values: { domain: 'partner.contoso.example' } },
      cure: { values: { domain: 'contoso.example' } },
      choices: { domain: [{ value: tenant.domain }, { value: 'contoso.example' }] },
    });
    expect(await submit({ domain: 'contoso.example' })).toMatchObject({ status: 'planned' });
  });

  test('because it is not the organization’s own is said', async () => {
    await begin();
    expect(await submit({ domain: 'fabrikam.example' })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.domainUnknown' } });
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
    expect(await submit({ usageLocation: 'us' })).toMatchObject({ status: 'planned' });
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

describe('An answer that was lost', () => {
  const losingFirstAnswer = () => {
    let isLost = false;
    return withDirectory(({ createUser }) => ({
      createUser: async (wanted) => {
        const made = await createUser(wanted);
        if (isLost) return made;
        isLost = true;
        throw new SetupError('E-UNCLEAR');
      },
    }));
  };

  test('leaves the user named; Retry finds it, with the password that was sealed', async () => {
    world = await createWorld('alex', losingFirstAnswer());
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    expect(world.run().facts.serviceUser).toEqual({ userPrincipalName: userName, displayName: 'Marketplace Lead Writer', origin: 'made' });
    world.command('retry', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    expect(await creations()).toHaveLength(1);
    await finish();
    expect(await signsIn()).toBe(true);
  });

  test('and is refused at the second try is still found as ours', async () => {
    let tries = 0;
    world = await createWorld('alex', withDirectory(({ createUser, user }) => ({
      user: async (key) => (tries === 1 ? undefined : await user(key)),
      createUser: async (wanted) => {
        tries += 1;
        if (tries > 1) throw new SetupError('E-BUSY');
        await createUser(wanted);
        throw new SetupError('E-UNCLEAR');
      },
    })));
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    for (const code of ['E-UNCLEAR', 'E-BUSY']) {
      await world.until('serviceUser', 'failed');
      expect(world.step('serviceUser')).toMatchObject({ failure: { code } });
      world.command('retry', { stepId: 'serviceUser' });
    }
    await world.until('serviceUser', 'done');
    expect(await creations()).toHaveLength(1);
    expect(world.run().facts.serviceUser).toMatchObject({ objectId: expect.any(String), origin: 'made' });
  });

  test('after which somebody set another password is followed by a new one', async () => {
    world = await createWorld('alex', losingFirstAnswer());
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    await world.pass('PT20M');
    const [user] = await users();
    await world.tenant.graph('alex', 'PATCH', `/users/${String(user?.['id'])}`, { body: { passwordProfile: { password: 'Correct-horse-7-battery' } } });
    world.command('retry', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    await finish();
    expect(await signsIn()).toBe(true);
  });

  test('after which the process died with the seal gone, is followed by a new password', async () => {
    world = await createWorld('alex', losingFirstAnswer());
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    await world.pass('P2D');
    world.restart();
    world.command('retry', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    expect(world.run().facts.password).toBeUndefined();
    await finish();
    expect(world.run().journal.map(({ request }) => request)).toContain('PATCH graph /users/{id}');
    expect(await signsIn()).toBe(true);
  });

  test('to a process that died is looked up, and no second user is made', async () => {
    await begin();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    const { serviceUser: made, password: _, ...facts } = world.run().facts;
    const { objectId: _unknown, ...known } = made!;
    world.overwrite((run) => {
      const { plan, planHash } = { plan: { summary: { key: 'x' }, reversal: { key: 'x' }, notices: [], facts: [], changes: [] }, planHash: 'x' };
      const applying = { status: 'applying', plan, planHash, approvedBy: world.person('alex'), approvedAt: run.startedAt, begun: true } as const;
      return { ...run, facts: { ...facts, serviceUser: known }, steps: { ...run.steps, serviceUser: applying } };
    }, { kind: 'apply', stepId: 'serviceUser' });
    world.restart();
    await world.until('serviceUser', 'done');
    expect(await creations()).toHaveLength(1);
    expect(world.run().facts).toMatchObject({ serviceUser: { objectId: made!.objectId }, password: expect.anything() });
  });

  test('by Entra’s own reading is waited for', async () => {
    let hidden = 3;
    world = await createWorld('alex', withDirectory(({ user }) => ({
      user: async (key) => {
        const found = await user(key);
        return found && (hidden -= 1) >= 0 ? undefined : found;
      },
    })));
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.settle();
    expect(world.step('serviceUser')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'serviceUser.waitingForUser' } } });
    await world.until('serviceUser', 'done');
    expect(await creations()).toHaveLength(1);
  });
});

describe('A user that is there already', () => {
  test('from an earlier setup is offered for use, and another name makes a new one instead', async () => {
    await begin();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    world.command('cancel', { confirmed: true });
    await world.goTo('serviceUser');
    expect(world.step('serviceUser')).toMatchObject({ plan: { summary: { key: 'serviceUser.summaryFound' }, changes: [] } });
    expect(await submit({ userName: 'second' })).toMatchObject({ plan: { summary: { key: 'serviceUser.summary' } } });
    expect(await submit({ userName: 'marketplace-lead-writer' })).toMatchObject({ plan: { summary: { key: 'serviceUser.summaryFound' } } });
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
    await begin();
    await submit({ userName: 'lead-bot' });
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
    await begin();
    const body = {
      accountEnabled: true, displayName: 'x', mailNickname: 'x', userPrincipalName: userName, jobTitle: 'lead-setup-run:madeup', passwordProfile: { password: 'Correct-horse-7-battery' },
    };
    await world.tenant.graph('alex', 'POST', '/users', { body });
    world.approve('serviceUser');
    await world.until('serviceUser', 'blocked');
    expect(world.step('serviceUser')).toMatchObject({ reason: { key: 'serviceUser.taken' } });
  });

  test('with the mark of this setup, which it never made, is somebody else’s', async () => {
    await begin();
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
    await begin();
    expect(await submit({ adoptedName: personas.rita.userPrincipalName })).toMatchObject({ status: 'done', evidence: [{ key: 'serviceUser.adopted' }] });
    expect(world.run().facts.serviceUser).toMatchObject({ objectId: personas.rita.objectId, origin: 'found', isTheirs: true });
    expect(world.run().facts.password).toBeUndefined();
    expect(await creations()).toEqual([]);
  });

  test('but may not sign in is refused until it may', async () => {
    await begin();
    await world.tenant.graph('alex', 'PATCH', `/users/${personas.rita.objectId}`, { body: { accountEnabled: false } });
    expect(await submit({ adoptedName: personas.rita.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedDisabled' } });
    await world.tenant.graph('alex', 'PATCH', `/users/${personas.rita.objectId}`, { body: { accountEnabled: true } });
    world.command('check', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
  });

  test('but is a guest is refused', async () => {
    await begin();
    await world.tenant.graph('alex', 'PATCH', `/users/${personas.rita.objectId}`, { body: { userType: 'Guest' } });
    expect(await submit({ adoptedName: personas.rita.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedGuest' } });
  });

  test('but is one’s own is refused', async () => {
    await begin();
    expect(await submit({ adoptedName: personas.alex.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedSelf' } });
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
    expect(await submit(naming(personas.tomas.userPrincipalName))).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedSelf' } });
    expect(world.run().facts.serviceUser).toBeUndefined();
  });

  test('but administers the directory is refused', async () => {
    await begin();
    expect(await submit({ adoptedName: personas.tomas.userPrincipalName })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedAdministrator' } });
  });

  test('but signs in elsewhere is refused', async () => {
    await begin();
    await world.tenant.graph('alex', 'POST', '/users', {
      body: {
        accountEnabled: true, displayName: 'Fed', mailNickname: 'fed', userPrincipalName: 'fed@partner.contoso.example', onPremisesImmutableId: 'x1',
        passwordProfile: { password: 'Correct-horse-9-staple', forceChangePasswordNextSignIn: false },
      },
    });
    expect(await submit({ adoptedName: 'fed@partner.contoso.example' })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedFederated' } });
  });

  test('under no such name can be entered again', async () => {
    await begin();
    expect(await submit({ adoptedName: 'nobody@contoso.example' })).toMatchObject({ status: 'blocked', reason: { key: 'serviceUser.adoptedMissing' } });
    expect(await submit({ adoptedName: '' })).toMatchObject({ status: 'planned' });
  });

  test('and was made by hand under the planned name is recognised at the check', async () => {
    await begin();
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

describe('A setup that ends early', () => {
  test('leaves the user, and destroys its password', async () => {
    await begin();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    world.command('cancel', { confirmed: true });
    await world.settle();
    expect(await users()).toHaveLength(1);
    expect(world.run().facts.serviceUser).toMatchObject({ origin: 'made' });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused' });
  });

  test('before the user was sent off makes none', async () => {
    await begin();
    world.approve('serviceUser');
    world.command('cancel', { confirmed: true });
    await world.settle();
    expect(await creations()).toEqual([]);
    expect(world.run().facts.serviceUser).toBeUndefined();
  });
});
