import { personas } from '../../../sandbox/personas.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import { currentSection } from '../../../src/setup/sections.ts';
import type { SecretVault } from '../../../src/setup/ports/stores.ts';
import { type Around, type World, type WorldOptions, createWorld, withDirectory } from '../world.ts';

let world: World;
afterEach(() => world.close());

const userName = 'marketplace-lead-writer@contoso.example';
const objectId = () => world.run().facts.serviceUser?.objectId ?? '';
const leads = async () => (await world.state()).dataverse['contoso']?.['leads'] ?? [];
const asked = () => world.run().journal.map(({ request }) => request);

async function begin(around?: Around, options?: WorldOptions): Promise<void> {
  world = await createWorld('alex', around, options);
  await world.goTo('passwordAndProof');
}

async function prove(): Promise<void> {
  world.approve('passwordAndProof');
  await world.until('passwordAndProof', 'done');
}

function revealed(): string {
  const outcome = world.command('reveal');
  return outcome.kind === 'revealed' ? outcome.secret : '';
}

const resetBySomebody = async () =>
  await world.tenant.graph('alex', 'PATCH', `/users/${objectId()}`, { body: { passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false } } });
const check = async (password: string) => (await world.tenant.control('password', { userPrincipalName: userName, password })).json;

describe('The proof', () => {
  test('is a lead in the user’s name, gone afterwards, and says what it shows and what not', async () => {
    const authors: (string | undefined)[] = [];
    await begin((microsoft) => ({
      ...microsoft,
      dataverse: (person, environment) => {
        const dataverse = microsoft.dataverse(person, environment);
        return { ...dataverse, deleteLead: async (leadId) => { authors.push((await dataverse.lead(leadId))?.createdBy); await dataverse.deleteLead(leadId); } };
      },
    }));
    const before = await leads();
    expect(world.step('passwordAndProof')).toMatchObject({
      plan: { notices: [{ key: 'keyAndProof.sideEffects' }, { key: 'passwordAndProof.notSignedIn' }], changes: [{ request: 'POST dataverse /leads' }, { request: 'DELETE dataverse /leads({id})' }] },
    });
    await prove();
    expect(authors).toEqual([world.run().facts.dataverseUser?.systemUserId]);
    expect(await leads()).toEqual(before);
    expect(world.step('passwordAndProof')).toMatchObject({
      evidence: [{ key: 'passwordAndProof.proven' }, { key: 'passwordAndProof.notSignedIn' }, { key: 'passwordAndProof.passwordKept' }],
    });
    expect(world.run().facts.testLead).toMatchObject({ removedAt: expect.any(String) });
  });

  test('of a user whose role was taken away waits, fails, and goes on when it is back', async () => {
    await begin();
    const { systemUserId, roleId } = world.run().facts.dataverseUser!;
    const { url } = world.run().environment!;
    const token = await world.tenant.delegatedToken('alex', `${url}/user_impersonation`);
    const roles = `${url}/api/data/v9.2/systemusers(${systemUserId})/systemuserroles_association`;
    const removed = await world.tenant.call('DELETE', `${roles}/$ref?$id=${url}/api/data/v9.2/roles(${roleId})`, { token });
    expect(removed.status).toBe(204);
    world.approve('passwordAndProof');
    for (let round = 0; round < 50 && world.step('passwordAndProof').status === 'applying'; round += 1) await world.pass('PT5S');
    expect(world.step('passwordAndProof')).toMatchObject({ status: 'failed', failure: { code: expect.stringMatching(/^E-(?:PROOF-TIMEOUT|REFUSED)$/u) } });
    await world.tenant.call('POST', `${roles}/$ref`, { token: await world.tenant.delegatedToken('alex', `${url}/user_impersonation`), body: { '@odata.id': `${url}/api/data/v9.2/roles(${roleId})` } });
    world.command('retry', { stepId: 'passwordAndProof', confirmed: true });
    await world.until('passwordAndProof', 'done');
    expect(JSON.stringify(await leads())).not.toContain('LEADSETUP_TEST');
  });

  test('that is left out is not claimed, needs no approval, and sets the environment free', async () => {
    await begin();
    expect(world.command('submit', { stepId: 'passwordAndProof', proof: 'no' })).toMatchObject({ kind: 'moved' });
    await world.until('passwordAndProof', 'done');
    expect(world.step('passwordAndProof')).toMatchObject({ evidence: [{ key: 'passwordAndProof.notProven' }, { key: 'passwordAndProof.passwordKept' }] });
    expect(asked()).not.toContain('POST dataverse /leads');
    expect(await check(revealed())).toMatchObject({ isRight: true });
  });

  test('is not made for a user who may not sign in any more', async () => {
    await begin();
    await world.tenant.graph('alex', 'PATCH', `/users/${objectId()}`, { body: { accountEnabled: false } });
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'blocked');
    expect(world.step('passwordAndProof')).toMatchObject({ reason: { key: 'serviceUser.adoptedDisabled' } });
  });

  test('is not made for a user who was deleted', async () => {
    await begin();
    await world.tenant.graph('alex', 'DELETE', `/users/${objectId()}`);
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'blocked');
    expect(world.step('passwordAndProof')).toMatchObject({ reason: { key: 'licence.userGone' } });
  });
});

