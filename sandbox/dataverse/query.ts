import { filteredProperties, matches, ODataError, parseQuery, type Filter, type PropertyTest, type Query } from '../odata/index.ts';
import type { Environment } from './environment.ts';
import { badQuery, unknownProperty } from './errors.ts';
import { linkedRows, linkOf } from './membership.ts';
import { keyOf, type Row } from './row.ts';
import { tables, type Table, type TableName } from './tables.ts';

/** The query options of a request against rows of this table; refuses what the table does not have. */
export function readQuery(parameters: URLSearchParams, table: Table): Query {
  const query = parsed(parameters);
  checkQuery(query, table);
  return query;
}

function parsed(parameters: URLSearchParams): Query {
  try {
    return parseQuery(new URLSearchParams([...parameters].filter(([name]) => name !== '$skiptoken' && name !== '$id')));
  } catch (error) {
    throw error instanceof ODataError ? badQuery(error.message) : error;
  }
}

function checkQuery(query: Query, table: Table): void {
  for (const column of query.select ?? []) checkColumn(column, table);
  for (const { path } of query.orderby ?? []) checkPath(path, table);
  if (query.filter !== undefined) checkFilter(query.filter, table);
  for (const item of query.expand ?? []) {
    const target = targetOf(table, item.property);
    if (target === undefined) throw unknownProperty(item.property, table.logicalName);
    checkQuery(item.query, target);
  }
}

function checkFilter(filter: Filter, table: Table): void {
  for (const used of filteredProperties(filter)) checkPath(used.split('/'), table);
  const wrong = propertyTests(filter).find(({ path, literal }) => path.length === 1 && isOnlyLookup(table, path[0] ?? '') && literal.kind !== 'null');
  if (wrong === undefined) return;
  const types = `'Microsoft.Dynamics.CRM.${table.lookups[wrong.path[0] ?? ''] ?? ''}' and '${wrong.literal.kind}'`;
  throw badQuery(`A binary operator with incompatible types was detected. Found operand types ${types} for operator kind '${wrong.op}'.`);
}

/** The comparisons of a filter with columns of the row itself, those inside `any` left out. */
function propertyTests(filter: Filter): PropertyTest[] {
  switch (filter.op) {
    case 'and':
    case 'or':
      return [...propertyTests(filter.left), ...propertyTests(filter.right)];
    case 'not':
      return propertyTests(filter.operand);
    case 'any':
      return [];
    default:
      return [filter];
  }
}

/** A lookup's own name leads to a row, which can only be null or not; its id is in `_…_value`. */
function isOnlyLookup(table: Table, name: string): boolean {
  return Object.hasOwn(table.lookups, name) && !Object.hasOwn(table.columns, name);
}

function checkColumn(column: string, table: Table): void {
  const known = column === '*' || Object.hasOwn(table.columns, column) || Object.hasOwn(table.lookups, column);
  if (!known) throw unknownProperty(column, table.logicalName);
}

function checkPath([first = '', ...rest]: readonly string[], table: Table): void {
  const target = targetOf(table, first);
  if (target === undefined) return checkColumn(first, table);
  if (rest.length > 0) checkPath(rest, target);
}

function targetOf(table: Table, property: string): Table | undefined {
  const target = Object.hasOwn(table.lookups, property) ? table.lookups[property] : linkOf(table.logicalName, property)?.target;
  return target === undefined ? undefined : tables[target];
}

/** The rows that the filter keeps, in the order asked for and no more than `$top`. */
export function applyQuery(environment: Environment, table: Table, query: Query, rows: readonly Row[]): Row[] {
  const { filter, orderby = [], top } = query;
  const used = filter === undefined ? [] : filteredProperties(filter);
  const kept = rows.filter((row) => filter === undefined || matches(withRelated(environment, table, row, used), filter));
  for (const { path, descending } of orderby.toReversed()) {
    kept.sort((left, right) => compare(left[path.join('/')], right[path.join('/')]) * (descending ? -1 : 1));
  }
  return top === undefined ? kept : kept.slice(0, top);
}

/** The row with the related rows that a filter looks into; a lookup that is only compared with null stands as its id. */
function withRelated(environment: Environment, table: Table, row: Row, paths: readonly string[]): Record<string, unknown> {
  const related = paths.map((path) => {
    const [name = '', ...rest] = path.split('/');
    return [name, Object.hasOwn(row, name) ? row[name] : relatedValue(environment, table, row, { name, inside: rest.length > 0 })] as const;
  });
  return { ...row, ...Object.fromEntries(related) };
}

function relatedValue(environment: Environment, table: Table, row: Row, { name, inside }: { name: string; inside: boolean }): unknown {
  const link = linkOf(table.logicalName, name);
  if (link !== undefined) return linkedRows(environment, link, keyOf(table, row));
  return inside ? lookedUp(environment, table, row, name) : row[`_${name}_value`];
}

/** The row that a lookup leads to. */
export function lookedUp(environment: Environment, table: Table, row: Row, name: string): Row | undefined {
  const target: TableName | undefined = table.lookups[name];
  const id = row[`_${name}_value`];
  return target === undefined || typeof id !== 'string' ? undefined : environment.store.find(target, id);
}

function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return sortText(left).localeCompare(sortText(right), 'en');
}

function sortText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}
