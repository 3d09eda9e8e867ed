import { createTenantClock } from '../../sandbox/clock.ts';
import { createConditions } from '../../sandbox/conditions.ts';
import { createDirectory } from '../../sandbox/directory/directory.ts';
import { createGraph } from '../../sandbox/graph/index.ts';
import { personas, tenant } from '../../sandbox/personas.ts';
import { graphAudience } from '../../sandbox/resources.ts';
import type { SandboxAnswer } from '../../sandbox/service.ts';

const rita = personas.rita.objectId;
const newUser = {
  accountEnabled: true, displayName: 'Lead Writer', mailNickname: 'lead', userPrincipalName: 'lead@contoso.example', passwordProfile: { password: 'Correct-horse-7' },
};

/** Graph as it answers a token of Alex that carries only these scopes. */
function call(scp: string, request: string, body?: unknown): Promise<SandboxAnswer> | SandboxAnswer {
  const clock = createTenantClock();
  const claims = { aud: graphAudience, tid: tenant.id, oid: personas.alex.objectId, appid: 'bot', idtyp: 'user', scp, exp: 4_000_000_000 } as const;
  const graph = createGraph({ clock, conditions: createConditions(clock), directory: createDirectory(clock), readAccessToken: async () => ({ kind: 'good', claims }) });
  const [method = '', address = ''] = request.split(' ');
  const url = new URL(address, 'https://localhost:4443');
  return graph({ method, path: decodeURIComponent(url.pathname), query: url.searchParams, headers: {}, body, origin: url.origin });
}

it.each<[request: string, tooLittle: string, enough: string, body?: unknown]>([
  ['GET /users', 'User.Read', 'User.ReadBasic.All'],
  [`GET /users/${rita}`, 'User.Read', 'User.Read.All'],
  ['GET /directory/deletedItems/microsoft.graph.user', 'User.Read', 'User.Read.All'],
  ['POST /users', 'User.Read.All LicenseAssignment.ReadWrite.All', 'User.ReadWrite.All', newUser],
  [`PATCH /users/${rita}`, 'User.Read.All User-PasswordProfile.ReadWrite.All', 'User.ReadWrite.All', { displayName: 'Rita' }],
  [`PATCH /users/${rita}`, 'User.ReadWrite.All', 'User-PasswordProfile.ReadWrite.All', { passwordProfile: { password: 'Correct-horse-7' } }],
  [`PATCH /users/${rita}`, 'User.ReadWrite.All', 'Directory.AccessAsUser.All', { passwordProfile: { password: 'Correct-horse-7' }, displayName: 'Rita' }],
  [`DELETE /users/${rita}`, 'User.Read.All', 'User.ReadWrite.All'],
  ['GET /subscribedSkus', 'User.ReadWrite.All', 'Organization.Read.All'],
  ['GET /subscribedSkus', 'User.ReadWrite.All', 'LicenseAssignment.Read.All'],
  [`GET /users/${rita}/licenseDetails`, 'User.Read', 'User.ReadWrite.All'],
  [`POST /users/${rita}/assignLicense`, 'User.Read.All Organization.Read.All', 'LicenseAssignment.ReadWrite.All', { addLicenses: [], removeLicenses: [] }],
  ['GET /domains/contoso.example', 'Organization.Read.All', 'Domain.Read.All'],
])('%s is refused with the scopes %s and answered with %s', async (...[request, tooLittle, enough, body]) => {
  const [refused, answered] = [await call(tooLittle, request, body), await call(enough, request, body)];

  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } });
  expect(answered.status).toBeLessThan(300);
});

it('with User.ReadBasic.All only the basics of a user can be read', async () => {
  const query = `GET /users/${rita}?$select=displayName,usageLocation`;

  expect((await call('User.ReadBasic.All', query)).body).toMatchObject({ displayName: 'Rita Reader', usageLocation: null });
  expect((await call('User.Read.All', query)).body).toMatchObject({ displayName: 'Rita Reader', usageLocation: 'DE' });
});

it('with User.Read alone the organization tells its id, name and domains', async () => {
  const query = 'GET /organization?$select=id,verifiedDomains,countryLetterCode';

  expect((await call('User.Read', query)).body).toMatchObject({ value: [{ id: tenant.id, verifiedDomains: expect.any(Array), countryLetterCode: null }] });
  expect((await call('Organization.Read.All', query)).body).toMatchObject({ value: [{ countryLetterCode: 'DE' }] });
});
