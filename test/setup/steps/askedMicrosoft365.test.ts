import { tenant } from '../../../sandbox/personas.ts';
import type { StepId } from '../../../src/setup/run.ts';
import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

/** Priya may change Dynamics but not Entra; Tomas may make users and give licences, and is no user of the environment. */
describe('The Microsoft 365 way of two people', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('priya');
  });
  afterEach(() => world.close());

  const [priya, tomas] = ['a1e10000-0000-4000-8000-000000000002', 'a1e10000-0000-4000-8000-000000000004'];

  async function letTomas(id: StepId): Promise<void> {
    world.approve(id);
    await world.until(id, 'failed');
    world.meet('tomas');
    world.command('ask', { stepId: id, wanted: 'tomas' });
    await world.settle();
    world.askedSignedIn();
    await world.until(id, 'planned');
    world.approve(id, { actor: world.person('tomas'), conversationId: 'chat-of-tomas' });
    await world.until(id, 'done');
  }

  test('leads to the end: one makes the user and gives the licence, the other takes them in, and proves', async () => {
    await world.goTo('serviceUser');
    world.command('submit', { stepId: 'serviceUser', domain: tenant.domain });
    await world.until('serviceUser', 'planned');
    await letTomas('serviceUser');
    await world.until('licence', 'planned');
    await letTomas('licence');
    await world.until('userRole', 'planned');
    world.approve('userRole');
    await world.until('passwordAndProof', 'planned');
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'done');
    const by = (request: string) => new Set(world.run().journal.filter((entry) => entry.request === request && entry.outcome?.result === 'done').map((entry) => entry.by));
    expect([by('POST graph /users'), by('POST graph /users/{id}/assignLicense'), by('POST dataverse /leads')]).toEqual([new Set([tomas]), new Set([tomas]), new Set([priya])]);
    // A day later the password is gone; Tomas sets another one, and Priya's rights prove it.
    await world.pass('P2D');
    world.command('retry', { stepId: 'passwordAndProof' });
    await world.until('passwordAndProof', 'planned');
    await letTomas('passwordAndProof');
    expect(by('PATCH graph /users/{id}')).toEqual(new Set([tomas]));
    expect(world.step('passwordAndProof')).toMatchObject({ evidence: [{ key: 'passwordAndProof.proven' }, {}, {}] });
    // Who approved the making of the password is the one who sees it.
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.passwordNotYours', values: { name: world.person('tomas').name } } });
  });
});
