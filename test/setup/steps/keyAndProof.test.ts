import { type World, createWorld } from '../world.ts';

const keysOf = async (world: World) => (await world.state()).graph.applications.flatMap(({ passwordCredentials }) => passwordCredentials);

describe('The key', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('keyAndProof');
  });
  afterEach(() => world.close());

  test('lives no longer than was chosen, and never longer than 24 months', async () => {
    world.command('submit', { stepId: 'keyAndProof', months: '6' });
    await world.until('keyAndProof', 'planned');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    const [key] = await keysOf(world);
    const days = (Date.parse(String(key?.['endDateTime'])) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(170);
    expect(days).toBeLessThan(185);
  });

  test('is planned for an application that is told by its id, and not by a name that another may have', () => {
    const appId = world.run().facts.application?.appId;
    expect(world.step('keyAndProof')).toMatchObject({ plan: { facts: [{ label: { key: 'application.factAppId' }, value: appId }] } });
  });

  test('whose answer was lost is removed and made again', async () => {
    world.approve('keyAndProof');
    const { run } = world;
    const application = run().facts.application?.objectId;
    const body = { passwordCredential: { displayName: `lead-setup ${run().id}` } };
    await world.tenant.graph('alex', 'POST', `/applications/${application}/addPassword`, { body });
    world.overwrite((now) => ({ ...now, steps: { ...now.steps, keyAndProof: { ...now.steps.keyAndProof, begun: true } as never } }));
    await world.until('keyAndProof', 'done');
    expect(await keysOf(world)).toEqual([expect.objectContaining({ keyId: run().facts.key?.keyId })]);
  });

  test('is shown for fifteen minutes, then only another one can be', async () => {
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    const first = world.command('reveal');
    await world.pass('PT30S');
    expect(world.command('reveal')).toMatchObject({ kind: 'revealed', secret: first.kind === 'revealed' && first.secret });
    const toldBefore = world.told.length;
    await world.pass('PT20M');
    expect(world.told.length).toBeGreaterThan(toldBefore);
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.revealOver' } });
    world.command('retry', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'planned');
    expect(world.step('keyAndProof')).toMatchObject({ plan: { summary: { key: 'keyAndProof.summaryReplace' } } });
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    expect(await keysOf(world)).toHaveLength(1);
    expect(world.command('reveal').kind).toBe('revealed');
  });

  test('that is shown in another’s stead is taken off the card after its own fifteen minutes', async () => {
    const show = async (): Promise<void> => {
      world.approve('keyAndProof');
      await world.until('keyAndProof', 'done');
      expect(world.command('reveal').kind).toBe('revealed');
    };
    const pass = async (halfMinutes: number): Promise<void> => {
      for (let round = 0; round < halfMinutes; round += 1) await world.pass('PT30S');
    };
    await show();
    await pass(4);
    world.command('retry', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'planned');
    await show();
    await pass(27);
    const toldBefore = world.told.length;
    await pass(4);
    expect(world.told.length).toBeGreaterThan(toldBefore);
  });

  test('that nobody fetched in a day is gone', async () => {
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    await world.pass('P2D');
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyGone' } });
  });

  test('is removed from the application on cancel, when asked', async () => {
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    expect(world.command('cancel')).toMatchObject({ kind: 'asked', question: { kind: 'cancel' } });
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    await world.settle();
    expect(await keysOf(world)).toEqual([]);
    expect(world.run().facts.key).toBeUndefined();
  });
});

describe('A tenant’s policy on keys', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('keyAndProof');
  });
  afterEach(() => world.close());

  test('that allows half a year leads to the longest key that it allows', async () => {
    await world.tenant.control('conditions', { keyPolicy: { maxLifetime: 'P190D' } });
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    const months = (Date.parse(world.run().facts.key!.endsAt) - Date.parse(world.run().startedAt)) / 86_400_000 / 30.5;
    expect(Math.round(months)).toBe(6);
    const { passwordCredentials } = (await world.state()).graph.applications[0]!;
    expect(passwordCredentials).toHaveLength(1);
  });

  test('that allows no key is said, with Microsoft’s words, and leaves nothing behind', async () => {
    await world.tenant.control('conditions', { keyPolicy: { forbidden: true } });
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'failed');
    expect(world.step('keyAndProof')).toMatchObject({ failure: { code: 'E-KEY-FORBIDDEN', upstream: { code: 'CredentialTypeNotAllowedAsPerAppPolicy' } } });
    await world.tenant.control('conditions', { keyPolicy: 'none' });
    world.command('retry', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'done');
    expect((await world.state()).graph.applications[0]!.passwordCredentials).toHaveLength(1);
  });

  test('that allows not even a month is said', async () => {
    await world.tenant.control('conditions', { keyPolicy: { maxLifetime: 'P7D' } });
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'failed');
    expect(world.step('keyAndProof')).toMatchObject({ failure: { code: 'E-KEY-LIFETIME' } });
  });
});
