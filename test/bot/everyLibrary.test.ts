import http from 'node:http';
import https from 'node:https';

import { ClientSecretCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';
import axios from 'axios';
import { ConnectorClient, MicrosoftAppCredentials } from 'botframework-connector';
import { DynamicsWebApi } from 'dynamics-web-api';
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
import { Agent, fetch as undiciFetch } from 'undici';

import { guardOutgoing } from '../../src/microsoft/outgoing.ts';
import { failureOf, leadingTo, over, startCounting } from '../microsoft/counting.ts';

let counting: Awaited<ReturnType<typeof startCounting>>;
let endGuard = (): void => {};

beforeAll(async () => {
  counting = await startCounting();
});
afterAll(() => counting.close());
beforeEach(() => counting.forget());
afterEach(() => endGuard());

const tenantId = '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f';
const token = { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) };
const root = (): string => `https://name.example:${counting.port}`;
const noRetries = { retryOptions: { maxRetries: 0 } };

/** Everything here that makes requests, each as its library makes them. */
const ways: [string, () => Promise<unknown>][] = [
  ['fetch', () => fetch(root())],
  ['fetch of undici, with an agent of its own', () => undiciFetch(root(), { dispatcher: new Agent() })],
  ['node:http', () => over(http, { host: 'name.example', port: counting.port })],
  ['node:https', () => over(https, { host: 'name.example', port: counting.port })],
  ['node:https with an agent of its own', () => over(https, { host: 'name.example', port: counting.port, agent: new https.Agent({ keepAlive: true }) })],
  ['@azure/identity', () =>
    new ClientSecretCredential(tenantId, tenantId, 's', { authorityHost: root(), disableInstanceDiscovery: true, ...noRetries }).getToken('https://x/.default')],
  ['@azure/keyvault-secrets', () => new SecretClient(root(), token, { disableChallengeResourceVerification: true, ...noRetries }).getSecret('key')],
  ['@azure/msal-node', () =>
    new ConfidentialClientApplication({
      auth: { clientId: tenantId, clientSecret: 's', authority: `${root()}/${tenantId}`, knownAuthorities: [`name.example:${counting.port}`] },
    }).acquireTokenByClientCredential({ scopes: ['https://x/.default'] })],
  ['@microsoft/microsoft-graph-client', () =>
    Client.init({ baseUrl: root(), customHosts: new Set(['name.example']), authProvider: (done) => done(null, 'a-token') }).api('/me').get()],
  ['dynamics-web-api', () => new DynamicsWebApi({ serverUrl: root(), dataApi: { version: '9.2' } }).callFunction({ name: 'WhoAmI', token: 'a-token' })],
  ['botframework-connector', () =>
    new ConnectorClient(new MicrosoftAppCredentials('', ''), { baseUri: root(), ...noRetries }).conversations.getConversationMembers('a', { abortSignal: AbortSignal.timeout(300) })],
  ['axios, which botbuilder brings', () => axios.get(root())],
  ['jose', async () => {
    const signed = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('x'.repeat(32)));
    await jwtVerify(signed.replace(/^[^.]+/u, Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')), createRemoteJWKSet(new URL(root()), { timeoutDuration: 500 }));
  }],
];

describe.each(ways)('%s', (_name, call) => {
  test('calls no name that leads to this machine', async () => {
    endGuard = guardOutgoing({ allowLoopback: false, lookup: leadingTo('127.0.0.1') });
    expect(await failureOf(call)).toBeDefined();
    expect(counting.connections()).toBe(0);
  });

  test('calls it where a cloud lies on this machine', async () => {
    endGuard = guardOutgoing({ allowLoopback: true, lookup: leadingTo('127.0.0.1') });
    await failureOf(call);
    expect(counting.connections()).toBeGreaterThan(0);
  });
});

