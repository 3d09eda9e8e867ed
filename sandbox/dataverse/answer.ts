import { randomUUID } from 'node:crypto';
import type { SandboxAnswer } from '../service.ts';
import type { Query } from '../odata/index.ts';
import type { Environment } from './environment.ts';
import { unknownProperty, type DataverseError } from './errors.ts';
import { linkedRows, linkOf } from './membership.ts';
import { applyQuery, lookedUp } from './query.ts';
import { keyOf, etagOf, type Row } from './row.ts';
import { tables, type Table } from './tables.ts';

const odataHeaders = { 'OData-Version': '4.0', 'Cache-Control': 'no-cache' } as const;

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): SandboxAnswer {
  return { status, headers: { 'content-type': 'application/json; odata.metadata=minimal', ...odataHeaders, ...headers }, body };
}

/** With the id by which Microsoft's support finds a request, which every answer carries. */
export function identified(answer: SandboxAnswer): SandboxAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-ms-service-request-id': randomUUID() } };
}

export function noContent(headers: Readonly<Record<string, string>> = {}): SandboxAnswer {
  return { status: 204, headers: { ...odataHeaders, ...headers } };
}

/** A refusal as it leaves; a 401 has no body, as Dataverse's has none. */
export function refusal(error: DataverseError): SandboxAnswer {
  if (error.status === 401) return { status: 401, headers: error.headers };
  return ok({ error: { code: error.code, message: error.message } }, error.headers, error.status);
}

export function apiRoot(environment: Environment): string {
  return `${environment.origin()}/api/data/v9.2`;
}

/** The address of a row, as `OData-EntityId` gives it. */
export function addressOf(environment: Environment, table: Table, row: Row): string {
  return `${apiRoot(environment)}/${table.entitySet}(${keyOf(table, row)})`;
}

export function contextOf(environment: Environment, table: Table, query: Query): string {
  const select = query.select === undefined || query.select.includes('*') ? '' : `(${query.select.join(',')})`;
  return `${apiRoot(environment)}/$metadata#${table.entitySet}${select}`;
}

/** A row as the API shows it: with its etag, the columns that `$select` names and the key, and what `$expand` asks for. */
export function presented(environment: Environment, table: Table, query: Query, row: Row): Record<string, unknown> {
  const expanded = (query.expand ?? []).map((item) => [item.property, expansion(environment, table, row, item)] as const);
  return { '@odata.etag': etagOf(row), ...selected(table, query, row), ...Object.fromEntries(expanded) };
}

function selected(table: Table, { select }: Query, row: Row): Row {
  if (select === undefined || select.includes('*')) return row;
  const columns = select.map((column) => (Object.hasOwn(table.lookups, column) ? `_${column}_value` : column));
  return Object.fromEntries([...new Set([...columns, table.key])].map((column) => [column, row[column] ?? null]));
}

function expansion(environment: Environment, table: Table, row: Row, { property, query }: NonNullable<Query['expand']>[number]): unknown {
  const link = linkOf(table.logicalName, property);
  if (link !== undefined) {
    const rows = applyQuery(environment, tables[link.target], query, linkedRows(environment, link, keyOf(table, row)));
    return rows.map((each) => presented(environment, tables[link.target], query, each));
  }
  const target = table.lookups[property];
  if (target === undefined) throw unknownProperty(property, table.logicalName);
  const found = lookedUp(environment, table, row, property);
  return found === undefined ? null : presented(environment, tables[target], query, found);
}
