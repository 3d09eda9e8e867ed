import type { TenantClock } from '../clock.ts';
import type { ConditionsStore } from '../conditions.ts';
import type { Directory } from '../directory/directory.ts';
import type { ApplicationRow } from '../directory/rows.ts';
import { toMilliseconds } from '../duration.ts';
import { tenant } from '../personas.ts';
import { registrations } from '../registrations.ts';
import { type AssertionTools, checkClientAssertion, clientAssertionType } from './clientAssertion.ts';
import { refusals } from './errors.ts';

/** An application that has proved who it is at the token endpoint. */
export interface Client {
  readonly appId: string;
  readonly displayName: string;
  /** Object id of its service principal in the tenant; that of the bot is its own app id. */
  readonly servicePrincipalId: string;
}

export interface ClientTools extends AssertionTools {
  readonly clock: TenantClock;
  readonly conditions: ConditionsStore;
  readonly directory: Directory;
}

const { bot, signIn } = registrations;

/** What a token request says about its client: the fields of its form. */
export type ClientForm = Readonly<Partial<Record<'client_id' | 'client_secret' | 'client_assertion' | 'client_assertion_type', string | undefined>>>;

const preRegistered: readonly (Client & { readonly secret: string })[] = [
  { ...bot, displayName: 'Lead Setup bot', servicePrincipalId: bot.appId },
  signIn,
];

/** Promises the client, or throws AADSTS700016, 7000215, 7000218, 7000222, 7000229 or what `checkClientAssertion` throws. */
export async function authenticateClient(tools: ClientTools, form: ClientForm, tokenEndpoint: string): Promise<Client> {
  const { client_id: appId, client_secret: secret, client_assertion: text } = form;
  if (!appId) throw refusals.missingParameter('client_id');
  const known = preRegistered.find((one) => one.appId === appId);
  if (text) {
    if (form.client_assertion_type !== clientAssertionType) throw refusals.missingParameter('client_assertion_type');
    const client = known ?? inDirectory(tools, appId);
    await checkClientAssertion(tools, appId, { text, tokenEndpoint });
    return client;
  }
  if (!secret) throw refusals.noProof();
  if (known === undefined) return inDirectory(tools, appId, secret);
  if (secret !== known.secret) throw refusals.wrongSecret(appId);
  return known;
}

/** Without a secret: found, and not yet proved. */
function inDirectory(tools: ClientTools, appId: string, secret?: string): Client {
  const { directory, conditions } = tools;
  const delayMs = toMilliseconds(conditions.get().replication.applicationToToken);
  const application = directory.applications.find((row) => row.appId === appId);
  const isKnown = application !== undefined && directory.applications.ageMs(application.id) >= delayMs;
  if (!isKnown) throw refusals.unknownApplication(appId, tenant.displayName);
  if (secret !== undefined) checkSecret(tools, application, secret);
  const principal = directory.servicePrincipals.find((row) => row.appId === appId);
  if (principal === undefined) throw refusals.noServicePrincipal(appId, tenant.id);
  return { appId, displayName: application.displayName, servicePrincipalId: principal.id };
}

function checkSecret({ clock, directory, conditions }: ClientTools, { appId, passwordCredentials }: ApplicationRow, text: string): void {
  const credential = passwordCredentials.find(({ keyId }) => directory.secrets.get(keyId)?.text === text);
  const secret = credential && directory.secrets.get(credential.keyId);
  const isInForce = secret !== undefined && clock.now() >= secret.createdAtMs + toMilliseconds(conditions.get().replication.keyToToken);
  if (credential === undefined || !isInForce || clock.now() < Date.parse(credential.startDateTime)) throw refusals.wrongSecret(appId);
  if (clock.now() >= Date.parse(credential.endDateTime)) throw refusals.expiredSecret(appId);
}
