import type { SandboxRequest } from '../service.ts';
import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { badPayload } from './errors.ts';

/** One authenticated request to an environment, for whatever answers it. */
export interface Exchange {
  readonly environment: Environment;
  readonly caller: Caller;
  readonly request: SandboxRequest;
}

/** Whether a preference such as `return=representation` or `odata.maxpagesize` stands in `Prefer`; its value where it has one. */
export function preference(request: SandboxRequest, name: string): string | undefined {
  const preferences = (request.headers['prefer'] ?? '').split(/[,;]/).map((each) => each.trim());
  const found = preferences.find((each) => each === name || each.startsWith(`${name}=`));
  return found === undefined ? undefined : found.slice(name.length + 1).replaceAll('"', '');
}

/** The body as an object; a missing one, a list or a plain value is refused. */
export function bodyObject(request: SandboxRequest, entitySet: string): Readonly<Record<string, unknown>> {
  const { body } = request;
  if (!isObject(body)) throw badPayload(entitySet, 'A non-empty payload is expected.');
  return body;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
