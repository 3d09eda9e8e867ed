import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

const graphReads = async (world: World) => {
  const log: { path: string; service: string }[] = (await world.tenant.control('requests')).json;
  return log.filter(({ service }) => ['graph', 'discovery', 'dataverse'].includes(service)).map(({ path }) => path.replace(/\?.*/u, ''));
};

describe('A guest of the organization', () => {
  let world: World;
  afterEach(() => world.close());

  test('is told why not, and nothing else is read or offered', async () => {
    world = await createWorld('gus');
    world.command('start');
    world.signIn();
    await world.settle();
    expect(world.run()).toMatchObject({ discovery: { status: 'failed', failure: { code: 'E-GUEST' } }, offered: [] });
    expect(await graphReads(world)).toEqual([expect.stringMatching(/\/me$/u)]);
  });

  test('comes no further by an address', async () => {
    world = await createWorld('gus');
    world.command('start');
    world.signIn();
    await world.settle();
    const { url } = world.tenant.sandbox.environments.contoso;
    expect(world.command('submit', { address: url })).toMatchObject({ kind: 'refused', notice: { key: 'error.guest' } });
    expect(world.run()).not.toHaveProperty('environment');
  });

  test('is refused as the account of somebody else, too', async () => {
    world = await createWorld('rita');
    world.command('start');
    world.signIn();
    await world.settle();
    world.actAs({ objectId: world.person('gus').objectId, name: 'gus' });
    await world.settle();
    expect(world.run()).toMatchObject({ discovery: { status: 'failed', failure: { code: 'E-GUEST' } } });
  });

  test('cannot be asked', async () => {
    world = await createWorld('priya');
    await world.goTo('application');
    world.meet('gus');
    world.command('ask', { stepId: 'application', wanted: 'gus' });
    await world.settle();
    expect(world.run().asks.at(-1)).toMatchObject({ status: 'nobody', isGuest: true, wanted: 'Gus Guest' });
  });

  test('who was asked all the same is found out before anything is planned with their rights', async () => {
    world = await createWorld('priya');
    await world.goTo('application');
    const ask = { id: '1', about: 'application', wanted: 'gus', askedBy: world.person('priya'), askedAt: world.run().startedAt, status: 'open', person: world.person('gus'), conversationId: 'chat-of-gus', signedIn: true } as const;
    world.overwrite((run) => ({ ...run, asks: [ask] }));
    const before = await world.changes();
    world.approve('application', { actor: world.person('gus'), conversationId: 'chat-of-gus' });
    await world.until('application', 'failed');
    expect(world.step('application')).toMatchObject({ failure: { code: 'E-GUEST' } });
    expect(await world.changes()).toEqual(before);
  });

  test('who was none when the setup was made takes nothing back', async () => {
    world = await createWorld('gus');
    world.command('start');
    const environment = { ...world.tenant.sandbox.environments.contoso, organizationId: 'o', environmentId: 'e', name: 'Contoso', isTest: true, version: '9.2' };
    const entry = { id: 'j', stepId: 'solution', request: 'POST', intendedAt: world.run().startedAt, by: world.person('gus').objectId } as const;
    world.overwrite((run) => ({ ...run, environment, status: 'finished', journal: [entry] }));
    world.command('undo');
    world.signIn();
    await world.settle();
    expect(world.run().undo).toMatchObject({ state: { status: 'failed', failure: { code: 'E-GUEST' } } });
  });
});
