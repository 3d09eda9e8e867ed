import { personas } from './personas.ts';
import type { AccessToken, SandboxRequest } from './service.ts';

/** One call that the sandbox has answered, as `GET /_sandbox/requests` gives it. */
export interface LoggedRequest {
  readonly service: string;
  readonly method: string;
  readonly host: string;
  /** With its query. */
  readonly path: string;
  /** 0 where no service saw it: its connection was cut before. */
  readonly status: number;
  /** User principal name of the person, `application {appId}`, or null without a valid token. */
  readonly actor: string | null;
  /** Secrets masked, long texts cut. */
  readonly body: unknown;
  /** Whether it asked for a change in the tenant: a write to Graph or Dataverse, refused or not. */
  readonly changing: boolean;
}

export interface RequestLog {
  add(entry: LoggedRequest): void;
  all(): readonly LoggedRequest[];
  clear(): void;
}

const mostEntries = 20_000;
const longestTextCharacters = 2_000;

/** Keeps the latest requests in the order of their answers. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    add: (entry) => {
      entries.push(entry);
      if (entries.length > mostEntries) entries.shift();
    },
    all: () => entries,
    clear: () => entries.splice(0),
  };
}

/** What stands in the log for who called. */
export function actorName(token: AccessToken | undefined): string | null {
  if (token === undefined) return null;
  const person = Object.values(personas).find(({ objectId }) => objectId === token.oid);
  return token.idtyp === 'user' && person !== undefined ? person.userPrincipalName : `application ${token.appid}`;
}

/** The address below the host; a one-time code in it is masked. */
export function loggedPath({ path, query }: SandboxRequest): string {
  const shown = new URLSearchParams(query);
  if (shown.get('code')) shown.set('code', mask);
  return shown.size === 0 ? path : `${path}?${decodeURIComponent(shown.toString().replaceAll('+', ' '))}`;
}

const mask = '***';
const secretName = /secret|password$|assertion|^token$|^access_token$|^value$/i;

/** A copy without any value that is a secret by its name. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value === 'string') return value.length > longestTextCharacters ? `(${value.length} characters)` : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, isSecret(name, one) ? mask : masked(one)]));
}

function isSecret(name: string, value: unknown): boolean {
  return typeof value === 'string' && secretName.test(name);
}
