import { badQuery, unknownSegment } from './errors.ts';
import { isGuid } from './row.ts';

/** One segment of a resource path: `systemusers(…)` has arguments, `systemusers` has none, `WhoAmI()` has empty ones. */
export interface Segment {
  readonly name: string;
  readonly args?: string;
}

const root = '/api/data/v9.2';
const segmentPattern = /^(\$?[A-Za-z_][\w.]*)(?:\((.*)\))?$/s;

/** The segments below the only version of the API that this sandbox serves. */
export function parsePath(path: string): Segment[] {
  if (path !== root && !path.startsWith(`${root}/`)) throw unknownSegment(path.split('/').filter(Boolean)[2] ?? path);
  const below = path.slice(root.length).replace(/^\//, '');
  const parts = splitOutsideParentheses(below);
  if (parts.join('/') !== below) throw badQuery(`Bad Request - Error in query syntax: '${below}'.`);
  return parts.map(parseSegment);
}

function parseSegment(text: string): Segment {
  const [, name, args] = segmentPattern.exec(text) ?? [];
  if (name === undefined) throw unknownSegment(text);
  return args === undefined ? { name } : { name, args };
}

function splitOutsideParentheses(path: string): string[] {
  return path.match(/(?:[^/('"]|\((?:'(?:[^']|'')*'|[^')])*\))+/g) ?? [];
}

/** The id of a segment such as `leads(…)`, or `leads(leadid=…)` when the key's own name stands there. */
export function idIn({ name, args = '' }: Segment, key: string): string {
  const id = args.startsWith(`${key}=`) ? args.slice(key.length + 1) : args;
  if (!isGuid(id)) throw badQuery(`Bad Request - Error in query syntax: '${args}' is not a key of '${name}'.`);
  return id.toLowerCase();
}

/** The arguments of a function by name; `@p1` is looked up among the query options, quotes are taken off. */
export function functionArguments({ args = '' }: Segment, query: URLSearchParams): Record<string, string> {
  const pairs = args.split(',').filter((part) => part !== '').map((part) => part.split('='));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), unquoted(value.startsWith('@') ? (query.get(value) ?? '') : value)]));
}

function unquoted(value: string): string {
  return /^'.*'$/s.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
}
