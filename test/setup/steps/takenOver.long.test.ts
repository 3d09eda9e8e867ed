import type { Command, Outcome, Verb } from '../../../src/setup/commands/command.ts';
import type { SetupRun, StepId } from '../../../src/setup/run.ts';
import type { PersonaName } from '../../../sandbox/personas.ts';
import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

let world: World;
beforeEach(async () => {
  world = await createWorld('alex');
});
afterEach(() => world.close());

/** A second person, with a setup of their own in their own chat. */
const second = (name: PersonaName) => {
  const chat = `chat-of-${name}`;
  const run = (): SetupRun => world.run(chat);
  const act = (verb: Verb, data: Command['data'] = {}): Outcome =>
    world.command(verb, verb === 'start' ? data : { runId: run().id, ...data }, { actor: world.person(name), conversationId: chat });
  const approve = (stepId: StepId) => {
    const state = run().steps[stepId];
    return act('approve', { stepId, planHash: 'planHash' in state ? state.planHash : '' });
  };
  const toPlan = async (environment: 'contoso' | 'contoso-test' = 'contoso') => {
    act('start');
    world.signIn(chat);
    await world.settle();
    act('choose', { environment: world.tenant.sandbox.environments[environment].url });
    await world.settle();
    act('choose', { path: 'entra' });
    await world.settle();
  };
  /** Asks, and says yes to whom the card names. */
  const takeOver = (data: Command['data'] = {}) => {
    const asked = act('takeOver');
    const lockRunId = asked.kind === 'asked' && asked.question.kind === 'takeOver' ? asked.question.lockRunId : '';
    return act('takeOver', { confirmed: true, lockRunId, ...data });
  };
  return { run, act, approve, toPlan, takeOver };
};

test('whoever comes second is told who holds the environment, and nothing is changed', async () => {
  await world.goTo('application');
  const priya = second('priya');
  await priya.toPlan();
  // The solution is there already; the first thing that Priya could change is the application.
  expect(priya.run().steps.solution.status).toBe('done');
  world.approve('application');
  const outcome = priya.approve('application');
  expect(outcome).toMatchObject({ kind: 'asked', question: { kind: 'takeOver', holder: 'Alex Admin', mayTakeOver: true } });
  expect(world.run().status).toBe('active');
});

test('a System Administrator takes over: the other setup ends, and what it made is recognised', async () => {
  await world.goTo('applicationUserAndRole');
  const priya = second('priya');
  await priya.toPlan();
  await world.pass('PT5S');
  expect(priya.act('takeOver')).toMatchObject({ kind: 'asked', question: { kind: 'takeOver' } });
  expect(world.run().status).toBe('active');
  expect(priya.takeOver()).toMatchObject({ kind: 'moved', notice: { key: 'notice.takenOver' } });
  expect(world.run()).toMatchObject({ status: 'cancelled', takenOverBy: { name: 'Priya Power' } });
  expect(world.approve('applicationUserAndRole')).toMatchObject({ kind: 'refused', notice: { key: 'notice.cancelled' } });
  expect(priya.run().steps.solution.status).toBe('done');
  expect(JSON.stringify(priya.run().steps.application)).toContain('Found');
  await world.settle();
  expect(world.told.at(-1)).toBe(world.run().id);
});

test('a setup that nobody touched for a day lost the environment: its next change stops, and Retry says who has it', async () => {
  await world.goTo('application');
  const approved = world.step('application');
  if (approved.status !== 'planned') throw new Error('It is not planned');
  await world.pass('P2D');
  const priya = second('priya');
  await priya.toPlan();
  expect(priya.approve('application').kind).toBe('moved');
  const { plan, planHash } = approved;
  // By the clock of then: an approval of two days ago would be asked anew.
  const at = new Date(Date.now() + 2 * 24 * 60 * 60_000).toISOString();
  world.overwrite(
    (run) => ({ ...run, steps: { ...run.steps, application: { status: 'applying', plan, planHash, approvedBy: world.person('alex'), approvedAt: at, begun: true } } }),
    { kind: 'apply', stepId: 'application' },
  );
  await world.until('application', 'failed');
  expect(world.step('application')).toMatchObject({ failure: { code: 'E-HELD', sentence: { values: { holder: 'Priya Power' } } } });
  expect(world.command('retry', { stepId: 'application' })).toMatchObject({ kind: 'asked', question: { kind: 'takeOver', holder: 'Priya Power' } });
});

test('a step that is being done stops before its next change', async () => {
  await world.goTo('application');
  world.approve('application');
  const priya = second('priya');
  await priya.toPlan();
  priya.takeOver();
  const before = await world.changes();
  await world.pass('PT30S');
  expect(world.run().status).toBe('cancelled');
  expect(await world.changes()).toEqual(before);
});

