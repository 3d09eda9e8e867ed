import type { SandboxAnswer } from '../service.ts';
import type { Query } from '../odata/index.ts';
import { contextOf, ok, presented } from './answer.ts';
import { noSuchRow, unknownSegment } from './errors.ts';
import { linkedRows, linkOf } from './membership.ts';
import { idIn, type Segment } from './path.ts';
import { applyQuery, lookedUp, readQuery } from './query.ts';
import { preference, type Exchange } from './request.ts';
import { keyOf, etagOf, type Row } from './row.ts';
import { readableRows } from './security.ts';
import { tables, type Table } from './tables.ts';

const largestPage = 5000;

/** `GET {set}`: the rows that the caller may read and the query keeps, in pages. */
export function readRows(exchange: Exchange, table: Table): SandboxAnswer {
  return answerRows(exchange, table, exchange.environment.store.rows(table.logicalName));
}

/** `GET {set}({id})`; a known etag in `If-None-Match` is answered 304. */
export function readRow(exchange: Exchange, table: Table, segment: Segment): SandboxAnswer {
  const query = readQuery(exchange.request.query, table);
  const row = existingRow(exchange, table, segment);
  if (exchange.request.headers['if-none-match'] === etagOf(row)) return { status: 304 };
  return answerRow(exchange, table, query, row);
}

/** `GET {set}({id})/{navigation}`: the related row, or the rows of a many-to-many relationship. */
export function readRelated(exchange: Exchange, table: Table, segment: Segment, navigation: string): SandboxAnswer {
  const link = linkOf(table.logicalName, navigation);
  const target = table.lookups[navigation];
  if (link === undefined && target === undefined) throw unknownSegment(navigation);
  const row = existingRow(exchange, table, segment);
  if (link !== undefined) return answerRows(exchange, tables[link.target], linkedRows(exchange.environment, link, keyOf(table, row)));
  return answerLookup(exchange, table, row, navigation);
}

function answerLookup(exchange: Exchange, table: Table, row: Row, navigation: string): SandboxAnswer {
  const target = tables[table.lookups[navigation] ?? table.logicalName];
  const query = readQuery(exchange.request.query, target);
  const found = lookedUp(exchange.environment, table, row, navigation);
  if (found === undefined) return { status: 204, headers: { 'OData-Version': '4.0' } };
  const [readable] = readableRows(exchange.environment, exchange.caller, target, [found]);
  if (readable === undefined) throw noSuchRow(target.logicalName, keyOf(target, found));
  return answerRow(exchange, target, query, readable);
}

/** The row that a segment names, if the caller may read it. */
export function existingRow({ environment, caller }: Exchange, table: Table, segment: Segment): Row {
  const id = idIn(segment, table.key);
  const found = environment.store.find(table.logicalName, id);
  const [readable] = readableRows(environment, caller, table, found === undefined ? [] : [found]);
  if (readable === undefined) throw noSuchRow(table.logicalName, id);
  return readable;
}

function answerRow({ environment }: Exchange, table: Table, query: Query, row: Row): SandboxAnswer {
  const context = `${contextOf(environment, table, query)}/$entity`;
  return ok({ '@odata.context': context, ...presented(environment, table, query, row) }, { ETag: etagOf(row) });
}

function answerRows(exchange: Exchange, table: Table, rows: readonly Row[]): SandboxAnswer {
  const { environment, caller, request } = exchange;
  const query = readQuery(request.query, table);
  const kept = applyQuery(environment, table, query, readableRows(environment, caller, table, rows));
  const asked = preference(request, 'odata.maxpagesize');
  const size = Math.min(Number(asked) || largestPage, largestPage);
  const from = Number(request.query.get('$skiptoken') ?? 0);
  const page = kept.slice(from, from + size);
  const body = {
    '@odata.context': contextOf(environment, table, query),
    ...(query.count === true ? { '@odata.count': kept.length } : {}),
    value: page.map((row) => presented(environment, table, query, row)),
    ...(from + size < kept.length ? { '@odata.nextLink': nextLink(exchange, from + size) } : {}),
  };
  return ok(body, asked === undefined ? {} : { 'Preference-Applied': `odata.maxpagesize=${asked}` });
}

function nextLink({ environment, request }: Exchange, from: number): string {
  const query = new URLSearchParams(request.query);
  query.set('$skiptoken', String(from));
  return `${environment.origin()}${request.path}?${query.toString()}`;
}
