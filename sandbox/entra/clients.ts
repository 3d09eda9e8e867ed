import type { TenantClock } from '../clock.ts';
import type { ConditionsStore } from '../conditions.ts';
import type { Directory } from '../directory/directory.ts';
import type { ApplicationRow } from '../directory/rows.ts';
import { toMilliseconds } from '../duration.ts';
import { tenant } from '../personas.ts';
import { registrations } from '../registrations.ts';
import { refusals } from './errors.ts';

/** An application that has proved who it is at the token endpoint. */
export interface Client {
  readonly appId: string;
  readonly displayName: string;
  /** Object id of its service principal in the tenant; that of the bot is its own app id. */
  readonly servicePrincipalId: string;
}

export interface ClientTools {
  readonly clock: TenantClock;
  readonly conditions: ConditionsStore;
  readonly directory: Directory;
}

const { bot, signIn } = registrations;

/** Promises the client, or throws AADSTS700016, 7000215, 7000222 or 7000229. */
export function authenticateClient(tools: ClientTools, appId: string, secret: string): Client {
  if (appId === bot.appId) return preRegistered(bot.secret, secret, { appId, displayName: 'Lead Setup bot', servicePrincipalId: appId });
  if (appId === signIn.appId) return preRegistered(signIn.secret, secret, signIn);
  return inDirectory(tools, appId, secret);
}

function preRegistered(expected: string, secret: string, client: Client): Client {
  if (secret !== expected) throw refusals.wrongSecret(client.appId);
  return client;
}

function inDirectory(tools: ClientTools, appId: string, secret: string): Client {
  const { directory, conditions } = tools;
  const delayMs = toMilliseconds(conditions.get().replication.applicationToToken);
  const application = directory.applications.find((row) => row.appId === appId);
  const isKnown = application !== undefined && directory.applications.ageMs(application.id) >= delayMs;
  if (!isKnown) throw refusals.unknownApplication(appId, tenant.displayName);
  checkSecret(tools, application, secret);
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
