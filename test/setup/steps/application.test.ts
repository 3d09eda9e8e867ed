import { type World, createWorld } from '../world.ts';

describe('The application', () => {
  let world: World;
  afterEach(() => world.close());

  test('refused by Microsoft shows its message and code, and Retry goes on', async () => {
    world = await createWorld('priya');
    await world.goTo('application');
    world.approve('application');
    await world.until('application', 'failed');
    expect(world.step('application')).toMatchObject({
      failure: { code: 'E-REFUSED', upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied' } },
      approval: { approvedBy: { name: 'Priya Power' } },
    });
    const failed = world.step('application');
    expect(world.logged).toContainEqual(expect.objectContaining({ errorId: 'failure' in failed && failed.failure.errorId, code: 'E-REFUSED' }));
    expect(world.command('retry', { stepId: 'application' }).kind).toBe('moved');
    await world.until('application', 'failed');
    expect(world.step('solution').status).not.toBe('failed');
  });

  test('under another name is planned and made under that name', async () => {
    world = await createWorld();
    await world.goTo('application');
    world.command('submit', { stepId: 'application', displayName: 'Our marketplace leads' });
    await world.until('application', 'planned');
    world.approve('application');
    await world.until('application', 'done');
    expect((await world.state()).graph.applications).toEqual([expect.objectContaining({ displayName: 'Our marketplace leads' })]);
  });

  test('approved with the plan of before the change is refused', async () => {
    world = await createWorld();
    await world.goTo('application');
    const before = world.step('application');
    world.command('submit', { stepId: 'application', displayName: 'Our marketplace leads' });
    await world.until('application', 'planned');
    const planHash = 'planHash' in before ? before.planHash : '';
    expect(world.command('approve', { stepId: 'application', planHash })).toMatchObject({ notice: { key: 'notice.planChanged' } });
  });

  test('of an earlier setup is offered for use, and another name makes a new one instead', async () => {
    world = await createWorld();
    await world.goTo('applicationUserAndRole');
    world.command('cancel', { confirmed: true });
    await world.goTo('application');
    expect(world.step('application')).toMatchObject({ plan: { summary: { key: 'application.summaryFound' }, changes: [] } });
    world.command('submit', { stepId: 'application', displayName: 'A second one' });
    await world.until('application', 'planned');
    expect(world.step('application')).toMatchObject({ plan: { summary: { key: 'application.summary', values: { name: 'A second one' } } } });
    world.approve('application');
    await world.until('application', 'done');
    expect((await world.state()).graph.applications.map(({ displayName }) => displayName)).toEqual(['Marketplace Lead Writer', 'A second one']);
  });

  test('that only says it was made by a setup is not used', async () => {
    world = await createWorld();
    await world.goTo('applicationUserAndRole');
    const earlier = world.run();
    world.command('cancel', { confirmed: true });
    const host = new URL(world.tenant.sandbox.environments.contoso.url).host;
    await world.tenant.graph('alex', 'DELETE', `/applications/${earlier.facts.application?.objectId}`);
    const tags = [`lead-setup-environment:${host}`, `lead-setup-run:${earlier.id}`];
    await world.tenant.graph('alex', 'POST', '/applications', { body: { displayName: 'Mallory', signInAudience: 'AzureADMultipleOrgs', tags } });
    await world.pass('PT5S');
    await world.goTo('application');
    expect(world.step('application')).toMatchObject({ plan: { summary: { key: 'application.summary' } } });
  });

  test('is asked anew when the tenant has changed since the approval', async () => {
    world = await createWorld();
    await world.goTo('applicationUserAndRole');
    const made = world.run().facts.application;
    world.command('cancel', { confirmed: true });
    await world.goTo('application');
    world.approve('application');
    await world.tenant.graph('alex', 'PATCH', `/applications/${made?.objectId}`, { body: { signInAudience: 'AzureADMyOrg' } });
    await world.settle();
    expect(world.step('application')).toMatchObject({
      status: 'planned',
      notice: { key: 'notice.planChangedSinceApproval' },
      plan: { changes: [{ request: 'PATCH graph /applications/{id}' }] },
    });
    world.approve('application');
    await world.until('application', 'done');
    expect(world.run().facts.application).toMatchObject({ origin: 'found', objectId: made?.objectId });
  });
});
