import { createHash } from 'node:crypto';

import { startSearched } from './searchedSetups.ts';

jest.setTimeout(90_000);

describe('Through failures, no secret stands anywhere but in the answers that showed it', () => {
  let setup: Awaited<ReturnType<typeof startSearched>>;
  beforeAll(async () => {
    setup = await startSearched();
  });
  afterEach(async () => {
    const { found, secrets } = await setup.search();
    expect(secrets.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });
  afterAll(() => setup?.close());

  const adds = async () => {
    const requests: { path: string }[] = (await setup.tenant.control('requests')).json;
    return requests.filter(({ path }) => path.endsWith('/addPassword')).length;
  };
  const secretsKnown = async (): Promise<number> => (await setup.tenant.control('secrets')).json.length;
  const untilSecrets = async (count: number): Promise<void> => ((await secretsKnown()) < count ? untilSecrets(count) : undefined);

  const untilKeyless = async (): Promise<void> => {
    const { graph }: { graph: { applications: { passwordCredentials: unknown[] }[] } } = (await setup.tenant.control('state')).json;
    if (graph.applications.some(({ passwordCredentials }) => passwordCredentials.length > 0)) await untilKeyless();
  };

  test('killed at the moment in which Entra has made the key, and started again', async () => {
    const { chat, tenant } = setup;
    await setup.toKey();
    await tenant.control('latency', { ms: 1500 });
    await chat.click('Approve: make the key and test it');
    await untilSecrets(1);
    await setup.kill();
    await tenant.control('latency', { ms: 0 });
    await setup.restart();
    await chat.until({ button: 'Show the values' });
    expect(await adds()).toBeGreaterThanOrEqual(1);
  });

  test('killed with the key sealed, started again, shown, and shown again', async () => {
    await setup.kill();
    await setup.restart();
    const first = await setup.reveal();
    await setup.chat.say('status');
    await setup.chat.until({ button: 'Show the values again' });
    const again = await setup.reveal('Show the values again');
    const { secrets } = await setup.search();
    expect(secrets.filter((one) => first.includes(one))).toHaveLength(1);
    expect(secrets.filter((one) => again.includes(one))).toEqual(secrets.filter((one) => first.includes(one)));
  });

  test('stopped, with the key removed', async () => {
    const { chat } = setup;
    await chat.say('cancel');
    const asked = await chat.until({ button: 'Stop this setup' });
    const stop = asked.actions.find(({ title }) => title === 'Stop this setup');
    // As a client sends it, with the card's toggle on.
    await chat.send({ verb: 'cancel', data: { ...stop?.data, removeKey: 'true' } }, asked.id);
    await untilKeyless();
    expect(chat.newest()?.text).toContain('This setup was stopped');
  });

  test('a key that a policy forbids, tried again when it may be made', async () => {
    const { chat, tenant } = setup;
    await setup.resetTenant();
    await tenant.control('conditions', { keyPolicy: { forbidden: true } });
    await setup.toKey();
    await chat.click('Approve: make the key and test it');
    expect((await chat.until({ button: 'Retry' })).text).toMatch(/key/u);
    await tenant.control('conditions', { keyPolicy: 'none' });
    await chat.click('Retry');
    await chat.until({ button: 'Show the values' });
    await setup.reveal();
    await chat.click('I have entered the values');
    await chat.until({ text: /can receive leads/u });
  });

  test('put into the organization’s own key vault, which first refuses it: never shown, and finished all the same', async () => {
    const { chat, tenant } = setup;
    await setup.resetTenant();
    await setup.toKey();
    const planned = await chat.until({ button: 'Use these details' });
    const use = planned.actions.find(({ title }) => title === 'Use these details');
    const vault = tenant.sandbox.vaults['customer-vault'].url;
    await chat.send({ verb: 'submit', data: { ...use?.data, months: '24', proof: 'yes', vault, vaultSecret: 'lead-key' } }, planned.id);
    await chat.until({ text: /The key is not shown to anybody/u });
    await tenant.control('latency', { ms: 300 });
    await chat.click('Approve: make the key and test it');
    await untilSecrets(1);
    await tenant.control('conditions', { vault: 'firewalled' });
    await tenant.control('latency', { ms: 0 });
    expect((await chat.until({ button: 'Retry' })).text).toContain('The key vault did not let you in');
    await setup.kill();
    await setup.restart();
    await tenant.control('conditions', { vault: 'usual' });
    await chat.click('Retry');
    const shown = await chat.until({ button: 'Open the secret' });
    expect(shown.actions.map(({ title }) => title)).not.toContain('Show the values');
    await chat.say('show the values');
    const [version] = (await tenant.control('state')).json.vaults['customer-vault']['lead-key'];
    const { secrets } = await setup.search();
    expect(secrets.map((one) => createHash('sha256').update(one).digest('hex'))).toContain(version.sha256);
    expect(shown.text).toContain(version.version);
    await chat.click('I have entered the values');
    await chat.until({ text: /can receive leads/u });
  });

  test('with a Microsoft 365 user and its password', async () => {
    const { chat } = setup;
    await setup.resetTenant();
    await setup.toPassword();
    await chat.click('Approve: test the account');
    await chat.until({ button: 'Show the values' });
    const shown = await setup.reveal();
    const { secrets } = await setup.search();
    expect(secrets.some((one) => shown.includes(one))).toBe(true);
    await chat.click('I have entered the values');
    await chat.until({ text: /can receive leads/u });
  });

  const befall = (match: string, kind: string) => setup.tenant.control('faults', [{ match, kind }]);
  /** As soon as Entra has so many, the answer to which never comes. */
  const killWhenKnown = async (count: number): Promise<void> => {
    await untilSecrets(count);
    await setup.kill();
    await setup.tenant.control('faults', []);
    await setup.restart();
  };

  test('killed at the moment in which Entra has made the user with its password, and stopped before that was shown', async () => {
    const { chat } = setup;
    await setup.resetTenant();
    await setup.toUser();
    await befall('POST /users', 'hang-after');
    await chat.click('Approve: create the user');
    await killWhenKnown(1);
    await chat.walk('Approve: assign the licence', 'Approve: give the user its role', 'Approve: test the account');
    await chat.until({ button: 'Show the values' });
    await chat.say('cancel');
    await chat.until({ button: 'Stop this setup' });
    await chat.click('Stop this setup');
    expect((await chat.until({ text: /This setup was stopped/u })).actions.map(({ title }) => title)).not.toContain('Show the values');
  });

  test('with another password, which is first refused, then set at the moment in which the bot is killed, and shown', async () => {
    const { chat } = setup;
    await setup.resetTenant();
    await setup.toPassword();
    await chat.click('Approve: test the account');
    await chat.until({ button: 'Show the values' });
    await setup.reveal();
    await chat.say('status');
    const again = await chat.until({ button: 'Show the values again' });
    const { runId } = again.actions.find(({ title }) => title === 'Show the values again')?.data ?? {};
    // The button comes when the password is not shown any more; sent before, it is the same wish.
    await chat.send({ verb: 'retry', data: { verb: 'retry', runId, stepId: 'passwordAndProof', confirmed: true } }, again.id);
    await befall('PATCH /users/*', 'status:403');
    await chat.walk('Approve: set a new password');
    await chat.until({ button: 'Retry' });
    await befall('PATCH /users/*', 'hang-after');
    await chat.click('Retry');
    await killWhenKnown(2);
    await chat.until({ button: 'Show the values' });
    const shown = await setup.reveal();
    const { secrets } = await setup.search();
    expect(shown).toContain(secrets.at(-1));
    await chat.click('I have entered the values');
    await chat.until({ text: /can receive leads/u });
  });
});
