import { tenant } from '../../../sandbox/personas.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import type { StepState } from '../../../src/setup/run.ts';
import { say } from '../../../src/setup/sentence.ts';
import { type World, createWorld, withDirectory } from '../world.ts';

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

  test('is not opened to whoever a mere part of a name fits, before it is confirmed whom it means', async () => {
    await askAlex();
    world.command('ask', { wanted: 'ale' });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'several', candidates: [world.person('alex')] });
    world.command('ask', { objectId: world.person('alex').objectId });
    await world.settle();
    expect(lastAsk()).toMatchObject({ status: 'open', person: world.person('alex') });
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

describe('What somebody approved whose part is over', () => {
  let world: World;
  afterEach(() => world.close());

  test('is not done with their rights', async () => {
    let isShut = false;
    world = await createWorld('priya', withDirectory((directory) => ({
      saveApplication: (given) => (isShut ? Promise.reject(new SetupError('E-UNREACHABLE', { values: { service: 'x' } })) : directory.saveApplication(given)),
    })));
    await world.goTo('application');
    world.approve('application');
    await world.until('application', 'failed');
    world.meet('alex');
    world.command('ask', { stepId: 'application', wanted: 'alex' });
    await world.settle();
    world.askedSignedIn();
    await world.until('application', 'planned');
    isShut = true;
    const alex = { actor: world.person('alex'), conversationId: 'chat-of-alex' };
    world.approve('application', alex);
    await world.until('application', 'failed');
    isShut = false;
    expect(world.command('decline', { stepId: 'application' }, alex)).toMatchObject({ kind: 'moved' });
    expect(world.command('retry', { stepId: 'application' })).toMatchObject({ kind: 'moved' });
    await world.pass('PT5S');
    expect(world.run().journal.filter(({ stepId, by, outcome }) => stepId === 'application' && by === alex.actor.objectId && outcome?.result === 'done')).toEqual([]);
    expect(world.run().facts.application?.appId).toBeUndefined();
  });
});

describe('An import that goes on after its step has failed', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('alex');
    await world.goTo('solution');
    world.approve('solution');
    await world.settle();
    expect(world.step('solution').status).toBe('applying');
    // Dynamics could not be asked for ten minutes.
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, solution: asFailed(run.steps.solution) } }));
    world.meet('priya');
    world.command('ask', { stepId: 'solution', wanted: 'priya' });
    await world.settle();
    world.askedSignedIn();
    await world.settle();
  });
  afterEach(() => world.close());

  const asFailed = (state: StepState): StepState => {
    if (state.status !== 'applying') throw new Error('It is not being applied');
    const { status: _status, progress: _progress, ...approval } = state;
    return { status: 'failed', at: state.approvedAt, failure: { code: 'E-UNREACHABLE', sentence: say('error.unreachable'), errorId: 'e' }, approval };
  };
  const inPriyasChat = () => ({ actor: world.person('priya'), conversationId: 'chat-of-priya' });
  const imports = async () => (await world.changes()).filter((request) => request.includes('ImportSolutionAsync'));

  test('is gone on with by whoever was asked, and not started twice', async () => {
    expect(world.step('solution').status).toBe('failed');
    expect(world.approve('solution', inPriyasChat())).toMatchObject({ kind: 'refused' });
    expect(world.command('retry', { stepId: 'solution' }, inPriyasChat())).toMatchObject({ kind: 'moved' });
    await world.until('solution', 'done');
    expect(world.step('solution')).toMatchObject({ approvedBy: world.person('priya') });
    expect(await imports()).toHaveLength(1);
  });

  test('is followed even when it is not known which it is, and another goes on', async () => {
    world.overwrite((run) => {
      const { operationId: _operation, importJobId: _job, ...solution } = run.facts.solution ?? never();
      return { ...run, facts: { ...run.facts, solution } };
    });
    await world.pass('PT5S');
    world.command('retry', { stepId: 'solution' }, inPriyasChat());
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });

  test('is followed too where it is looked at again', async () => {
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, solution: { status: 'planning', since: run.startedAt } } }), { kind: 'plan', stepId: 'solution' });
    const before = world.run().facts.solution;
    await world.settle();
    expect(world.run().facts.solution).toMatchObject({ operationId: before?.operationId, importJobsBefore: before?.importJobsBefore });
    expect(world.approve('solution', inPriyasChat())).toMatchObject({ kind: 'moved' });
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });
});

function never(): never {
  throw new Error('It is not known');
}

describe('Whoever is let see the values', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('alex');
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    world.meet('rita');
  });
  afterEach(() => world.close());

  test.each(['i', 'Rita', `rita@${tenant.domain}`])('is confirmed first, however they were named: %s', async (wanted) => {
    const rita = { actor: world.person('rita'), conversationId: 'chat-of-rita' };
    world.command('ask', { about: 'partnerCenter', wanted });
    await world.settle();
    expect(world.run().asks.at(-1)).toMatchObject({ status: 'several', candidates: [rita.actor] });
    expect(world.command('reveal', {}, rita)).toMatchObject({ kind: 'refused' });
    world.command('ask', { about: 'partnerCenter', objectId: rita.actor.objectId });
    await world.settle();
    expect(world.command('reveal', {}, rita)).toMatchObject({ kind: 'revealed' });
  });
});

describe('Whose rights are used, and what the journal says of it', () => {
  let world: World;
  afterEach(() => world.close());

  test('an address is looked up, and a test lead removed, as the journal says', async () => {
    const lookedUpBy: string[] = [];
    const removedBy: string[] = [];
    world = await createWorld('priya', (microsoft) => ({
      ...microsoft,
      directory: (actor) => {
        const directory = microsoft.directory(actor);
        return { ...directory, userObjectId: (name) => (lookedUpBy.push(actor.name), directory.userObjectId(name)) };
      },
      dataverse: (actor, environment) => {
        const dataverse = microsoft.dataverse(actor, environment);
        return { ...dataverse, deleteLead: (id) => (removedBy.push(actor.objectId), dataverse.deleteLead(id)) };
      },
    }));
    const tomas = { actor: world.person('tomas'), conversationId: 'chat-of-tomas' };
    const byTomas = async (stepId: 'application' | 'keyAndProof') => {
      world.approve(stepId);
      await world.until(stepId, 'failed');
      world.command('ask', { stepId, wanted: 'tomas' });
      await world.settle();
      world.askedSignedIn();
      await world.until(stepId, 'planned');
      world.approve(stepId, tomas);
      await world.until(stepId, 'done');
    };
    await world.goTo('application');
    world.meet('tomas');
    await byTomas('application');
    await world.decided('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    await world.until('keyAndProof', 'planned');
    await byTomas('keyAndProof');
    const removals = world.run().journal.filter(({ request }) => request.startsWith('DELETE dataverse /leads'));
    expect(removals.map(({ by }) => by)).toEqual(removedBy);
    expect(removedBy).toEqual([world.person('priya').objectId]);
    world.command('ask', { about: 'partnerCenter', wanted: `rita@${tenant.domain}` }, tomas);
    await world.settle();
    expect(lookedUpBy).toEqual(['Tomas Tenant']);
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
