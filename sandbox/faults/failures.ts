import { randomUUID } from 'node:crypto';
import type { TenantClock } from '../clock.ts';
import { DataverseError } from '../dataverse/errors.ts';
import { identified as identifiedByDataverse, refusal } from '../dataverse/answer.ts';
import { GraphError, toAnswer as toGraphAnswer } from '../graph/errors.ts';
import { KeyVaultError, toAnswer as toKeyVaultAnswer } from '../keyVault/errors.ts';
import { identified as identifiedByPowerPlatform, PowerPlatformError, toAnswer as toPowerPlatformAnswer } from '../powerPlatform/errors.ts';
import type { SandboxAnswer, SandboxRequest } from '../service.ts';

type Failure = (status: number, request: SandboxRequest, clock: TenantClock) => SandboxAnswer;

/** How a service words it that it cannot answer now. Codes and texts of Microsoft where they are known; a status without an entry has what stands under 500. */
const failures: Readonly<Record<string, Failure>> = {
  graph: (status, request, clock) => toGraphAnswer(new GraphError(status, ...worded(graphWords, status)), clock, request),
  dataverse: dataverseFailure,
  discovery: dataverseFailure,
  powerPlatform: (status) => identifiedByPowerPlatform(toPowerPlatformAnswer(new PowerPlatformError(status, ...worded(azureWords, status)))),
  keyVault: (status, { origin }) => toKeyVaultAnswer(new KeyVaultError(status, ...worded(keyVaultWords, status)), origin),
  entra: entraFailure,
};

/** A refusal with this status, in the error body of the service; `name` begins with the service's. */
export function failureOf(name: string, status: number, request: SandboxRequest, clock: TenantClock): SandboxAnswer {
  const [, failure] = Object.entries(failures).find(([service]) => name.startsWith(service)) ?? [];
  const [code, message] = worded(azureWords, status);
  return failure?.(status, request, clock) ?? { status, body: { error: { code, message } } };
}

type Words = Readonly<Record<number, readonly [code: string, message: string]>> & { readonly 500: readonly [code: string, message: string] };

function worded(words: Words, status: number): readonly [string, string] {
  return words[status] ?? words[500];
}

/** Source: "Error messages" of the directory's API, and what circulates of Graph's gateway. */
const graphWords: Words = {
  429: ['Request_ThrottledTemporarily', 'Your request is throttled temporarily. Please try after the time that Retry-After gives.'],
  500: ['Service_InternalServerError', 'Encountered an internal server error.'],
  502: ['BadGateway', 'Failed to execute backend request.'],
  503: ['serviceNotAvailable', 'The service is temporarily unavailable. Please try again later.'],
  504: ['UnknownError', ''],
};

/** Source: "Service protection API limits" and "Web service error codes" of Dataverse. */
const dataverseWords: Words = {
  429: ['0x80072322', 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.'],
  500: ['0x80040216', 'An unexpected error occurred.'],
};

const azureWords: Words = {
  429: ['TooManyRequests', 'The request was throttled.'],
  500: ['InternalServerError', 'Encountered internal server error. Please try again.'],
  502: ['BadGateway', 'Bad gateway.'],
  503: ['ServiceUnavailable', 'The service is unavailable.'],
  504: ['GatewayTimeout', 'The gateway did not receive a response in time.'],
};

/** Source: "Azure Key Vault throttling guidance" and "REST API error codes". */
const keyVaultWords: Words = { ...azureWords, 429: ['Throttled', 'Request was not processed because too many requests were received.'], 500: ['InternalServerError', 'An error occurred.'] };

/** What stands before Dataverse answers with a page. */
function dataverseFailure(status: number): SandboxAnswer {
  if (status > 500) return { status, headers: { 'content-type': 'text/html; charset=us-ascii' }, body: page(status) };
  return identifiedByDataverse(refusal(new DataverseError(status, ...worded(dataverseWords, status))));
}

function page(status: number): string {
  const [, message] = worded(azureWords, status);
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><HTML><HEAD><TITLE>${message}</TITLE></HEAD><BODY><h2>${message}</h2><hr><p>HTTP Error ${status}.</p></BODY></HTML>`;
}

/** Source: "AADSTS error codes": a transient error, and too many requests. */
function entraFailure(status: number, _request: SandboxRequest, clock: TenantClock): SandboxAnswer {
  const [code, message] = status === 429 ? [90055, 'There are too many incoming requests. Please retry later.'] : [90033, 'A transient error has occurred. Please try again.'];
  const timestamp = new Date(clock.now()).toISOString();
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  return { status, body: { error: 'temporarily_unavailable', error_description: `AADSTS${code}: ${message}`, error_codes: [code], timestamp, ...ids } };
}
