import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { tenant as sandboxTenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { createBrowserSignIn } from '../../src/microsoft/browserSignIn.ts';
import { cloudSchema } from '../../src/microsoft/cloud.ts';
import { createSender } from '../../src/microsoft/index.ts';
import { SetupError } from '../../src/setup/errors.ts';
import { permissions, type Resource } from '../../src/setup/permissions.ts';
import type { StepId } from '../../src/setup/run.ts';
import { openTenant } from '../microsoft/tenant.ts';
import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import { Browser } from '../scenario/browser.ts';
import { createWorld, type World } from '../setup/world.ts';

jest.setTimeout(90_000);

const root = join(__dirname, '../..');
const titles: Readonly<Record<Resource, string>> = { graph: 'Microsoft Graph', dynamics: 'Dynamics CRM', powerApps: 'PowerApps Service', keyVault: 'Azure Key Vault' };

/** One row of a table of the page. */
interface Listed {
  readonly resource: string;
  readonly scope: string;
  readonly way: string;
  readonly requests: readonly string[];
  readonly without: string;
}

const listed = readFileSync(join(root, 'docs/permissions.md'), 'utf8').split(/^## /mu).slice(1).flatMap(rowsOf);

function rowsOf(section: string): Listed[] {
  const [resource = '', ...lines] = section.split('\n');
  return lines.flatMap((line) => {
    const [, scope, way = '', requests = '', without = ''] = /^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/u.exec(line) ?? [];
    return scope === undefined ? [] : [{ resource, scope, way, requests: [...requests.matchAll(/`([^`]+)`/gu)].map(([, name = '']) => name), without }];
  });
}

const names = (all: Iterable<string>): string[] => [...new Set(all)].toSorted();
const ownSection = 'The sign-in application itself';
const ofSignIn = listed.filter(({ resource }) => resource === ownSection);
const onPage = names(listed.filter((one) => !ofSignIn.includes(one)).map(({ resource, scope }) => `${resource}: ${scope}`));

/** Each request to Graph as the code names it, with the permission that it asks for. */
function requestsInCode(): string[] {
  const folder = join(root, 'src/microsoft/graph');
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  return names(sources.flatMap((source) => [...source.matchAll(/\bname: '([^']+)',\s+scope: '([^']+)'/gu)].map(([, name, scope]) => `${scope}: ${name}`)));
}

test('the page lists exactly the permissions that the bot knows', () => {
  expect(onPage).toEqual(names(permissions.map(({ resource, scope }) => `${titles[resource]}: ${scope}`)));
});

test('the page says of each which way needs it, and what happens without it', () => {
  const ways = { 'both': ['entra', 'microsoft365'], 'Microsoft Entra application': ['entra'], 'Microsoft 365 user': ['microsoft365'] };
  for (const { resource, scope, paths } of permissions) {
    const row = listed.find((one) => one.resource === titles[resource] && one.scope === scope);
    expect({ scope, paths: Object.entries(ways).find(([name]) => name === row?.way)?.[1] }).toEqual({ scope, paths });
    expect(row?.without).toMatch(/\.$/u);
  }
});

test('the page names each request to Graph under the permission that the code asks for it', () => {
  const requests = listed.filter(({ resource }) => resource === titles.graph).flatMap(({ scope, requests: of }) => of.map((name) => `${scope}: ${name}`));
  expect(requestsInCode()).toContain('User.Read: GET /me/transitiveMemberOf');
  expect(names(requests)).toEqual(requestsInCode());
});

test('no request to Graph goes without a permission', () => {
  const folder = join(root, 'src/microsoft/graph');
  const unnamed = readdirSync(folder).flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/\bname: '((?:GET|POST|PATCH|DELETE|PUT) [^']+)',(?!\s+scope: ')/gu)].map(([, name]) => name));
  expect(unnamed).toEqual([]);
});

describe('Signing in', () => {
  const { appId: clientId, secret, applicationIdUri } = registrations.signIn;
  /** As the code that puts everything together names it, with the id of the sandbox's bot. */
  const [, ownScope = ''] = /scope: `api:\/\/botid-[^/]+\/(\w+)`/u.exec(readFileSync(join(root, 'src/application.ts'), 'utf8')) ?? [];
  const scopesIn = (scope: string | null | undefined) => (scope ?? '').split(' ').map((one) => one.replace(`${applicationIdUri}/`, ''));
  const requestsSchema = z.array(z.object({ path: z.string(), body: z.record(z.string(), z.unknown()).nullish() }));

  test('in a browser, with its code and its renewal, asks for exactly what the page lists', async () => {
    const tenant = await openTenant();
    const signIn = createBrowserSignIn({
      cloud: cloudSchema.parse(tenant.sandbox.cloud), send: createSender(), scope: `${applicationIdUri}/${ownScope}`, client: { tenantId: sandboxTenant.id, clientId, proof: { kind: 'secret', secret } },
    });
    const codeVerifier = 'v'.repeat(43);
    const request = { redirectUri: 'http://localhost:9/sign-in/callback', state: 's', nonce: 'n', codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'), choosesAccount: false };
    const address = await signIn.address(request);
    const browser = new Browser();
    await browser.open(address);
    await browser.choose('alex').catch(() => undefined);
    await (await signIn.redeem(new URL(browser.visited.at(-1) ?? '').searchParams.get('code') ?? '', request)).renew();
    const given = requestsSchema.parse(await (await fetch(`${tenant.sandbox.url}/_sandbox/requests`)).json()).filter(({ path }) => path.includes('/oauth2/v2.0/token')).map(({ body }) => body ?? {});
    const own = given.filter(({ grant_type: grant }) => grant === 'authorization_code' || grant === 'refresh_token').map(({ scope }) => z.string().parse(scope));
    await tenant.close();
    expect(own).toHaveLength(2);
    for (const asked of [new URL(address).searchParams.get('scope'), ...own]) expect(names(scopesIn(asked))).toEqual(names(ofSignIn.map(({ scope }) => scope)));
  });

  test('needs nothing of which the page does not say what happens without it, by both ways', () => {
    expect(ofSignIn).toHaveLength(4);
    for (const { way, without } of ofSignIn) expect([way, without]).toEqual(['both', expect.stringMatching(/\.$/u)]);
  });
});

describe('In whole setups', () => {
  const resources: readonly (readonly [RegExp, Resource])[] = [
    [/^https:\/\/graph\.microsoft\.com$/u, 'graph'],
    [/^https:\/\/(?:localhost:\d+|globaldisco\.crm\.dynamics\.com)$/u, 'dynamics'],
    [/^https:\/\/service\.powerapps\.com\/?$/u, 'powerApps'],
    [/^https:\/\/vault\.azure\.net$/u, 'keyVault'],
  ];
  /** `Microsoft Graph: User.Read` of `https://graph.microsoft.com/User.Read`. Of the PowerApps Service all there is is asked for, as Microsoft's page says. */
  function permissionOf(scope: string): string {
    const slash = scope.lastIndexOf('/');
    const resource = resources.find(([pattern]) => pattern.test(scope.slice(0, slash)))?.[1];
    if (!resource) throw new Error(`Nobody knows the API of ${scope}`);
    const name = scope.slice(slash + 1);
    return `${titles[resource]}: ${resource === 'powerApps' && name === '.default' ? 'User' : name}`;
  }

  interface Asked {
    readonly path: string;
    readonly status: number;
    readonly body: Readonly<Record<string, string>> | null;
  }

  /** Every permission that Entra was asked for on behalf of people, as it was written. */
  async function askedOf(tenant: TenantHarness): Promise<(Asked & { readonly scopes: readonly string[] })[]> {
    const requests: Asked[] = (await tenant.control('requests')).json;
    const delegated = requests.filter(({ path, body }) => path.includes('/oauth2/v2.0/token') && body?.['requested_token_use'] === 'on_behalf_of');
    const openId = ofSignIn.map(({ scope }) => scope);
    return delegated.map((request) => ({ ...request, scopes: (request.body?.['scope'] ?? '').split(' ').filter((scope) => !openId.includes(scope)) }));
  }

  /** Consents to what Entra has refused, and to nothing else. A token carries everything that is consented to: with more, less would be asked for. */
  async function consent(tenant: TenantHarness): Promise<void> {
    const refused = (await askedOf(tenant)).filter(({ status }) => status === 400).flatMap(({ scopes }) => scopes);
    const scope = names(refused.map((one) => one.replace(/\/+\.default$/u, '/User'))).join(' ');
    const query = { client_id: registrations.signIn.appId, redirect_uri: 'http://127.0.0.1:1/sign-in/consented', scope };
    const url = `${tenant.sandbox.url}/${sandboxTenant.id}/v2.0/adminconsent?${new URLSearchParams(query).toString()}`;
    const { status } = await fetch(url, { method: 'POST', body: new URLSearchParams({ account: 'alex' }), redirect: 'manual' });
    expect(status).toBe(302);
  }

  /** The same, with an administrator beside it who consents whenever something waits for it. */
  function consenting<T>(part: T, agree: () => Promise<void>): T {
    if (typeof part === 'function') {
      const call = part;
      const again = (...given: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(call, undefined, given);
        if (!(answer instanceof Promise)) return consenting(answer, agree);
        return answer.catch(async (error: unknown) => {
          if (!(error instanceof SetupError) || error.code !== 'E-CONSENT') throw error;
          await agree();
          return again(...given);
        });
      };
      return again as T;
    }
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, consenting(one, agree)])) as T;
  }

  /** From the first words to the last step, with a new key or password after it, the key into a vault, and by asking a colleague. */
  async function askedFor(last: StepId): Promise<string[]> {
    const world: World = await createWorld('alex', (microsoft) => consenting(microsoft, () => consent(world.tenant)));
    await world.tenant.control('sign-in', { userId: '29:alex', persona: 'alex', prompt: 'consent' });
    await world.goTo(last);
    world.command('ask', { stepId: last, wanted: 'priya@contoso.onmicrosoft.com' });
    await world.settle();
    world.approve(last);
    await world.until(last, 'done');
    // A new key or password in place of the first.
    world.command('retry', { stepId: last, confirmed: true });
    await world.until(last, 'planned');
    if (last === 'keyAndProof') {
      world.command('submit', { stepId: last, vault: world.tenant.sandbox.vaults['customer-vault'].url });
      await world.until(last, 'planned');
    }
    world.approve(last);
    await world.until(last, 'done');
    const asked = await askedOf(world.tenant);
    await world.close();
    return names(asked.flatMap(({ scopes }) => scopes).map(permissionOf));
  }

  const askedByBoth: string[] = [];
  test.each([
    ['entra', 'keyAndProof'],
    ['microsoft365', 'passwordAndProof'],
  ] as const)('by the way of %s, nothing is asked for that the page does not list for it', async (path, last) => {
    const asked = await askedFor(last);
    const ofThisWay = permissions.filter(({ paths }) => paths.includes(path)).map(({ resource, scope }) => `${titles[resource]}: ${scope}`);
    askedByBoth.push(...asked);
    expect(asked.filter((one) => !ofThisWay.includes(one))).toEqual([]);
    expect(asked).toContain('Microsoft Graph: User.Read');
  });

  test('everything that the page lists is asked for', () => {
    expect(names(askedByBoth)).toEqual(onPage);
  });
});
