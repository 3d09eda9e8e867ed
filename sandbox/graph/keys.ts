import { refusals } from './errors.ts';
import type { GraphCall } from './request.ts';

/** How an address names one row: by its id or by an alternate key. */
export interface EntityKey {
  readonly property: string;
  readonly value: string;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads `{id}` or `(name='value')` of the route; throws Graph's 400 for an id that is none and for an unknown key. */
export function keyOf({ parts }: GraphCall, alternateKeys: readonly string[]): EntityKey {
  const { id, keyName, keyValue = '' } = parts;
  if (id !== undefined) return { property: 'id', value: checkedId(id) };
  if (keyName === undefined || !alternateKeys.includes(keyName)) throw refusals.malformed(`The property '${keyName ?? ''}' is not an alternate key.`);
  if (keyValue === '') throw refusals.malformed(`The key '${keyName}' must not be empty.`);
  return { property: keyName, value: keyValue.replaceAll("''", "'") };
}

/** Keys compare without regard to case. */
export function isKey(row: Readonly<Record<string, unknown>>, { property, value }: EntityKey): boolean {
  const own = row[property];
  return typeof own === 'string' && own.toLowerCase() === value.toLowerCase();
}

function checkedId(id: string): string {
  if (!guid.test(id)) throw refusals.invalidId(id);
  return id;
}
