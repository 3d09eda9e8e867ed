import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

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
  const hash = () => {
    const state = world.step('keyAndProof');
    return 'planHash' in state ? state.planHash : '';
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
    expect(world.run().facts.vaultSecret).toEqual({ address: vault(), name: 'marketplace-lead-writer', keyId: key?.['keyId'], version: (await versions())[0].version });
    expect(world.run().journal.find(({ request }) => request === 'PUT keyVault /secrets/{name}')).toMatchObject({ outcome: { result: 'done', requestIds: expect.arrayContaining([expect.stringMatching(/^x-ms-request-id=/u)]) } });
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyInVault' } });
    expect(world.command('reveal', {}, { typed: true })).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyInVault' } });
    expect(world.command('ask', { about: 'partnerCenter', wanted: 'priya' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyInVault' } });
    expect(world.command('done')).toMatchObject({ kind: 'moved', run: { status: 'finished' } });
  });

  test('is in the whole plan, and asks Key Vault for no token before a vault was named', async () => {
    await begin();
    const asks = async () => JSON.stringify((await world.tenant.control('requests')).json.filter(({ path }: { path: string }) => path.includes('/oauth2/'))).includes('vault.azure.net');
    expect(await asks()).toBe(false);
    const hashes = [hash()];
    await choose();
    expect(await asks()).toBe(true);
    hashes.push(hash());
    await choose({ vaultSecret: 'another' });
    expect(new Set([...hashes, hash()]).size).toBe(3);
    const asked = world.command('wholePlan', { stepId: 'keyAndProof' });
    expect(asked).toMatchObject({ kind: 'asked', question: { kind: 'wholePlan' } });
    expect(JSON.stringify(asked)).toContain('PUT keyVault /secrets/{name}');
  });

  test('is the key that Entra gave, and is sealed here no more', async () => {
    await begin();
    await choose();
    await approveAndFinish();
    const token = await world.tenant.delegatedToken('alex', 'https://vault.azure.net/user_impersonation');
    const { value } = (await world.tenant.call('GET', `${vault()}/secrets/marketplace-lead-writer?api-version=7.5`, { token })).json;
    const { appId = '' } = world.run().facts.application ?? {};
    expect((await world.tenant.applicationToken(appId, value, `${world.tenant.sandbox.environments.contoso.url}/.default`)).split('.')).toHaveLength(3);
    world.overwrite((run) => ({ ...run, facts: { ...run.facts, vaultSecret: undefined } }));
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

  test('is not made under the name of a secret that was deleted and can be recovered', async () => {
    await begin();
    await world.tenant.control('vault', { vault: 'customer-vault', name: 'once', set: { value: 'of before' } });
    await world.tenant.control('vault', { vault: 'customer-vault', name: 'once', remove: true });
    await choose({ vaultSecret: 'once' });
    expect(world.step('keyAndProof')).toMatchObject({ status: 'blocked', reason: { key: 'error.vaultName' }, choices: { vault: [] } });
    await choose({ vaultSecret: 'another' });
    await approveAndFinish();
    expect(await versions('another')).toHaveLength(1);
  });

  test('is not made where the person has no rights: somebody else may', async () => {
    await begin('alex', (microsoft) => ({ ...microsoft, vaultSecret: (_actor, ...given) => microsoft.vaultSecret(world.person('priya'), ...given) }));
    await choose();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'blocked', reason: { key: 'error.vaultRefused' }, lacksRight: true });
    expect(await keysOf(world)).toEqual([]);
  });

  test('is not made where no vault answers', async () => {
    await begin('alex', (microsoft) => ({ ...microsoft, vaultSecret: (...given) => {
      const secret = microsoft.vaultSecret(...given);
      return secret && { ...secret, versions: () => Promise.reject(new SetupError('E-VAULT-MISSING')) };
    } }));
    await choose();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'blocked', reason: { key: 'error.vaultMissing' } });
  });

  describe('when the vault refuses after all', () => {
    let isPutRight: boolean;
    /** The vault is as `condition` says once the key is made, until it is put right. */
    const approveWith = async (condition: string, code: string) => {
      isPutRight = false;
      await begin('alex', (microsoft) => ({ ...microsoft, vaultSecret: (...given) => {
        const secret = microsoft.vaultSecret(...given);
        const isMade = () => !isPutRight && world.step('keyAndProof').status === 'applying' && world.run().facts.vaultSecret !== undefined;
        return secret && { ...secret, versions: async () => world.tenant.control('conditions', { vault: isMade() ? condition : 'usual' }).then(() => secret.versions()) };
      } }));
      await choose();
      world.approve('keyAndProof');
      await world.until('keyAndProof', 'failed');
      expect(world.step('keyAndProof')).toMatchObject({ failure: { code } });
    };

    test('waits sealed and unseen, and goes there with the same approval once the cause is gone', async () => {
      await approveWith('firewalled', 'E-VAULT-REFUSED');
      const keyId = world.run().facts.key?.keyId;
      expect(world.command('reveal').kind).toBe('refused');
      isPutRight = true;
      world.command('retry', { stepId: 'keyAndProof' });
      await world.until('keyAndProof', 'done');
      expect(world.run().facts).toMatchObject({ key: { keyId }, vaultSecret: { keyId } });
      expect([await versions(), await keysOf(world)].map(({ length }) => length)).toEqual([1, 1]);
    });

    test('waits while the vault is too busy', async () => {
      await approveWith('throttled', 'E-BUSY');
      isPutRight = true;
      await world.tenant.control('conditions', { vault: 'usual' });
      world.command('retry', { stepId: 'keyAndProof' });
      await world.until('keyAndProof', 'done');
      expect(await keysOf(world)).toHaveLength(1);
    });

    test('is removed when the setup is stopped', async () => {
      await approveWith('firewalled', 'E-VAULT-REFUSED');
      world.command('cancel', { confirmed: true, removeKey: 'true' });
      await world.settle();
      expect(await keysOf(world)).toEqual([]);
    });

    test('is never shown: where one is to be shown instead, another is made', async () => {
      await approveWith('firewalled', 'E-VAULT-REFUSED');
      const keyId = world.run().facts.key?.keyId;
      world.command('retry', { stepId: 'keyAndProof' });
      await world.until('keyAndProof', 'blocked');
      await choose({ vault: '' });
      await approveAndFinish();
      expect(world.run().facts.key?.keyId).not.toBe(keyId);
      expect(await keysOf(world)).toHaveLength(1);
      expect(world.command('reveal').kind).toBe('revealed');
    });
  });

  test('that is taken while the setup is stopped is removed, and where it lies is still known', async () => {
    await begin('alex', (microsoft) => ({ ...microsoft, vaultSecret: (...given) => {
      const secret = microsoft.vaultSecret(...given);
      return secret && { ...secret, put: async (...what) => {
        const put = await secret.put(...what);
        world.command('cancel', { confirmed: true, removeKey: 'true' });
        return put;
      } };
    } }));
    await choose();
    world.approve('keyAndProof');
    for (let round = 0; round < 40 && world.run().status === 'active'; round += 1) await world.pass('PT5S');
    await world.settle();
    expect(await keysOf(world)).toEqual([]);
    expect(world.run().facts.vaultSecret?.version).toBe((await versions())[0].version);
  });

  test('that somebody removed in Entra is made anew, and put there anew', async () => {
    await begin();
    await choose();
    await approveAndFinish();
    const [key] = await keysOf(world);
    await world.tenant.graph('alex', 'POST', `/applications/${world.run().facts.application?.objectId}/removePassword`, { body: { keyId: key?.['keyId'] } });
    await world.pass('PT20M');
    world.lookBack();
    await world.until('keyAndProof', 'planned');
    await approveAndFinish();
    expect(await keysOf(world)).toHaveLength(1);
    expect(await versions()).toHaveLength(2);
  });

  test('goes there with the rights of whoever was asked to approve', async () => {
    const usedBy: string[] = [];
    world = await createWorld('priya', (microsoft) => ({ ...microsoft, vaultSecret: (actor, ...given) => {
      const secret = microsoft.vaultSecret(actor, ...given);
      return secret && { ...secret, put: (...what) => (usedBy.push(actor.objectId), secret.put(...what)) };
    } }));
    const tomas = { actor: world.person('tomas'), conversationId: 'chat-of-tomas' };
    world.meet('tomas');
    const byTomas = async (stepId: 'application' | 'keyAndProof') => {
      world.command('ask', { stepId, wanted: 'tomas' });
      await world.settle();
      world.askedSignedIn();
      await world.until(stepId, 'planned');
      world.approve(stepId, tomas);
      await world.until(stepId, 'done');
    };
    await world.goTo('application');
    await byTomas('application');
    await world.decided('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    await world.until('keyAndProof', 'planned');
    await choose();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'blocked', reason: { key: 'error.vaultRefused' }, lacksRight: true });
    await byTomas('keyAndProof');
    expect(usedBy).toEqual([tomas.actor.objectId]);
    expect(world.command('done')).toMatchObject({ kind: 'moved', run: { status: 'finished' } });
  });

  test('is not the one that somebody makes by hand', async () => {
    await begin();
    await choose();
    world.command('manual', { stepId: 'keyAndProof' });
    await world.tenant.graph('alex', 'POST', `/applications/${world.run().facts.application?.objectId}/addPassword`, { body: { passwordCredential: { displayName: 'mine' } } });
    world.command('check', { stepId: 'keyAndProof' });
    await world.until('keyAndProof', 'done');
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.keyByHand' } });
    expect(await versions()).toEqual([]);
  });

  test('goes there without the proof as well', async () => {
    await begin();
    await choose({ proof: 'no' });
    await approveAndFinish();
    expect(await versions()).toHaveLength(1);
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
    expect(world.command('retry', { stepId: 'keyAndProof' })).toMatchObject({ kind: 'asked', question: { kind: 'newSecret' } });
    world.command('retry', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'planned');
    await approveAndFinish();
    expect(await keysOf(world)).toHaveLength(1);
    expect((await versions()).at(-1).tags['lead-setup-key']).toBe(world.run().facts.key?.keyId);
    expect(await versions()).toHaveLength(2);
  });
});
