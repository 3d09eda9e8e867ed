import type { Command, Outcome } from '../../../src/setup/commands/command.ts';
import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

/** A file that brings a plug-in assembly and a workflow besides its role. */
describe('A solution that brings more than a role', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('alex', undefined, { solution: 'withCode' });
    await world.goTo('solution');
  });
  afterEach(() => world.close());

  const plan = () => {
    const state = world.step('solution');
    if (state.status !== 'planned') throw new Error('The solution is not planned');
    return state;
  };
  const approve = (data: Partial<Command['data']> = {}, given: Partial<Command> = {}): Outcome =>
    world.command('approve', { stepId: 'solution', planHash: plan().planHash, ...data }, given);
  const imports = async () => (await world.changes()).filter((request) => request.includes('ImportSolutionAsync'));
  const refusedFor = (key: string) => ({ kind: 'refused', notice: { key } });

  test('says of each kind what it is and what it is called', () => {
    expect(plan().plan.toTick).toEqual([
      { key: 'solution.brings.plugIn', values: { number: 1, names: 'Contoso.LeadScoring, Version=1.0.0.0' } },
      { key: 'solution.brings.workflow', values: { number: 1, names: 'Tell finance about new leads' } },
    ]);
  });

  test.each([undefined, 'false'] as const)('is not approved with the tick %s, and is with it, once for two clicks', async (hasSeen) => {
    expect(approve(hasSeen && { hasSeen })).toMatchObject(refusedFor('notice.tickMissing'));
    expect(world.step('solution').status).toBe('planned');
    const { planHash } = plan();
    const click = () => world.command('approve', { stepId: 'solution', planHash, hasSeen: 'true' });
    expect([click(), click()]).toMatchObject([{ kind: 'moved' }, refusedFor('notice.alreadyApproved')]);
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });

  test('is not approved by a typed word, whatever comes with it', async () => {
    expect(world.command('approve', {}, { typed: true })).toMatchObject(refusedFor('notice.tickOnCard'));
    expect(approve({ hasSeen: 'true' }, { typed: true })).toMatchObject(refusedFor('notice.tickOnCard'));
    await world.settle();
    expect(await imports()).toEqual([]);
  });

  test('is never approved together with others, and neither is that offered', () => {
    const ways = world.command('ways', { stepId: 'solution' });
    expect(ways).toMatchObject({ kind: 'asked', question: { ways: ['manual', 'ask', 'actAs'] } });
    expect(world.command('wholePlan')).toMatchObject(refusedFor('notice.wholePlanLater'));
    expect(world.command('approveAll', { stepId: 'solution', planHash: plan().planHash, shownHash: 'x', hasSeen: 'true' }).kind).toBe('refused');
    expect(world.step('solution').status).toBe('planned');
  });

  test('is not approved by somebody who was not asked, tick or not; by one who was, with their own', async () => {
    const priya = { actor: world.person('priya'), conversationId: 'chat-of-priya' };
    expect(approve({ hasSeen: 'true' }, priya).kind).toBe('refused');
    world.meet('priya');
    world.command('ask', { stepId: 'solution', wanted: 'priya' });
    await world.settle();
    await world.tenant.control('sign-in', { userId: '29:priya', persona: 'priya' });
    world.askedSignedIn();
    await world.decided('solution');
    expect(approve({}, priya)).toMatchObject(refusedFor('notice.tickMissing'));
    expect(approve({ hasSeen: 'true' }, priya).kind).toBe('moved');
    await world.until('solution', 'done');
    expect(world.run().journal.every(({ by }) => by === world.person('priya').objectId)).toBe(true);
  });

  test('needs the tick again when the plan has changed since, and the plan of before is worth nothing', async () => {
    const before = plan().planHash;
    approve({ hasSeen: 'true' });
    await world.tenant.control('conditions', { installed: 'older' });
    await world.settle();
    expect(plan()).toMatchObject({ notice: { key: 'notice.planChangedSinceApproval' } });
    expect(await imports()).toEqual([]);
    expect(approve({ planHash: before, hasSeen: 'true' })).toMatchObject(refusedFor('notice.planChanged'));
    expect(approve()).toMatchObject(refusedFor('notice.tickMissing'));
    expect(approve({ hasSeen: 'true' }).kind).toBe('moved');
    await world.until('solution', 'done');
  });

  test('done by hand needs no tick', async () => {
    expect(world.command('manual', { stepId: 'solution' }).kind).toBe('moved');
    expect(world.step('solution').status).toBe('byHand');
    expect(await imports()).toEqual([]);
  });
});

test('A solution that brings its role only has nothing to tick', async () => {
  const world = await createWorld();
  await world.goTo('solution');
  expect(world.step('solution')).toMatchObject({ status: 'planned' });
  expect(world.step('solution')).not.toHaveProperty('plan.toTick');
  await world.close();
});
