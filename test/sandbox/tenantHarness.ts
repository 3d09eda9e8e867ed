import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientSecretCredential, OnBehalfOfCredential } from '@azure/identity';
import { tenant, type PersonaName } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';

/** An answer read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body, or undefined when there is none. */
  readonly json: any; // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of many shapes
}

/** A sandbox on free ports, trusted by this process, with the calls that a bot would make. */
export interface TenantHarness {
  readonly sandbox: Sandbox;
  /** A folder that goes with the sandbox. */
  readonly dataDir: string;
  call(method: string, url: string, options?: { token?: string; body?: unknown; headers?: Record<string, string> }): Promise<Reply>;
  graph(persona: PersonaName, method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Reply>;
  control(path: string, body?: unknown): Promise<Reply>;
  advance(duration: string): Promise<void>;
  /** The bot's own token for Bot Framework. */
  botToken(): Promise<string>;
  /** What single sign-on gives the bot for this person. */
  assertion(persona: PersonaName): Promise<string>;
  /** A token of the person for a scope, by on-behalf-of. */
  delegatedToken(persona: PersonaName, scope: string): Promise<string>;
  applicationToken(clientId: string, clientSecret: string, scope: string): Promise<string>;
  close(): Promise<void>;
}

export const graphScope = 'https://graph.microsoft.com/.default';

export async function startTenant(botEndpoint = 'http://127.0.0.1:1/api/messages'): Promise<TenantHarness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const sandbox = await startSandbox({ port: 0, botEndpoint, dataDir });
  setDefaultCACertificates([...getCACertificates('default'), sandbox.caCertificate]);
  const authority = { authorityHost: sandbox.cloud.entra.authorityHost, disableInstanceDiscovery: true };

  const call: TenantHarness['call'] = async (method, url, { token, body, headers = {} } = {}) => {
    const response = await fetch(url, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, json: isJson && text !== '' ? JSON.parse(text) : undefined };
  };
  const control: TenantHarness['control'] = (path, body) => call(body === undefined ? 'GET' : 'POST', `${sandbox.url}/_sandbox/${path}`, { body });
  const applicationToken: TenantHarness['applicationToken'] = async (clientId, clientSecret, scope) =>
    (await new ClientSecretCredential(tenant.id, clientId, clientSecret, authority).getToken(scope)).token;
  const botToken = () => applicationToken(registrations.bot.appId, registrations.bot.secret, 'https://api.botframework.com/.default');
  const assertions = new Map<PersonaName, { readonly token: string; readonly goodUntil: number }>();
  let clockOffsetMs = 0;
  /** The same for as long as it is good, as the token service keeps it. */
  const assertion: TenantHarness['assertion'] = async (persona) => {
    const now = Date.now() + clockOffsetMs;
    const known = assertions.get(persona);
    if (known && now < known.goodUntil) return known.token;
    const token = await signedIn(persona);
    assertions.set(persona, { token, goodUntil: now + 45 * 60_000 });
    return token;
  };
  const signedIn = async (persona: PersonaName): Promise<string> => {
    const userId = `29:${persona}`;
    await control('sign-in', { userId, persona });
    const query = new URLSearchParams({ userId, connectionName: registrations.oauthConnection, channelId: 'msteams' });
    return (await call('GET', `${sandbox.url}/api/usertoken/GetToken?${query.toString()}`, { token: await botToken() })).json.token;
  };
  const delegatedToken: TenantHarness['delegatedToken'] = async (persona, scope) => {
    const client = { tenantId: tenant.id, clientId: registrations.signIn.appId, clientSecret: registrations.signIn.secret };
    const credential = new OnBehalfOfCredential({ ...client, userAssertionToken: await assertion(persona), ...authority });
    return (await credential.getToken(scope)).token;
  };
  const graphTokens = new Map<PersonaName, Promise<string>>();
  const graphToken = (persona: PersonaName) => {
    const token = graphTokens.get(persona) ?? delegatedToken(persona, graphScope);
    graphTokens.set(persona, token);
    return token;
  };
  return {
    sandbox,
    dataDir,
    call,
    control,
    botToken,
    assertion,
    delegatedToken,
    applicationToken,
    graph: async (persona, method, path, options) => call(method, `${sandbox.cloud.graph.url}${path}`, { ...options, token: await graphToken(persona) }),
    advance: async (duration) => {
      graphTokens.clear();
      const { now } = (await control('clock', { advance: duration })).json;
      clockOffsetMs = Date.parse(now) - Date.now();
    },
    close: async () => {
      await sandbox.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
