import { filteredProperties, matches, ODataError, parseQuery, type Query } from '../odata/index.ts';
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
  for (const used of query.filter === undefined ? [] : filteredProperties(query.filter)) checkPath(used.split('/'), table);
  for (const item of query.expand ?? []) {
    const target = targetOf(table, item.property);
    if (target === undefined) throw unknownProperty(item.property, table.logicalName);
    checkQuery(item.query, target);
  }
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
