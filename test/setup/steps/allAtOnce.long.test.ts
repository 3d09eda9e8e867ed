import type { Question } from '../../../src/setup/commands/command.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld, withDirectory } from '../world.ts';
import { addApplicationUser, portalsOf } from './portals.ts';

type WholePlan = Question & { kind: 'wholePlan' };

function wholePlanOf(world: World): WholePlan {
  const outcome = world.command('wholePlan');
  if (outcome.kind !== 'asked' || outcome.question.kind !== 'wholePlan') throw new Error(`No whole plan: ${JSON.stringify(outcome)}`);
  return outcome.question;
}

function approveAll(world: World, { stepId, planHash, shownHash }: Pick<WholePlan, 'stepId' | 'planHash' | 'shownHash'> = wholePlanOf(world)) {
  return world.command('approveAll', { stepId, planHash, shownHash });
}

const shownRequests = ({ remaining }: WholePlan) => remaining.flatMap(({ changes }) => changes.map(({ request }) => request));

describe('Approve all', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('solution');
  });
  afterEach(() => world.close());

  test('is one approval for the whole line: every change was on the card, and nothing else was done', async () => {
    const shown = wholePlanOf(world);
    expect(approveAll(world, shown).kind).toBe('moved');
    await world.until('keyAndProof', 'done');
    const { journal, steps, allAtOnce } = world.run();
    expect(shownRequests(shown)).toEqual(expect.arrayContaining(journal.map(({ request }) => request)));
    expect(new Set(journal.map(({ by }) => by))).toEqual(new Set([world.person('alex').objectId]));
    for (const step of [steps.solution, steps.application, steps.applicationUserAndRole, steps.keyAndProof]) {
      expect(step).toMatchObject({ status: 'done', approvedBy: world.person('alex') });
    }
    expect(allAtOnce).toBeUndefined();
    expect(world.command('reveal').kind).toBe('revealed');
  });

  test('clicked twice is taken once, and imports once', async () => {
    const shown = wholePlanOf(world);
    expect(approveAll(world, shown).kind).toBe('moved');
    expect(approveAll(world, shown)).toMatchObject({ kind: 'refused', notice: { key: 'notice.alreadyApproved' } });
    await world.until('keyAndProof', 'done');
    expect((await world.changes()).filter((request) => request.includes('ImportSolutionAsync'))).toHaveLength(1);
  });

  test('goes on after the process died in the middle', async () => {
    approveAll(world);
    await world.settle();
    world.restart();
    await world.until('keyAndProof', 'done');
    expect((await world.changes()).filter((request) => request.includes('ImportSolutionAsync'))).toHaveLength(1);
  });

  test('paused finishes what is in hand, and changes nothing further without an approval', async () => {
    approveAll(world);
    await world.settle();
    expect(world.command('pause').kind).toBe('moved');
    await world.until('solution', 'done');
    await world.until('applicationUserAndRole', 'planned');
    const before = await world.changes();
    await world.pass('PT20M');
    expect(await world.changes()).toEqual(before);
    expect(world.run().pausedAt).toBeDefined();
    expect(world.command('pause')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToPause' } });
    expect(world.approve('applicationUserAndRole').kind).toBe('moved');
    expect(world.run().pausedAt).toBeUndefined();
    await world.until('keyAndProof', 'planned');
    approveAll(world);
    await world.until('keyAndProof', 'done');
  });

  test('stops where somebody has changed the tenant in between', async () => {
    approveAll(world);
    await world.until('application', 'done');
    expect(world.step('solution').status).toBe('applying');
    await addApplicationUser(portalsOf(world), world.run().facts.application!.appId);
    await world.until('applicationUserAndRole', 'planned');
    expect(world.step('applicationUserAndRole')).toMatchObject({ notice: { key: 'notice.stoppedByFind' } });
    expect(world.run().allAtOnce).toBeUndefined();
    world.approve('applicationUserAndRole');
    await world.until('keyAndProof', 'planned');
  });
});

describe('Approve all where Entra refuses', () => {
  test('stops with the refusal, and retried it asks again for what comes after', async () => {
    let isRefused = true;
    const world = await createWorld('alex', withDirectory((directory) => ({
      saveServicePrincipal: async (appId) => {
        if (isRefused) throw new SetupError('E-REFUSED', { upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } });
        return directory.saveServicePrincipal(appId);
      },
    })));
    await world.goTo('solution');
    approveAll(world);
    await world.until('application', 'failed');
    expect(world.run().allAtOnce).toBeUndefined();
    isRefused = false;
    world.command('retry', { stepId: 'application' });
    await world.until('application', 'done');
    await world.until('applicationUserAndRole', 'planned');
    await world.pass('PT30S');
    expect(world.step('applicationUserAndRole').status).toBe('planned');
    await world.close();
  });
});

describe('Approve all with a Microsoft 365 user', () => {
  test('asks for the licence by itself, then goes on to the end', async () => {
    const world = await createWorld();
    await world.goTo('serviceUser');
    const shown = wholePlanOf(world);
    expect(shown.remaining.filter(({ isAskedAlone }) => isAskedAlone).map(({ stepId }) => stepId)).toEqual(['licence']);
    approveAll(world, shown);
    await world.until('licence', 'planned');
    await world.pass('PT30S');
    expect(world.step('licence')).toMatchObject({ status: 'planned' });
    expect(world.run().allAtOnce).toBeDefined();
    expect(world.command('wholePlan')).toMatchObject({ kind: 'refused', notice: { key: 'notice.wholePlanLater' } });
    expect(world.approve('licence').kind).toBe('moved');
    await world.until('passwordAndProof', 'done');
    const { journal, allAtOnce } = world.run();
    expect(shownRequests(shown)).toEqual(expect.arrayContaining(journal.map(({ request }) => request).filter((request) => !request.includes('ImportSolutionAsync'))));
    expect(allAtOnce).toBeUndefined();
    await world.close();
  });
});
