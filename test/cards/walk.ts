export type Node = Readonly<Record<string, unknown>>;

/** Every object in a card, outermost first. What stands in a `fallback` only when asked for. */
export function nodes(value: unknown, withFallbacks = false): Node[] {
  if (Array.isArray(value)) return value.flatMap((each) => nodes(each, withFallbacks));
  if (!isNode(value)) return [];
  const inner = Object.entries(value).filter(([name]) => withFallbacks || name !== 'fallback');
  return [value, ...inner.flatMap(([, each]) => nodes(each, withFallbacks))];
}

export function actionsOf(card: unknown): Node[] {
  return nodes(card).filter(({ type }) => typeof type === 'string' && type.startsWith('Action.'));
}

export function inputsOf(card: unknown): Node[] {
  return nodes(card).filter(({ type }) => typeof type === 'string' && type.startsWith('Input.'));
}

/** Every string in a card, fallbacks included. */
export function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
