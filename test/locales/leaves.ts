import { isNode } from '../cards/walk.ts';

/** Every sentence under a group with its whole key, such as `bot.signInTitle`. */
export function leaves(group: unknown, path = ''): [string, string][] {
  if (typeof group === 'string') return [[path, group]];
  if (!isNode(group)) return [];
  return Object.entries(group).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
}
