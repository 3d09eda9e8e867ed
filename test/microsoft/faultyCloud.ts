import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

import { loadCertificate } from '../../sandbox/certificate.ts';
import { openFiles } from '../../sandbox/files.ts';
import { type Cloud, publicCloud } from '../../src/microsoft/cloud.ts';

/** What the next request gets. `cut` closes the connection unanswered, `cutInBody` in the middle of an answer, `silence` never answers. */
export type Scripted = { status: number; headers?: Record<string, string>; body?: unknown } | 'cut' | 'cutInBody' | 'silence';

export interface FaultyCloud {
  readonly cloud: Cloud;
  readonly environment: { readonly url: string };
  /** Answers to the requests of the APIs, in order; the last one is repeated. */
  api(...answers: Scripted[]): void;
  /** The same for the token endpoint; without a script it gives tokens. */
  tokens(...answers: Scripted[]): void;
  /** Method and path of what came, without what the token endpoint got. */
  readonly requests: string[];
  readonly tokenRequests: string[];
  /** Called with every request to an API. */
  onRequest: (headers: IncomingMessage['headers']) => void;
  reset(): void;
  close(): Promise<void>;
}

export const tenantId = '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f';
export const accessToken = 'eyJhbGciOiJub25lIn0.eyJhdWQiOiJ0ZXN0In0.c2lnbmF0dXJl';

/** Entra, Graph and Dataverse on one https port that answer what the test tells them to. */
export async function openFaultyCloud(): Promise<FaultyCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-setup-'));
  const { privateKey, certificate } = await loadCertificate(await openFiles(folder));
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);
  let apiScript: Scripted[] = [];
  let tokenScript: Scripted[] = [];
  const server = createServer({ key: privateKey, cert: certificate }, (request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  // Listening on a port: the address is no pipe.
  const { port } = server.address() as AddressInfo;
  const origin = `https://localhost:${port}`;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    if (url.includes('openid-configuration')) return send(response, { status: 200, body: metadata(origin) });
    const isToken = url.includes('/oauth2/v2.0/token');
    (isToken ? faulty.tokenRequests : faulty.requests).push(`${method} ${url.split('?')[0]}`);
    if (!isToken) faulty.onRequest(request.headers);
    const script = isToken ? tokenScript : apiScript;
    return send(response, (script.length > 1 ? script.shift() : script[0]) ?? (isToken ? goodToken : { status: 404 }));
  }

  const faulty: FaultyCloud = {
    cloud: {
      ...publicCloud,
      name: 'faulty',
      entra: { authorityHost: origin, instanceDiscovery: false },
      graph: { url: `${origin}/v1.0`, scope: 'https://graph.example/.default' },
      discovery: { url: `${origin}/discovery`, scope: 'https://discovery.example/.default' },
      powerPlatform: { url: origin, scope: 'https://powerplatform.example/.default' },
      dataverseHost: `^localhost:${port}$`,
    },
    environment: { url: origin },
    api: (...answers) => { apiScript = answers; },
    tokens: (...answers) => { tokenScript = answers; },
    requests: [],
    tokenRequests: [],
    onRequest: () => {},
    reset: () => {
      apiScript = [];
      tokenScript = [];
      faulty.requests.length = 0;
      faulty.tokenRequests.length = 0;
      faulty.onRequest = () => {};
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
      await rm(folder, { recursive: true, force: true });
    },
  };
  return faulty;
}

const goodToken: Scripted = {
  status: 200,
  body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: accessToken },
};

function metadata(origin: string): object {
  const base = `${origin}/${tenantId}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

function send(response: ServerResponse, scripted: Scripted): void {
  if (scripted === 'silence') return;
  if (scripted === 'cut') {
    response.destroy();
    return;
  }
  if (scripted === 'cutInBody') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
    response.write('{"value":[', () => response.destroy());
    return;
  }
  const text = typeof scripted.body === 'string' || Buffer.isBuffer(scripted.body) ? scripted.body : JSON.stringify(scripted.body ?? {});
  response.writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers });
  response.end(text);
}
