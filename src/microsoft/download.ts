import { z } from 'zod';

import { type Sentence, say } from '../setup/sentence.ts';
import { claimsOfChallenge } from './claims.ts';
import type { RequestTrace } from './correlation.ts';
import { networkFailure, type RequestFailure } from './failure.ts';

/** An answer of plain fetch that is not 2xx. */
class HttpRefusal extends Error {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What the other side sends is larger than anybody would want to have here. */
class TooLarge extends Error {
  readonly noticed: Sentence;

  constructor(maxBytes: number) {
    super('too large');
    this.noticed = tooLarge(maxBytes);
  }
}

export function tooLarge(maxBytes: number): Sentence {
  return say('noticed.tooLarge', { megabytes: Math.round(maxBytes / 1024 / 1024) });
}

/** GET over https without redirects, at most `maxBytes`. Throws what `httpFailure` reads. */
export async function download(
  url: string,
  { signal, token, maxBytes }: { signal: AbortSignal; token?: string; maxBytes: number },
): Promise<Uint8Array> {
  const headers = { 'User-Agent': 'LeadSetup', ...(token !== undefined && { Authorization: `Bearer ${token}`, Accept: 'application/json' }) };
  return await receive(await fetch(url, { signal, headers, redirect: 'error' }), maxBytes);
}

/** What another side than the one that was meant would answer, or none that may be believed. */
class Misled extends Error {
  readonly noticed: Sentence;

  constructor(noticed: Sentence) {
    super(noticed.key);
    this.noticed = noticed;
  }
}

const mostRedirects = 3;
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/**
 * GET over https without credentials; a redirect is followed to a host of `hosts` only (`host` or `host:port`, as `URL.host` writes it).
 * Each hop is a request of its own, so nothing is carried along. Throws what `httpFailure` reads.
 */
export async function downloadFrom(url: string, { signal, hosts, maxBytes }: { signal: AbortSignal; hosts: readonly string[]; maxBytes: number }): Promise<Uint8Array> {
  let address = url;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const response = await fetch(address, { signal, headers: { 'User-Agent': 'LeadSetup' }, redirect: 'manual', credentials: 'omit' });
    const location = redirects.includes(response.status) ? response.headers.get('location') : null;
    if (location === null) return await receive(response, maxBytes);
    await response.body?.cancel();
    address = trusted(location, address, hosts);
  }
  throw new Misled(say('noticed.redirectedTooOften', { most: mostRedirects }));
}

function trusted(location: string, from: string, hosts: readonly string[]): string {
  const next = URL.parse(location, from);
  if (next?.protocol !== 'https:' || next.username !== '' || next.password !== '') throw new Misled(say('noticed.redirectNotHttps'));
  if (!hosts.includes(next.host)) throw new Misled(say('noticed.redirectedElsewhere', { host: next.host }));
  return next.href;
}

/** POST of JSON over https without redirects; what is answered is not looked at. Throws what `httpFailure` reads. */
export async function post(url: string, { signal, trace, token, body }: { signal: AbortSignal; trace: RequestTrace; token: string; body: object }): Promise<void> {
  const headers = { 'User-Agent': 'LeadSetup', Authorization: `Bearer ${token}`, Accept: 'application/json', 'Content-Type': 'application/json', [trace.header]: trace.clientRequestId };
  const response = await fetch(url, { method: 'POST', signal, headers, body: JSON.stringify(body), redirect: 'error' });
  trace.answered((name) => response.headers.get(name));
  await receive(response, mostAnswered);
}

const mostAnswered = 1_000_000;

async function receive(response: Response, maxBytes: number): Promise<Uint8Array> {
  const body = await readAtMost(response, maxBytes);
  if (!response.ok) throw new HttpRefusal(refusalOf(response, body));
  return body;
}

export function httpFailure(error: unknown): RequestFailure {
  if (error instanceof HttpRefusal) return error.failure;
  return error instanceof TooLarge || error instanceof Misled ? { kind: 'answered', message: '', noticed: error.noticed } : networkFailure(error);
}

export async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw new TooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new TooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refusalOf(response: Response, body: Uint8Array): RequestFailure {
  const { code, message } = errorIn(Buffer.from(body).toString('utf8'));
  return {
    kind: 'answered',
    status: response.status,
    code,
    message,
    requestId: ['x-ms-service-request-id', 'x-ms-request-id', 'x-ms-correlation-id'].flatMap((name) => response.headers.get(name) ?? []).at(0),
    retryAfter: response.headers.get('retry-after') ?? undefined,
    claims: claimsOfChallenge(response.headers.get('www-authenticate')),
  };
}

const errorSchema = z.object({ error: z.object({ code: z.string().optional(), message: z.string().catch('') }) });

function errorIn(body: string): { code: string | undefined; message: string } {
  try {
    const { error } = errorSchema.parse(JSON.parse(body));
    return { code: error.code, message: error.message };
  } catch {
    return { code: undefined, message: body };
  }
}
