import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import type { Conditions } from '../conditions.ts';
import type { Directory } from '../directory/directory.ts';
import { ODataError, parseQuery, type Query } from '../odata/index.ts';
import type { AccessToken, SandboxAnswer, SandboxRequest } from '../service.ts';
import { refusals } from './errors.ts';

/** One authenticated call to Graph, and what answers it. */
export interface GraphCall {
  readonly clock: TenantClock;
  readonly conditions: Conditions;
  readonly directory: Directory;
  readonly caller: AccessToken;
  readonly request: SandboxRequest;
  /** Named groups of the route that matched. */
  readonly parts: Readonly<Record<string, string | undefined>>;
}

export type GraphHandler = (call: GraphCall) => SandboxAnswer;

/** The typed query options; Graph's 400 for whatever cannot be parsed. */
export function queryOf({ request }: GraphCall): Query {
  try {
    return parseQuery(withCanonicalFunctions(request.query));
  } catch (error) {
    if (error instanceof ODataError) throw refusals.invalidFilter(error.message);
    throw error;
  }
}

/** Graph's own documentation writes `startsWith` and `endsWith`, which Graph takes as well as the names of OData. */
function withCanonicalFunctions(query: URLSearchParams): URLSearchParams {
  const filter = query.get('$filter');
  if (filter === null) return query;
  const canonical = filter.replaceAll(/'(?:[^']|'')*'|\b(?:startsWith|endsWith)(?=\()/g, (found) => (found.startsWith("'") ? found : found.toLowerCase()));
  const changed = new URLSearchParams(query);
  changed.set('$filter', canonical);
  return changed;
}

/** The body as a JSON object, or Graph's 400. */
export function bodyOf({ request }: GraphCall): Readonly<Record<string, unknown>> {
  if (request.body === undefined) throw refusals.bodyMissing();
  const body = z.record(z.string(), z.unknown()).safeParse(request.body);
  if (!body.success) throw refusals.malformed('Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
  return body.data;
}

/** Whether `Prefer` lists this preference. */
export function prefers({ request }: GraphCall, preference: string): boolean {
  return (request.headers['prefer'] ?? '').split(',').some((one) => one.trim() === preference);
}

export function hasEventualConsistency({ request }: GraphCall): boolean {
  return request.headers['consistencylevel']?.toLowerCase() === 'eventual';
}
