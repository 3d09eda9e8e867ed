import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

import { z } from 'zod';

import { type PersonaName, personas, tenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { cloudSchema } from '../../src/microsoft/cloud.ts';
import { createMicrosoft, type MicrosoftOptions, type UserAssertions } from '../../src/microsoft/index.ts';
import type { Microsoft } from '../../src/setup/ports/microsoft.ts';
import type { Person } from '../../src/setup/run.ts';

export interface LoggedCall {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly changing: boolean;
}

/** A sandbox over https and the clients under test against it, trusting only its certificate besides the usual ones. */
export interface Tenant {
  readonly sandbox: Sandbox;
  /** Clients without a memory of earlier tokens. */
  newMicrosoft(options?: Partial<MicrosoftOptions>): Microsoft;
  readonly assertions: UserAssertions;
  person(name: PersonaName): Person;
  advanceClock(duration: string): Promise<void>;
  /** Of the sandbox itself: `POST /_sandbox/…`. */
  control(path: string, body: unknown): Promise<unknown>;
  calls(): Promise<LoggedCall[]>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openTenant(): Promise<Tenant> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lead-setup-'));
  const sandbox = await startSandbox({ port: 0, channelPort: 0, botEndpoint: 'http://localhost:9/api/messages', dataDir });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.caCertificate]);
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const assertions = tokenServiceOf(sandbox);
  const signIn = { clientId: registrations.signIn.appId, proof: { kind: 'secret', secret: registrations.signIn.secret } as const };
  const signEverybodyIn = () => Promise.all(
    Object.values(personas).map(({ name }) => control('sign-in', { userId: channelUserId(name), persona: name })),
  );
  await signEverybodyIn();
  return {
    sandbox,
    assertions,
    newMicrosoft: (options) =>
      createMicrosoft({ cloud: cloudSchema.parse(sandbox.cloud), assertions, signInApp: signIn, timing: { sleep: noSleep }, ...options }),
    person: (name) => ({
      tenantId: tenant.id, objectId: personas[name].objectId, channelUserId: channelUserId(name), channelId: 'msteams', name: personas[name].displayName,
    }),
    advanceClock: async (advance) => { await control('clock', { advance }); },
    control,
    calls: async () => callsSchema.parse(await control('requests')),
    reset: async () => {
      await control('reset', {});
      await signEverybodyIn();
    },
    close: async () => {
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Tests wait for nothing; a client that wants to wait is told that it did. */
export async function noSleep(): Promise<void> {}

const callsSchema = z.array(
  z.object({ service: z.string(), method: z.string(), path: z.string(), status: z.number(), changing: z.boolean() }),
);

function channelUserId(name: PersonaName): string {
  return `29:${name}`;
}

/** People's sign-ins as the bot gets them: from Bot Framework's token service, with the bot's own token. */
function tokenServiceOf(sandbox: Sandbox): UserAssertions {
  let botToken: Promise<string> | undefined;
  return {
    assertionFor: async ({ channelUserId: userId, channelId }) => {
      botToken ??= readBotToken(sandbox);
      const query = new URLSearchParams({ userId, channelId, connectionName: registrations.oauthConnection });
      const response = await fetch(`${sandbox.url}/api/usertoken/GetToken?${query.toString()}`, {
        headers: { authorization: `Bearer ${await botToken}` },
      });
      if (response.status === 404) return undefined;
      return z.object({ token: z.string() }).parse(await response.json()).token;
    },
  };
}

async function readBotToken(sandbox: Sandbox): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: registrations.bot.appId,
    client_secret: registrations.bot.secret,
    scope: 'https://api.botframework.com/.default',
  });
  const response = await fetch(`${sandbox.url}/${tenant.id}/oauth2/v2.0/token`, { method: 'POST', body });
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}
