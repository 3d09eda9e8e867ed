import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

/** Priya may change Dynamics but not Entra; Alex may both. */
describe('A step that needs rights of somebody else', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('priya');
  });
  afterEach(() => world.close());

  const inAlexsChat = () => ({ actor: world.person('alex'), conversationId: 'chat-of-alex' });
  const askAlex = async () => {
    await world.goTo('application');
    world.approve('application');
    await world.until('application', 'failed');
    world.meet('alex');
    world.command('ask', { wanted: 'alex' });
    await world.settle();
  };
  const lastAsk = () => world.run().asks.at(-1);

  test('is planned and done with theirs, and the journal names both', async () => {
    await askAlex();
    expect(lastAsk()).toMatchObject({ status: 'open', person: world.person('alex'), conversationId: 'chat-of-alex' });
    expect(world.step('application').status).toBe('failed');
    world.askedSignedIn();
    await world.until('application', 'planned');
    world.approve('application', inAlexsChat());
    await world.until('application', 'done');
    const [priya, alex] = [world.person('priya').objectId, world.person('alex').objectId];
    const entries = world.run().journal.filter(({ stepId, by }) => stepId === 'application' && by === alex);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.every(({ askedBy }) => askedBy === priya)).toBe(true);
    expect(lastAsk()).toMatchObject({ status: 'answered' });
    // What follows is Priya's own again.
    await world.decided('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    expect(world.run().journal.findLast(({ stepId }) => stepId === 'applicationUserAndRole')).not.toHaveProperty('askedBy');
  });

  test('is not done with them before they have approved', async () => {
    await askAlex();
    const before = await world.changes();
    world.askedSignedIn();
    await world.until('application', 'planned');
    expect(await world.changes()).toEqual(before);
    expect(world.approve('application', { ...inAlexsChat(), conversationId: 'another' })).toMatchObject({ kind: 'refused' });
  });

  test('waits for nobody who does not have the bot', async () => {
    await askAlex();
    world.command('ask', { wanted: 'nobody' });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'nobody' });
    expect(world.run().asks[0]).toMatchObject({ status: 'withdrawn' });
  });

  test.each(['alex@contoso.onmicrosoft.com', 'ALEX@contoso.onmicrosoft.com'])('finds them by the address %s, when they have the bot', async (wanted) => {
    await askAlex();
    world.command('ask', { wanted });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'open', person: world.person('alex') });
    world.command('ask', { wanted: 'nobody@contoso.onmicrosoft.com' });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'nobody' });
    expect(lastAsk()).not.toHaveProperty('failure');
    world.command('ask', { wanted: 'rita@contoso.onmicrosoft.com' });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'nobody' });
  });

  test('never means oneself', async () => {
    await askAlex();
    world.meet('priya');
    world.command('ask', { wanted: 'priya' });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'nobody' });
  });

  test('means one of several, whoever is chosen', async () => {
    await askAlex();
    world.meet('rita');
    world.command('ask', { wanted: 'a' });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'several', candidates: [world.person('alex'), world.person('rita')] });
    world.command('ask', { objectId: world.person('rita').objectId });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'open', person: world.person('rita'), conversationId: 'chat-of-rita' });
  });

  test('goes back to whoever began it when the other declines', async () => {
    await askAlex();
    world.command('decline', { stepId: 'application' }, inAlexsChat());
    expect(lastAsk()).toMatchObject({ status: 'declined' });
    expect(world.approve('application', inAlexsChat())).toMatchObject({ kind: 'refused', notice: { key: 'notice.askOver' } });
  });

  test('is asked for again when the sign-in of whoever was asked is gone', async () => {
    await askAlex();
    world.askedSignedIn();
    world.signOut('alex');
    await world.until('application', 'failed');
    expect(world.step('application')).toMatchObject({ failure: { code: 'E-SIGN-IN' } });
    expect(lastAsk()).toMatchObject({ status: 'open', signedIn: false });
  });
});

describe('A setup of somebody who is no administrator', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('rita');
    world.meet('alex');
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('choose', { environment: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
  });
  afterEach(() => world.close());
  const inAlexsChat = () => ({ actor: world.person('alex'), conversationId: 'chat-of-alex' });

  test('goes on only when they say that they will ask somebody', async () => {
    expect(world.command('choose', { path: 'entra' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.prerequisiteBlocks' } });
    expect(world.command('choose', { path: 'entra', confirmed: true })).toMatchObject({ kind: 'moved' });
  });

  test('has its solution installed by whoever they ask', async () => {
    world.command('choose', { path: 'entra', confirmed: true });
    await world.settle();
    expect(['failed', 'blocked']).toContain(world.step('solution').status);
    world.command('ask', { wanted: 'Alex' });
    await world.settle();
    world.askedSignedIn();
    await world.until('solution', 'planned');
    world.approve('solution', inAlexsChat());
    await world.until('solution', 'done');
    expect(new Set(world.run().journal.map(({ by }) => by))).toEqual(new Set([world.person('alex').objectId]));
  });
});
