import type { ForeignComponent } from './solutionComponents.ts';

/**
 * Two lists of partly the same things as one. Whatever of `more` shares its kind and a name or an id with something of `known` is that, and each is one thing
 * only: of no kind are fewer left than the longer list has, whatever things are called.
 */
export function joined(known: readonly ForeignComponent[], more: readonly ForeignComponent[]): ForeignComponent[] {
  const unmatched = byKey(known);
  const matched = new Map<ForeignComponent, ForeignComponent>();
  const rest = more.filter((one) => {
    const same = firstOf(keysOf(one).map((key) => lastUnmatched(unmatched.get(key) ?? [], matched)));
    if (same) matched.set(same, asOne(same, one));
    return !same;
  });
  return [...known.map((one) => matched.get(one) ?? one), ...rest];
}

/** Whether a text is an id that tells a person nothing. */
export function isId(text: string): boolean {
  return /^\{?[\da-f]{8}-[\da-f-]{27}\}?$/iu.test(text);
}

function byKey(components: readonly ForeignComponent[]): Map<string, ForeignComponent[]> {
  const found = new Map<string, ForeignComponent[]>();
  for (const one of components.toReversed()) {
    for (const key of keysOf(one)) {
      const same = found.get(key);
      if (same) same.push(one);
      else found.set(key, [one]);
    }
  }
  return found;
}

function keysOf({ kind, name, aliases = [] }: ForeignComponent): string[] {
  const told = [name, ...aliases].map((text) => text.trim().toLowerCase().replaceAll(/^[{/]|\}$/gu, ''));
  return [...new Set(told.filter(Boolean))].map((text) => `${kind} ${text}`);
}

/** What is matched is left out for good, so that many things of one name take no longer than few. */
function lastUnmatched(candidates: ForeignComponent[], matched: ReadonlyMap<ForeignComponent, unknown>): ForeignComponent | undefined {
  for (let one = candidates.at(-1); one; one = candidates.at(-1)) {
    if (!matched.has(one)) return one;
    candidates.pop();
  }
  return undefined;
}

function firstOf<T>(found: readonly (T | undefined)[]): T | undefined {
  return found.find((one) => one !== undefined);
}

/** Under the better name of both. */
function asOne(first: ForeignComponent, second: ForeignComponent): ForeignComponent {
  const [better, other] = isId(first.name) ? [second, first] : [first, second];
  return { kind: first.kind, name: better.name, aliases: [other.name, ...(first.aliases ?? []), ...(second.aliases ?? [])] };
}
