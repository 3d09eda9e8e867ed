import type { ComparisonOperator, Filter, LambdaTest, Literal, Path, TextFunction } from './filter.ts';

/** Variables of the lambdas around an expression. */
type Scope = Readonly<Record<string, unknown>>;

/**
 * Whether a row satisfies the filter. Text compares without regard to case, as in Entra and in Dataverse; a missing
 * property is null; null satisfies `eq null` and `ne` anything else, and no order. Collections for `any` are arrays.
 */
export function matches(row: unknown, filter: Filter, scope: Scope = {}): boolean {
  switch (filter.op) {
    case 'and':
      return matches(row, filter.left, scope) && matches(row, filter.right, scope);
    case 'or':
      return matches(row, filter.left, scope) || matches(row, filter.right, scope);
    case 'not':
      return !matches(row, filter.operand, scope);
    case 'any':
      return matchesAny(row, filter, scope);
    case 'startswith':
    case 'endswith':
    case 'contains':
      return matchesText(filter.op, valueAt(row, filter.path, scope), String(filter.literal.value));
    default:
      return compare(filter.op, valueAt(row, filter.path, scope), filter.literal);
  }
}

/** The value that a path leads to, or null. */
export function valueAt(row: unknown, path: Path, scope: Scope = {}): unknown {
  const [first = '', ...rest] = path;
  const [start, names] = Object.hasOwn(scope, first) ? [scope[first], rest] : [row, path];
  return names.reduce<unknown>((value, name) => property(value, name), start) ?? null;
}

function property(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function matchesAny(row: unknown, filter: LambdaTest, scope: Scope): boolean {
  const items = valueAt(row, filter.path, scope);
  if (!Array.isArray(items)) return false;
  const { variable, where } = filter;
  return items.some((item) => where === undefined || matches(row, where, { ...scope, [variable]: item }));
}

function matchesText(op: TextFunction, value: unknown, wanted: string): boolean {
  if (typeof value !== 'string') return false;
  const [text, part] = [value.toLowerCase(), wanted.toLowerCase()];
  if (op === 'contains') return text.includes(part);
  return op === 'startswith' ? text.startsWith(part) : text.endsWith(part);
}

function compare(op: ComparisonOperator, value: unknown, literal: Literal): boolean {
  const [left, right] = [comparable(value, literal), comparable(literal.value, literal)];
  if (op === 'eq') return left === right;
  if (op === 'ne') return left !== right;
  if (left === null || right === null || typeof left !== typeof right) return false;
  if (op === 'gt') return left > right;
  if (op === 'ge') return left >= right;
  return op === 'lt' ? left < right : left <= right;
}

function comparable(value: unknown, { kind }: Literal): string | number | boolean | null {
  if (typeof value === 'string') return kind === 'datetime' ? Date.parse(value) : value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