describe('The password', () => {
  test('is shown to whoever approved its making, for fifteen minutes, and works', async () => {
    await begin();
    await prove();
    const password = revealed();
    expect(await check(password)).toEqual({ isRight: true, mustChange: false });
    expect(revealed()).toBe(password);
    await world.pass('PT20M');
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.passwordOver' } });
    expect(world.command('done')).toMatchObject({ kind: 'moved', run: { status: 'finished' } });
  });

  test('is another one after a new one was asked for, and only the new one works', async () => {
    await begin();
    await prove();
    const first = revealed();
    await world.pass('PT20M');
    world.command('retry', { stepId: 'passwordAndProof', confirmed: true });
    await world.until('passwordAndProof', 'planned');
    expect(world.step('passwordAndProof')).toMatchObject({
      plan: { summary: { key: 'passwordAndProof.summaryNewPassword' }, changes: [{ request: 'PATCH graph /users/{id}' }, {}, {}] },
    });
    await prove();
    const second = revealed();
    expect(second).not.toBe(first);
    expect([await check(first), await check(second)]).toMatchObject([{ isRight: false }, { isRight: true, mustChange: false }]);
  });

  test('that was sealed a day ago is replaced before it is handed over', async () => {
    await begin();
    await world.pass('P2D');
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'planned');
    expect(world.step('passwordAndProof')).toMatchObject({ notice: { key: 'notice.planChangedSinceApproval' }, plan: { summary: { key: 'passwordAndProof.summaryNewPassword' } } });
    await prove();
    expect(await check(revealed())).toMatchObject({ isRight: true });
    expect(Date.parse(world.run().facts.password!.renewBy)).toBeGreaterThan(Date.now() + 90 * 86_400_000);
  });

  test('has a day from its proof until it is dropped', async () => {
    await begin();
    await prove();
    await world.pass('P2D');
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.passwordGone' } });
  });

  test('whose setting was not answered is set again, as the one that was sealed', async () => {
    const sent: string[] = [];
    await begin(withDirectory(({ setPassword }) => ({
      setPassword: async (id, password) => {
        sent.push(password);
        await setPassword(id, password);
        if (sent.length === 1) throw new SetupError('E-UNREACHABLE');
      },
    })));
    await world.pass('P2D');
    world.command('approve', { stepId: 'passwordAndProof' }, { typed: true });
    await world.until('passwordAndProof', 'planned');
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'failed');
    world.command('retry', { stepId: 'passwordAndProof', confirmed: true });
    await world.until('passwordAndProof', 'done');
    expect(new Set(sent).size).toBe(1);
    expect(revealed()).toBe(sent[0]);
  });

  test('is another one again when the process died before the new one was sealed', async () => {
    const sent: string[] = [];
    let isDying = false;
    const vault = (real: SecretVault): SecretVault => ({
      seal: (...given) => {
        if (isDying) throw new Error('The process died');
        real.seal(...given);
      },
      open: (...given) => real.open(...given),
      destroy: (...given) => { real.destroy(...given); },
      destroyExpired: (...given) => { real.destroyExpired(...given); },
    });
    await begin(withDirectory(({ setPassword, createUser }) => ({
      createUser: async (user) => { sent.push(user.password); return await createUser(user); },
      setPassword: async (id, password) => { sent.push(password); await setPassword(id, password); },
    })), { vault });
    await world.pass('PT20M');
    await resetBySomebody();
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'planned');
    isDying = true;
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'failed');
    isDying = false;
    world.command('retry', { stepId: 'passwordAndProof' });
    await world.until('passwordAndProof', 'done');
    expect(sent).toHaveLength(2);
    expect(sent[1]).not.toBe(sent[0]);
    expect(revealed()).toBe(sent[1]);
  });

  test('that somebody else has set right after ours is replaced before it is handed over', async () => {
    await begin();
    await world.pass('PT5S');
    await resetBySomebody();
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'planned');
    expect(world.step('passwordAndProof')).toMatchObject({ plan: { summary: { key: 'passwordAndProof.summaryNewPassword' } } });
    // Entra tells changes apart by the second.
    await world.pass('PT5S');
    await prove();
    expect(await check(revealed())).toMatchObject({ isRight: true });
    expect(world.run().facts.password).toMatchObject({ changedAt: expect.any(String) });
  });

  test('that may not be set shows Microsoft’s refusal', async () => {
    await begin(withDirectory(() => ({
      setPassword: () => Promise.reject(new SetupError('E-REFUSED', { upstream: { service: 'graph', status: 403, message: 'no' } })),
    })));
    await prove();
    world.command('retry', { stepId: 'passwordAndProof', confirmed: true });
    await world.until('passwordAndProof', 'planned');
    world.approve('passwordAndProof');
    await world.until('passwordAndProof', 'failed');
    expect(world.step('passwordAndProof')).toMatchObject({ failure: { code: 'E-REFUSED' } });
    expect(world.run().facts.password).toBeUndefined();
  });

  test('that the person sets themselves is noticed, is theirs, and nothing is claimed of it; ours is destroyed', async () => {
    let secrets: SecretVault | undefined;
    await begin(undefined, { vault: (vault) => (secrets = vault) });
    const sealed = () => secrets?.open(world.run().id, 'password', new Date().toISOString());
    expect(sealed()).toBeDefined();
    await world.pass('PT5S');
    world.command('manual', { stepId: 'passwordAndProof' });
    world.command('check', { stepId: 'passwordAndProof' });
    await world.settle();
    expect(world.step('passwordAndProof')).toMatchObject({ status: 'byHand', missing: [{ key: 'passwordAndProof.noNewPassword' }] });
    await resetBySomebody();
    world.command('check', { stepId: 'passwordAndProof' });
    await world.until('passwordAndProof', 'done');
    expect(world.step('passwordAndProof')).toMatchObject({ evidence: [{ key: 'passwordAndProof.notProven' }, { key: 'passwordAndProof.passwordTheirs' }] });
    expect(world.run().facts).toMatchObject({ serviceUser: { isTheirs: true, origin: 'made' } });
    expect(sealed()).toBeUndefined();
    expect(world.run().facts.password).toBeUndefined();
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.passwordTheirs' } });
    expect(asked()).not.toContain('POST dataverse /leads');
  });

  test('of a user that was made by hand is neither changed nor shown, and the setup ends without it', async () => {
    world = await createWorld();
    await world.goTo('serviceUser');
    world.command('submit', { stepId: 'serviceUser', adoptedName: personas.rita.userPrincipalName });
    await world.until('userRole', 'planned');
    world.approve('userRole');
    await world.until('passwordAndProof', 'planned');
    expect(world.step('passwordAndProof')).toMatchObject({
      plan: { notices: [{ key: 'passwordAndProof.passwordTheirs' }, {}, {}], changes: [{ request: 'POST dataverse /leads' }, {}] },
    });
    await prove();
    expect(world.step('passwordAndProof')).toMatchObject({ evidence: [{}, {}, { key: 'passwordAndProof.passwordTheirs' }] });
    expect(asked()).not.toContain('PATCH graph /users/{id}');
    expect(currentSection(world.run())).toBe('partnerCenter');
    expect(world.command('reveal')).toMatchObject({ kind: 'refused', notice: { key: 'notice.passwordTheirs' } });
    expect(world.command('done')).toMatchObject({ kind: 'moved', run: { status: 'finished' } });
  });
});
