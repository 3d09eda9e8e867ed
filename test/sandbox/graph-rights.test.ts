import { directoryRoles } from '../../sandbox/directory/roles.ts';
import { type PersonaName, personas } from '../../sandbox/personas.ts';
import { startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

const advanced = { consistencylevel: 'eventual' };
const activeRoles = '/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true&$select=displayName';
const eligibleRoles = "/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')";
const forbidden = { status: 403, json: { error: { code: 'Authorization_RequestDenied' } } };

const register = (as: PersonaName) => harness.graph(as, 'POST', '/applications', { body: { displayName: 'Lead writer' } });
const namesOf = (rows: { displayName: string }[]) => rows.map(({ displayName }) => displayName);

describe('the directory roles of', () => {
  it.each<[PersonaName, string[]]>([
    ['tomas', ['Application Administrator', 'User Administrator', 'License Administrator']],
    ['pim', []],
    ['tia', ['Application Administrator']],
    ['una', ['Global Administrator']],
  ])('%s are %j', async (persona, names) => {
    expect(namesOf((await harness.graph(persona, 'GET', activeRoles, { headers: advanced })).json.value)).toEqual(names);
  });
});

describe('role assignments', () => {
  it('are listed by whom they are of', async () => {
    const of = (objectId: string) => `/roleManagement/directory/roleAssignments?$filter=principalId eq '${objectId}'&$select=roleDefinitionId`;
    const tomas = await harness.graph('alex', 'GET', of(personas.tomas.objectId));

    expect(tomas.json.value).toHaveLength(3);
    expect(tomas.json.value).toContainEqual({ roleDefinitionId: directoryRoles['User Administrator'] });
    expect((await harness.graph('alex', 'GET', of(personas.rita.objectId))).json.value).toEqual([]);
  });
});

describe('eligible roles', () => {
  it('are listed for the person who asks, with their names when these are asked for', async () => {
    const { json } = await harness.graph('pim', 'GET', `${eligibleRoles}?$expand=roleDefinition&$select=roleDefinitionId,memberType`);

    expect(json.value[0]).toEqual({ roleDefinitionId: directoryRoles['Application Administrator'], memberType: 'Direct', roleDefinition: expect.objectContaining({ displayName: 'Application Administrator' }) });
    expect(json.value).toHaveLength(3);
    expect((await harness.graph('pim', 'GET', eligibleRoles)).json.value[0]).not.toHaveProperty('roleDefinition');
    expect((await harness.graph('alex', 'GET', eligibleRoles)).json.value).toEqual([]);
  });

  it('are only asked for by the principal', async () => {
    expect(await harness.graph('pim', 'GET', eligibleRoles.replace('principal', 'everybody'))).toMatchObject({ status: 400, json: { error: { code: 'BadRequest' } } });
    expect(await harness.graph('pim', 'GET', `${eligibleRoles}?$expand=principal`)).toMatchObject({ status: 400 });
  });

  it('are refused where the tenant has no licence for them', async () => {
    await harness.control('conditions', { privilegedIdentityManagement: 'unlicensed' });

    expect(await harness.graph('pim', 'GET', eligibleRoles)).toMatchObject({ status: 400, json: { error: { code: 'AadPremiumLicenseRequired' } } });
  });

  it('count once they are activated, and no longer when that is over', async () => {
    const role = directoryRoles['Application Administrator'];
    const before = await register('pim');
    const { json } = await harness.control('roles', { persona: 'pim', activate: [role] });
    const [after, roles] = [await register('pim'), await harness.graph('pim', 'GET', activeRoles, { headers: advanced })];
    await harness.control('roles', { persona: 'pim', deactivate: [role] });

    expect([before.status, after.status, (await register('pim')).status]).toEqual([403, 201, 403]);
    expect(json).toEqual({ active: [role] });
    expect(namesOf(roles.json.value)).toEqual(['Application Administrator']);
  });

  it('are not active any more after a reset', async () => {
    await harness.control('roles', { persona: 'pim', activate: [directoryRoles['Application Administrator']] });
    await harness.control('reset', {});

    expect(await register('pim')).toMatchObject(forbidden);
  });
});

describe('applications are made', () => {
  it.each<[PersonaName, number]>([['alex', 201], ['tomas', 201], ['tia', 201], ['una', 201], ['priya', 403], ['pim', 403], ['rita', 403]])('by %s: %i', async (persona, status) => {
    expect((await register(persona)).status).toBe(status);
  });

  it('by everybody where the tenant lets them, who may then change their own and no others', async () => {
    const { json: foreign } = await register('alex');
    await harness.control('conditions', { registration: 'everybody' });
    const { json: own } = await register('priya');
    const change = (id: string) => harness.graph('priya', 'PATCH', `/applications/${id}`, { body: { notes: 'x' } });
    const addKey = (id: string) => harness.graph('priya', 'POST', `/applications/${id}/addPassword`, {});
    await harness.advance('PT3S');
    const principal = await harness.graph('priya', 'POST', '/servicePrincipals', { body: { appId: own.appId } });

    expect([(await change(own.id)).status, (await addKey(own.id)).status, principal.status]).toEqual([204, 200, 201]);
    expect(await change(foreign.id)).toMatchObject(forbidden);
    expect(await addKey(foreign.id)).toMatchObject(forbidden);
    expect(await harness.graph('priya', 'POST', '/servicePrincipals', { body: { appId: foreign.appId } })).toMatchObject(forbidden);
    expect(await harness.graph('priya', 'DELETE', `/applications/${foreign.id}`)).toMatchObject(forbidden);
  });
});

describe('a policy on keys', () => {
  const addKey = async (passwordCredential?: Record<string, string>) => {
    const { json } = await register('alex');
    return harness.graph('alex', 'POST', `/applications/${json.id}/addPassword`, { body: passwordCredential === undefined ? {} : { passwordCredential } });
  };
  const inDays = (days: number) => ({ endDateTime: new Date(Date.now() + days * 86_400_000).toISOString() });

  it('forbids them', async () => {
    await harness.control('conditions', { keyPolicy: { forbidden: true } });

    expect(await addKey()).toMatchObject({ status: 400, json: { error: { code: 'CredentialTypeNotAllowedAsPerAppPolicy' } } });
    expect((await harness.control('state')).json.graph.applications).toEqual([expect.objectContaining({ passwordCredentials: [] })]);
  });

  it('shortens them: what is longer is refused, what is within is made', async () => {
    await harness.control('conditions', { keyPolicy: { maxLifetime: 'P180D' } });
    const tooLong = { status: 400, json: { error: { code: 'CredentialLifetimeExceedsMaxValueAsPerAppPolicy' } } };

    expect(await addKey(inDays(181))).toMatchObject(tooLong);
    expect(await addKey()).toMatchObject(tooLong);
    expect((await addKey(inDays(179))).status).toBe(200);
  });
});

describe('what is new can be unknown for up to a minute', () => {
  const replication = { applicationToServicePrincipal: 'PT60S', applicationToToken: 'PT60S', keyToToken: 'PT60S', keyToApplication: 'PT60S', filter: 'PT60S', servicePrincipalToDataverse: 'PT60S' };
  const tokenFor = (appId: string, secret: string) => harness.applicationToken(appId, secret, 'https://graph.microsoft.com/.default').then(() => 'good', (error: Error) => /AADSTS\d+/.exec(error.message)?.[0]);

  it('an application, its service principal, its key and its user in Dataverse', async () => {
    await harness.control('conditions', { replication });
    const { json: application } = await register('alex');
    const { json: key } = await harness.graph('alex', 'POST', `/applications/${application.id}/addPassword`, {});
    const listed = async () => (await harness.graph('alex', 'GET', `/applications/${application.id}`)).json.passwordCredentials.length;
    const makePrincipal = () => harness.graph('alex', 'POST', '/servicePrincipals', { body: { appId: application.appId } });
    const found = async () => (await harness.graph('alex', 'GET', `/applications?$filter=appId eq '${application.appId}'`)).json.value.length;
    await harness.advance('PT55S');
    const early = [(await makePrincipal()).status, await tokenFor(application.appId, key.secretText), await found(), await listed()];
    await harness.advance('PT5S');
    const late = [(await makePrincipal()).status, await tokenFor(application.appId, key.secretText), await found(), await listed()];
    const userBefore = await makeUser(application.appId);
    await harness.advance('PT60S');

    expect(early).toEqual([400, 'AADSTS700016', 0, 0]);
    expect(late).toEqual([201, 'good', 1, 1]);
    expect(userBefore).toMatchObject({ status: 400, json: { error: { code: '0x80072559' } } });
    expect((await makeUser(application.appId)).status).toBe(204);
  });

  async function makeUser(applicationid: string) {
    const { url } = harness.sandbox.environments.contoso;
    const token = await harness.delegatedToken('alex', `${url}/.default`);
    const root = await harness.call('GET', `${url}/api/data/v9.2/businessunits?$filter=parentbusinessunitid eq null`, { token });
    const body = { applicationid, 'businessunitid@odata.bind': `/businessunits(${root.json.value[0].businessunitid})` };
    return harness.call('POST', `${url}/api/data/v9.2/systemusers`, { token, body });
  }
});
