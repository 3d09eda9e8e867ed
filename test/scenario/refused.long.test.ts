import { directoryRoles } from '../../sandbox/directory/roles.ts';
import type { PersonaName } from '../../sandbox/personas.ts';
import { importsBegun, started } from './started.ts';

jest.setTimeout(60_000);

describe('Somebody who lacks a right, or has the wrong place', () => {
  const here = started();
  let somebody: PersonaName;
  afterEach(async () => {
    // Whoever stops frees the environment for the next test.
    await here.chat.say('yes, cancel', somebody);
    await here.chat.until({ text: /This setup was stopped/u });
    for (const { text } of here.chat.messages.values()) expect(text).not.toMatch(/\bat .+\.[jt]s:\d+|node_modules|undefined|\{\{/u);
    await here.tenant.control('reset', {});
  });

  const come = async (persona: PersonaName) => {
    somebody = persona;
    await here.tenant.control('sign-in', { userId: `29:${persona}`, persona });
    await here.openChat();
    await here.chat.say('set up leads', persona);
  };
  const click = (title: string | RegExp) => here.chat.click(title, { as: somebody });
  const enter = async (address: string) => {
    await here.chat.until({ text: /Which environment should receive the leads\?|Where should the leads go\?/u });
    await here.chat.say(address, somebody);
  };
  const approveTo = async (...titles: string[]) => {
    for (const title of titles) {
      await here.chat.until({ button: title });
      await click(title);
    }
  };

  test('Tomas, who is no user of the environment, is told who can add him', async () => {
    await come('tomas');
    await enter(here.tenant.sandbox.environments.contoso.url);
    const { text } = await here.chat.until({ button: 'Check again' });
    expect(text).toContain('You are not a user of');
    expect(text).toContain('Ask a System Administrator of this environment to add you');
  });

  test('Pim activates his role, checks again, and goes on', async () => {
    await come('pim');
    await here.chat.until({ button: 'Contoso' });
    await click('Contoso');
    const before = await here.chat.until({ button: 'Open My roles' });
    expect(before.text).toContain('activate the role, then check again');
    await here.tenant.control('roles', { persona: 'pim', activate: [directoryRoles['Application Administrator']] });
    await click('Check again');
    await here.chat.until({ text: /You may register applications in Microsoft Entra/u });
  });

  test('an environment without leads, or of another organization, can be left for another', async () => {
    await come('alex');
    await enter(here.tenant.sandbox.environments.nolead.url);
    await here.chat.until({ text: /has no lead table/u });
    await click('Choose another environment');
    await enter(here.tenant.sandbox.environments.foreign.url);
    await here.chat.until({ text: /belongs to another organization/u });
    await click('Choose another environment');
    await here.chat.until({ button: 'Contoso' });
    await click('Contoso');
    const choice = await here.chat.until({ button: 'Use Microsoft Entra' });
    expect(choice.text).toContain('You are a System Administrator of this environment.');
  });

  test.each([
    ['crm.contoso.local', /HTTPS endpoint/u],
    ['https://contoso.crm.dynamics.cn/main.aspx', /governments or for China/u],
    ['https://make.powerapps.com/environments', /is a Microsoft page, but not your Dynamics 365 environment/u],
  ])('%s is answered with what to do instead', async (address, answer) => {
    await come('alex');
    await enter(address);
    const { actions } = await here.chat.until({ text: answer });
    expect(actions.map(({ title }) => title)).toContain('Contoso');
  });

  test('an import that fails shows the rows of its job, and Retry leads on', async () => {
    await come('alex');
    await approveTo('Contoso', 'Use Microsoft Entra');
    await here.tenant.control('conditions', { nextImport: { errors: ['The role could not be written.', 'SQL Server timed out.'] }, importTakes: 'PT3S' });
    await approveTo('Approve: install the solution');
    const { text } = await here.chat.until({ text: /SQL Server timed out/u });
    expect(text).toContain('The role could not be written.');
    expect(text).toContain('E-SOL-IMPORT');
    await click('Retry');
    await here.chat.until({ text: /Solution\n✓|✓\nSolution/u });
  });

  test('a tenant that forbids keys is said with Microsoft’s code, and who can change that', async () => {
    await here.tenant.control('conditions', { keyPolicy: { forbidden: true }, importTakes: 'PT2S' });
    await come('alex');
    await approveTo('Contoso', 'Use Microsoft Entra', 'Approve: install the solution', 'Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it');
    const { text } = await here.chat.until({ text: /CredentialTypeNotAllowedAsPerAppPolicy/u });
    expect(text).toContain('does not allow keys for applications');
    expect(text).toContain('Application Administrator');
  });

  test('Una, who may not read leads, with a locked role, a slow tenant and short keys, gets to a key all the same', async () => {
    await here.tenant.control('conditions', {
      importTakes: 'PT2S', leadWriterRole: 'locked', keyPolicy: { maxLifetime: 'P190D' }, otherImport: { lasts: 'PT2S' },
      replication: { applicationToServicePrincipal: 'PT10S', filter: 'PT10S', applicationToToken: 'PT10S', keyToToken: 'PT10S', servicePrincipalToDataverse: 'PT10S', applicationUser: 'PT10S' },
    });
    await come('una');
    await approveTo('Contoso', 'Use Microsoft Entra', 'Approve: install the solution', 'Approve: set up the application');
    await here.tenant.advance('PT60S');
    const role = await here.chat.until({ button: 'Approve: give the account its role' });
    expect(role.text).toContain('A second role, made by this setup, gives what is missing and nothing else.');
    await click('Approve: give the account its role');
    await here.tenant.advance('PT60S');
    await here.chat.until({ text: /not read its leads, so you could neither find nor remove the test lead/u });
    await here.chat.say('leave this out', 'una');
    await here.chat.until({ button: 'Leave this out' });
    await click('Leave this out');
    const key = await here.chat.until({ button: /^Approve: make the key/u });
    expect(key.text).toMatch(/nothing is proven|not tested|No test lead/iu);
    await click(/^Approve: make the key/u);
    await here.chat.until({ button: 'Show the values' });
    const { graph } = (await here.tenant.control('state')).json;
    const [{ passwordCredentials }] = graph.applications;
    expect((Date.parse(passwordCredentials[0].endDateTime) - Date.now()) / 86_400_000).toBeLessThan(190);
  });

  test('Tia is System Administrator through a team, and is let in', async () => {
    await come('tia');
    await here.chat.until({ button: 'Contoso' });
    await click('Contoso');
    const { text } = await here.chat.until({ button: 'Use Microsoft Entra' });
    expect(text).toContain('through a team');
  });
});

describe.each([
  ['noZip', /E-SOL-UNREADABLE/u],
  ['unmanaged', /is unmanaged, and only a managed one is installed/u],
  ['otherPublisher', /is by Contoso Consulting/u],
  ['missingDependencies', /msdyn_leadscore/u],
] as const)('A bot that was given the wrong solution file: %s', (kind, answer) => {
  const here = started({ settings: (tenant) => tenant.sandbox.solutionSource(kind) });

  test('says what is wrong with it before anything is changed', async () => {
    await here.chat.say('set up leads');
    await here.chat.walk('Contoso', 'Use Microsoft Entra');
    const { text } = await here.chat.until({ text: answer });
    expect(text).toContain('That did not work');
    expect(await importsBegun(here.tenant)).toBe(0);
  });
});
