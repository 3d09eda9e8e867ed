import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import type { Played } from './play.ts';
import type { Way } from './ways.ts';

const userPrincipalName = 'marketplace-lead-writer@contoso.example';

/** Whether leads can be written with what was handed over: the secret that the person was shown, or the one in the vault, of the one application unless another is named. Undo hands nothing over. */
export async function opens(tenant: TenantHarness, { during, path }: Way, { secret }: Pick<Played, 'secret'>, appId?: string): Promise<boolean> {
  if (during === 'undo') return true;
  if (path === 'microsoft365') {
    const { json } = await tenant.control('password', { userPrincipalName, password: secret });
    return json.isRight === true && json.mustChange === false;
  }
  const { url } = tenant.sandbox.environments.contoso;
  const [application] = (await tenant.control('state')).json.graph.applications;
  const token = await tenant.applicationToken(appId ?? application.appId, secret ?? (await vaultSecret(tenant)), `${url}/.default`);
  return (await tenant.call('GET', `${url}/api/data/v9.2/WhoAmI`, { token })).status === 200;
}

async function vaultSecret(tenant: TenantHarness): Promise<string> {
  const token = await tenant.delegatedToken('alex', 'https://vault.azure.net/user_impersonation');
  const address = `${tenant.sandbox.vaults['customer-vault'].url}/secrets/marketplace-lead-writer?api-version=7.5`;
  return (await tenant.call('GET', address, { token })).json.value;
}
