import { type World, createWorld } from '../world.ts';

const keysOf = async (world: World) => (await world.state()).graph.applications.flatMap(({ passwordCredentials }) => passwordCredentials);

const emptyPlan = { summary: { key: 'keyAndProof.summary' }, reversal: { key: 'keyAndProof.reversal' }, notices: [], facts: [], changes: [] };

describe('A key that goes into a key vault', () => {
  let world: World;
  const vault = () => world.tenant.sandbox.vaults['customer-vault'].url;
  const versions = async (name = 'marketplace-lead-writer') => {
    const { vaults } = (await world.tenant.control('state')).json;
    return vaults['customer-vault'][name] ?? [];
  };
  const choose = async (given: Record<string, string> = {}) => {
    world.command('submit', { stepId: 'keyAndProof', vault: vault(), ...given });
    await world.settle();
  };
  const begin = async (...given: Parameters<typeof createWorld>) => {
    world = await createWorld(...given);
    await world.goTo('keyAndProof');
  };
  const approveAndFinish = async () => {
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
  };
  afterEach(() => world.close());

  test('is planned there, proven, lies there with its end and our mark, and is shown to nobody', async () => {
    await begin();
    await choose();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'planned', plan: { notices: [{ key: 'keyAndProof.sideEffects' }, { key: 'keyAndProof.intoVault' }] } });
    await approveAndFinish();

    const [key] = await keysOf(world);
    expect(await versions()).toEqual([expect.objectContaining({ tags: { 'lead-setup-run': world.run().id, 'lead-setup-key': key?.['keyId'] }, contentType: 'text/plain' })]);
    expect((await versions())[0].attributes.exp).toBe(Math.floor(Date.parse(String(key?.['endDateTime'])) / 1000));
    expect(world.run().facts.key?.vault).toEqual({ address: vault(), name: 'marketplace-lead-writer', version: (await versions())[0].version });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyInVault' } });
    expect(world.command('done')).toMatchObject({ kind: 'moved', run: { status: 'finished' } });
  });

  test('is the key that Entra gave, and is sealed here no more', async () => {
    await begin();
    await choose();
    await approveAndFinish();
    const token = await world.tenant.delegatedToken('alex', 'https://vault.azure.net/user_impersonation');
    const { value } = (await world.tenant.call('GET', `${vault()}/secrets/marketplace-lead-writer?api-version=7.5`, { token })).json;
    const { appId = '' } = world.run().facts.application ?? {};
    expect((await world.tenant.applicationToken(appId, value, `${world.tenant.sandbox.environments.contoso.url}/.default`)).split('.')).toHaveLength(3);
    world.overwrite((run) => {
      const { vault: _where, ...key } = run.facts.key!;
      return { ...run, facts: { ...run.facts, key } };
    });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyGone' } });
  });

  test('gets another version beside those that were there, which is said', async () => {
    await begin();
    await world.tenant.control('vault', { vault: 'customer-vault', name: 'marketplace-lead-writer', set: { value: 'of before' } });
    await choose();
    expect(world.step('keyAndProof')).toMatchObject({ plan: { notices: [{}, {}, { key: 'keyAndProof.newVersion' }] } });
    await approveAndFinish();
    expect(await versions()).toHaveLength(2);
  });

  test.each([
    ['another host', 'https://vault.attacker.example'],
    ['a path', 'https://localhost:1/secrets/x'],
    ['no address', 'our vault'],
  ])('is not sent to %s: that is said, and other details are a way on', async (_what, address) => {
    await begin();
    await choose({ vault: address });
    expect(world.step('keyAndProof')).toMatchObject({ status: 'blocked', reason: { key: 'keyAndProof.noVault' }, choices: { vault: [] } });
    await choose();
    expect(world.step('keyAndProof').status).toBe('planned');
    await choose({ vault: '' });
    await approveAndFinish();
    expect(world.command('reveal').kind).toBe('revealed');
    expect(await versions()).toEqual([]);
  });

  test('is not made where the vault lets nobody in', async () => {
    await begin();
    await world.tenant.control('conditions', { vault: 'firewalled' });
    await choose();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'blocked', reason: { key: 'error.vaultRefused' } });
    await world.tenant.control('conditions', { vault: 'usual' });
    world.command('check', { stepId: 'keyAndProof' });
    await world.until('keyAndProof', 'planned');
  });

  test('that the vault refuses after all is asked anew, and another key takes its place', async () => {
    await begin();
    await world.tenant.control('vault', { vault: 'customer-vault', name: 'once', set: { value: 'of before' } });
    await world.tenant.control('vault', { vault: 'customer-vault', name: 'once', remove: true });
    await choose({ vaultSecret: 'once' });
    world.approve('keyAndProof');
    for (let round = 0; round < 40 && world.step('keyAndProof').status === 'applying'; round += 1) await world.pass('PT5S');
    await world.settle();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'planned', notice: { key: 'error.vaultName' } });
    await choose({ vaultSecret: 'another' });
    await approveAndFinish();
    expect(await keysOf(world)).toHaveLength(1);
    expect(await versions('another')).toHaveLength(1);
  });

  test('whose answer was lost is found by its mark, and not put there twice', async () => {
    let lost = 0;
    await begin('alex', (microsoft) => ({
      ...microsoft,
      vaultSecret: (...given) => {
        const secret = microsoft.vaultSecret(...given);
        return secret && {
          ...secret,
          put: async (...what) => {
            const put = await secret.put(...what);
            lost += 1;
            if (lost === 1) throw new Error('the answer is lost');
            return put;
          },
        };
      },
    }));
    await choose();
    world.approve('keyAndProof');
    for (let round = 0; round < 40 && world.step('keyAndProof').status === 'applying'; round += 1) await world.pass('PT5S');
    expect(world.step('keyAndProof').status).toBe('failed');
    world.command('retry', { stepId: 'keyAndProof' });
    await world.until('keyAndProof', 'done');
    expect(await versions()).toHaveLength(1);
    expect(await keysOf(world)).toHaveLength(1);
  });

  test('interrupted between the vault and the end goes on without another key', async () => {
    await begin();
    await choose();
    await approveAndFinish();
    const before = await keysOf(world);
    const approvedBy = world.person('alex');
    world.overwrite((run) => ({
      ...run,
      steps: { ...run.steps, keyAndProof: { status: 'applying', plan: emptyPlan, planHash: 'x', approvedBy, approvedAt: run.updatedAt, begun: true } },
    }), { kind: 'apply', stepId: 'keyAndProof' });
    await world.until('keyAndProof', 'done');
    expect(await keysOf(world)).toEqual(before);
    expect(await versions()).toHaveLength(1);
  });

  test('another one makes another version', async () => {
    await begin();
    await choose();
    await approveAndFinish();
    world.command('retry', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'planned');
    await approveAndFinish();
    expect(await keysOf(world)).toHaveLength(1);
    expect(await versions()).toHaveLength(2);
  });
});