test('nothing is taken over from a setup that has made its proof', async () => {
  await world.goTo('keyAndProof');
  world.approve('keyAndProof');
  await world.until('keyAndProof', 'done');
  // The proof has freed the environment.
  const priya = second('priya');
  await priya.toPlan();
  expect(priya.act('takeOver')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToTakeOver' } });
});

test('nobody takes over without being a System Administrator of the environment', async () => {
  await world.goTo('application');
  world.approve('application');
  const rita = second('rita');
  await rita.toPlan();
  expect(rita.act('takeOver', { confirmed: true })).toMatchObject({ kind: 'refused', notice: { key: 'notice.takeOverNeedsAdministrator' } });
  expect(world.run().status).toBe('active');
});

test('setups of different environments do not disturb each other', async () => {
  await world.goTo('solution');
  const priya = second('priya');
  await priya.toPlan('contoso-test');
  world.approve('solution');
  expect(priya.approve('solution').kind).toBe('moved');
  await world.until('solution', 'done');
  for (let round = 0; round < 20 && priya.run().steps.solution.status !== 'done'; round += 1) await world.pass('PT5S');
  expect(priya.run()).toMatchObject({ status: 'active', steps: { solution: { status: 'done' } } });
  expect(world.run().status).toBe('active');
});

test('an environment that was left alone for a day is anybody’s, and taken again at the next approval', async () => {
  await world.goTo('application');
  world.approve('application');
  await world.until('application', 'done');
  await world.pass('P2D');
  const priya = second('priya');
  await priya.toPlan();
  expect(priya.act('takeOver')).toMatchObject({ notice: { key: 'notice.nothingToTakeOver' } });
  await world.decided('applicationUserAndRole');
  expect(world.approve('applicationUserAndRole').kind).toBe('moved');
});

test('the key that the other has made goes with their setup, when whoever takes over says so', async () => {
  await world.goTo('keyAndProof');
  world.approve('keyAndProof');
  await world.settle();
  const keys = async () => (await world.state()).graph.applications.map(({ passwordCredentials }) => passwordCredentials.length);
  expect(await keys()).toEqual([1]);
  const alex = second('alex');
  await alex.toPlan();
  expect(alex.act('takeOver')).toMatchObject({ question: { keyName: expect.stringContaining('lead-setup') } });
  alex.takeOver({ removeKey: 'true' });
  await world.settle();
  expect(await keys()).toEqual([0]);
  expect(world.run().facts.key).toBeUndefined();
});

test('whoever was asked about one setup does not end another that holds the environment by now', async () => {
  await world.goTo('application');
  world.approve('application');
  const priya = second('priya');
  await priya.toPlan();
  expect(priya.act('takeOver')).toMatchObject({ question: { lockRunId: world.run().id, holder: 'Alex Admin' } });
  world.command('cancel', { confirmed: true });
  await world.settle();
  const tia = second('tia');
  await tia.toPlan();
  expect(tia.approve('application').kind).toBe('moved');
  const asksAgain = { kind: 'asked', question: { lockRunId: tia.run().id, holder: world.person('tia').name } };
  expect(priya.act('takeOver', { confirmed: true, lockRunId: world.run().id, removeKey: 'true' })).toMatchObject(asksAgain);
  expect(tia.run().status).toBe('active');
  // The typed yes is to the question that was asked last.
  expect(priya.act('takeOver', { confirmed: true, removeKey: 'true' })).toMatchObject({ kind: 'moved' });
  expect(tia.run()).toMatchObject({ status: 'cancelled', takenOverBy: { name: 'Priya Power' } });
});

test('a typed yes without a question is asked back', async () => {
  await world.goTo('application');
  world.approve('application');
  const priya = second('priya');
  await priya.toPlan();
  expect(priya.act('takeOver', { confirmed: true, removeKey: 'true' })).toMatchObject({ kind: 'asked', question: { holder: 'Alex Admin' } });
  expect(world.run().status).toBe('active');
});

test('rights that were read hours ago are read again before anything is taken over', async () => {
  await world.goTo('application');
  const priya = second('priya');
  await priya.toPlan();
  for (let count = 0; count < 4; count += 1) await world.pass('PT20M');
  world.approve('application');
  const before = priya.run().prerequisites;
  expect(priya.takeOver()).toMatchObject({ notice: { key: 'notice.takeOverReadsRights' } });
  expect(priya.takeOver()).toMatchObject({ kind: 'refused', notice: { key: 'notice.takeOverReadsRights' } });
  expect(world.run().status).toBe('active');
  await world.settle();
  expect(priya.run().prerequisites).toMatchObject({ status: 'read' });
  expect(priya.run().prerequisites).not.toEqual(before);
  expect(priya.takeOver()).toMatchObject({ kind: 'moved', notice: { key: 'notice.takenOver' } });
});

test('a setup that cannot be read holds up nobody who takes over', async () => {
  await world.goTo('application');
  const priya = second('priya');
  await priya.toPlan();
  world.approve('application');
  world.overwrite((run) => ({ ...run, schemaVersion: 99 as never }));
  const inPriyasChat = { actor: world.person('priya'), conversationId: 'chat-of-priya', typed: true };
  expect(world.command('takeOver', {}, inPriyasChat)).toMatchObject({ kind: 'asked', question: { holder: 'Alex Admin', mayTakeOver: true } });
  expect(world.command('takeOver', { confirmed: true }, inPriyasChat)).toMatchObject({ kind: 'moved', notice: { key: 'notice.takenOver' } });
  expect(world.logged).toContainEqual(expect.objectContaining({ message: 'The lock of a setup that cannot be read was released' }));
});
