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

  test('is asked anew when the tenant has changed since the approval', async () => {
    world = await createWorld();
    await world.goTo('application');
    const host = new URL(world.tenant.sandbox.environments.contoso.url).host;
    world.approve('application');
    const body = { displayName: 'Made meanwhile', signInAudience: 'AzureADMultipleOrgs', tags: [`lead-setup-environment:${host}`] };
    expect((await world.tenant.graph('alex', 'POST', '/applications', { body })).status).toBe(201);
    await world.tenant.advance('PT5S');
    await world.settle();
    expect(world.step('application')).toMatchObject({
      status: 'planned',
      notice: { key: 'notice.planChangedSinceApproval' },
      plan: { summary: { key: 'application.summaryFound', values: { name: 'Made meanwhile' } } },
    });
    world.approve('application');
    await world.until('application', 'done');
    expect(world.run().facts.application?.origin).toBe('found');
  });
});
