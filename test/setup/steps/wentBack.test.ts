import { tenant } from '../../../sandbox/personas.ts';
import type { Command } from '../../../src/setup/commands/command.ts';
import type { StagedSolution } from '../../../src/setup/ports/microsoft.ts';
import { type Around, type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

type EnvironmentName = 'contoso' | 'contoso-test';

/** Somebody looks at one environment, goes back and sets up another. */
describe('Another environment, chosen after going back', () => {
  let world: World;
  afterEach(() => world.close());

  const urlOf = (name: EnvironmentName) => world.tenant.sandbox.environments[name].url;
  const choose = async (name: EnvironmentName, given: Partial<Command> = {}) => {
    expect(world.command('choose', { environment: urlOf(name) }, given)).toMatchObject({ kind: 'moved' });
    await world.settle();
    expect(world.command('choose', { path: 'entra' }, given)).toMatchObject({ kind: 'moved' });
    await world.settle();
  };
  const begin = async (name: EnvironmentName, around?: Around) => {
    world = await createWorld('alex', around);
    world.command('start');
    world.signIn();
    await world.settle();
    await choose(name);
  };
  const goBack = () => {
    expect(world.command('back')).toMatchObject({ kind: 'moved' });
    expect(world.command('back')).toMatchObject({ kind: 'moved' });
  };
  const askPriya = async () => {
    world.meet('priya');
    world.command('ask', { stepId: 'solution', wanted: 'priya' });
    await world.settle();
    world.askedSignedIn();
    await world.settle();
  };
  const shownHash = () => {
    const state = world.step('solution');
    return 'planHash' in state ? state.planHash : '';
  };
  const stagedBy = async () => {
    const log: { path: string; actor?: string }[] = (await world.tenant.control('requests')).json;
    return log.filter(({ path }) => path.includes('StageSolution')).map(({ actor }) => actor);
  };

  test('is not approved by a card of the one before', async () => {
    await begin('contoso-test');
    const planHash = shownHash();
    goBack();
    await choose('contoso');
    expect(shownHash()).not.toBe(planHash);
    expect(world.command('approve', { stepId: 'solution', planHash })).toMatchObject({ kind: 'refused', notice: { key: 'notice.planChanged' } });
    expect(world.step('solution').status).toBe('planned');
  });

  test('is not approved by somebody who was asked about the one before', async () => {
    await begin('contoso-test');
    await askPriya();
    const planHash = shownHash();
    goBack();
    expect(world.run().asks).toMatchObject([{ status: 'withdrawn' }]);
    await choose('contoso');
    const outcome = world.command('approve', { stepId: 'solution', planHash }, { actor: world.person('priya'), conversationId: 'chat-of-priya' });
    expect(outcome.kind).toBe('refused');
    expect(world.run().journal).toEqual([]);
  });

  test('is not looked at with the token of somebody who was asked about the one before, and they are told', async () => {
    await begin('contoso-test');
    await askPriya();
    const before = await stagedBy();
    const told = world.told.length;
    goBack();
    await world.settle();
    expect(world.told.length).toBeGreaterThan(told);
    await choose('contoso');
    expect((await stagedBy()).slice(before.length)).toEqual([`alex@${tenant.domain}`]);
  });

  test('is planned by its own look, also when one at the environment before ends later', async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let reach: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const strangers = { solutionId: '00000000-0000-4000-8000-00000000aaaa', version: '99.0.0.0', isManaged: true };
    const slowly = async (uniqueName: string) => {
      reach();
      await ended;
      return { ...strangers, uniqueName };
    };
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      dataverse: (actor, environment) => {
        const dataverse = microsoft.dataverse(actor, environment);
        return environment.url === urlOf('contoso-test') ? { ...dataverse, installedSolution: slowly } : dataverse;
      },
    }));
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('choose', { environment: urlOf('contoso-test') });
    await world.settle();
    world.command('choose', { path: 'entra' });
    const first = world.settle();
    await reached;
    goBack();
    world.overwrite((run) => ({
      ...run,
      environment: { url: urlOf('contoso'), name: 'Contoso', isTest: false },
      path: 'entra',
      prerequisites: { status: 'read', at: run.startedAt },
      steps: { ...run.steps, solution: { status: 'planning', since: run.startedAt } },
    }));
    end();
    await first;
    expect(world.step('solution').status).toBe('planning');
    expect(world.run().facts).not.toHaveProperty('solution');
  });

  test('leaves the one before free for others', async () => {
    let isNewer = false;
    const staged = (solution: StagedSolution) => ({ ...solution, ...(isNewer && { friendlyName: 'Lead Writer, the newer one' }) });
    await begin('contoso', (microsoft) => ({
      ...microsoft,
      dataverse: (actor, environment) => {
        const dataverse = microsoft.dataverse(actor, environment);
        return { ...dataverse, stageSolution: async (zip) => staged(await dataverse.stageSolution(zip)) };
      },
    }));
    isNewer = true;
    world.approve('solution');
    await world.until('solution', 'planned');
    goBack();
    await choose('contoso-test');
    const inPriyasChat = { actor: world.person('priya'), conversationId: 'chat-of-priya', typed: true };
    world.command('start', {}, { ...inPriyasChat, typed: false });
    world.signIn('chat-of-priya');
    await world.settle();
    await choose('contoso', inPriyasChat);
    expect(world.command('approve', {}, inPriyasChat)).toMatchObject({ kind: 'moved' });
  });
});
