import type { World } from '../world.ts';

type Json = Readonly<Record<string, unknown>>;

/** What an administrator does in Microsoft's portals, by the requests behind them: nothing here passes the bot. */
export interface Portals {
  readonly api: string;
  graph(method: string, path: string, body?: Json): Promise<Json>;
  dataverse(method: string, path: string, body?: Json): Promise<Json>;
  rows(path: string): Promise<Json[]>;
}

const roleName = 'Microsoft Marketplace Lead Writer';

export function portalsOf(world: Pick<World, 'tenant'>): Portals {
  const { url } = world.tenant.sandbox.environments.contoso;
  const api = `${url}/api/data/v9.2`;
  const token = () => world.tenant.delegatedToken('alex', `${url}/user_impersonation`);
  const checked = ({ status, text, json }: { status: number; text: string; json: unknown }): Json => {
    if (status >= 300) throw new Error(`${status} ${text}`);
    return (json ?? {}) as Json;
  };
  const dataverse: Portals['dataverse'] = async (method, path, body) =>
    checked(await world.tenant.call(method, `${api}${path}`, { token: await token(), ...(body && { body }) }));
  return {
    api,
    graph: async (method, path, body) => checked(await world.tenant.graph('alex', method, path, body && { body })),
    dataverse,
    rows: async (path) => (await dataverse('GET', path))['value'] as Json[],
  };
}

/** Power Apps: Import solution, with the file that Microsoft offers. */
export async function importSolution(world: Pick<World, 'tenant'>, { dataverse }: Portals): Promise<void> {
  const { SOLUTION_SOURCE: source } = world.tenant.sandbox.solutionSource('good');
  const file = Buffer.from(await (await fetch(source)).arrayBuffer()).toString('base64');
  const { StageSolutionResults: staged } = await dataverse('POST', '/StageSolution', { CustomizationFile: file });
  const uploadId = (staged as Json)['StageSolutionUploadId'];
  await dataverse('POST', '/ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    SolutionParameters: { StageSolutionUploadId: uploadId },
  });
}

/** Entra: New registration, with the account type that was chosen. */
export async function registerApplication({ graph }: Portals, signInAudience: string): Promise<{ objectId: string; appId: string }> {
  const { id, appId } = await graph('POST', '/applications', { displayName: 'Leads by hand', signInAudience });
  return { objectId: String(id), appId: String(appId) };
}

/** Entra: Add a permission, and what the portal makes by itself. */
export async function completeApplication({ graph }: Portals, { objectId, appId }: { objectId: string; appId: string }): Promise<void> {
  const { oauth2PermissionScopes } = await graph('GET', "/servicePrincipals(appId='00000007-0000-0000-c000-000000000000')");
  const scope = (oauth2PermissionScopes as Json[]).find(({ value }) => value === 'user_impersonation');
  const requiredResourceAccess = [{ resourceAppId: '00000007-0000-0000-c000-000000000000', resourceAccess: [{ id: scope?.['id'], type: 'Scope' }] }];
  await graph('PATCH', `/applications/${objectId}`, { signInAudience: 'AzureADMultipleOrgs', requiredResourceAccess });
  await graph('POST', '/servicePrincipals', { appId });
}

/** Power Platform admin center: New app user, in the root business unit. */
export async function addApplicationUser(portals: Portals, appId: string): Promise<void> {
  const body = { applicationid: appId, accessmode: 4, isdisabled: false, 'businessunitid@odata.bind': `/businessunits(${await rootUnitId(portals)})` };
  await portals.dataverse('POST', '/systemusers', body);
}

/** … and its role, as the portal shows it to be ticked. */
export async function giveRole(portals: Portals, appId: string): Promise<void> {
  const { api, dataverse, rows } = portals;
  const [user] = await rows(`/systemusers?$select=systemuserid&$filter=applicationid eq ${appId}`);
  const reference = { '@odata.id': `${api}/roles(${await roleId(portals)})` };
  await dataverse('POST', `/systemusers(${String(user?.['systemuserid'])})/systemuserroles_association/$ref`, reference);
}

/** Security roles: what the solution's role lacks. */
export async function completeRole(portals: Portals): Promise<void> {
  const { dataverse, rows } = portals;
  const wanted = { prvCreateUserEntityUISettings: 'Basic', prvReadUserEntityUISettings: 'Basic', prvWriteUserEntityUISettings: 'Basic', prvReadAsyncOperation: 'Global', prvWriteAsyncOperation: 'Global', prvAppendAsyncOperation: 'Global', prvAppendToAsyncOperation: 'Global' };
  const filter = Object.keys(wanted).map((name) => `name eq '${name}'`).join(' or ');
  const known = await rows(`/privileges?$select=privilegeid,name&$filter=${filter}`);
  const Privileges = known.map(({ privilegeid, name }) => ({ PrivilegeId: privilegeid, Depth: wanted[name as keyof typeof wanted] }));
  const role = `/roles(${await roleId(portals)})`;
  await dataverse('POST', `${role}/Microsoft.Dynamics.CRM.AddPrivilegesRole`, { Privileges });
  await dataverse('PATCH', role, { isinherited: 1 });
}

async function rootUnitId({ rows }: Portals): Promise<string> {
  const [unit] = await rows('/businessunits?$select=businessunitid&$filter=parentbusinessunitid eq null');
  return String(unit?.['businessunitid']);
}

async function roleId(portals: Portals): Promise<string> {
  const unitId = await rootUnitId(portals);
  const [role] = await portals.rows(`/roles?$select=roleid&$filter=name eq '${roleName}' and _businessunitid_value eq ${unitId}`);
  return String(role?.['roleid']);
}
