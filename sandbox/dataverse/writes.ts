import type { Query } from '../odata/index.ts';
import type { SandboxAnswer } from '../service.ts';
import { addressOf, contextOf, noContent, ok, presented } from './answer.ts';
import { notModelled, unsupportedMessage, versionMismatch } from './errors.ts';
import { deleteRole, deleteUser, uninstallSolution } from './deletions.ts';
import { createLead, deleteLead, updateLead } from './leads.ts';
import { idIn, type Segment } from './path.ts';
import { readPayload } from './payload.ts';
import { readQuery } from './query.ts';
import { existingRow } from './reads.ts';
import { bodyObject, preference, type Exchange } from './request.ts';
import { updateRole } from './roleEdits.ts';
import { createRole } from './roleMaking.ts';
import { etagOf, textOf, type Row } from './row.ts';
import type { Table, TableName } from './tables.ts';
import { createUser, updateUser } from './users.ts';

/** `POST {set}`: 204 with the new row's address, or 201 with the row when `return=representation` is preferred. */
export function createRow(exchange: Exchange, table: Table): SandboxAnswer {
  const query = readQuery(exchange.request.query, table);
  const values = readPayload(exchange.environment, table, bodyObject(exchange.request, table.entitySet));
  return written(exchange, table, { status: 201, query, row: insert(exchange, table, values) });
}

function insert({ environment, caller }: Exchange, table: Table, values: Row): Row {
  if (table.logicalName === 'lead') return createLead(environment, caller, values);
  if (table.logicalName === 'systemuser') return createUser(environment, caller, values);
  if (table.logicalName === 'role') return createRole(environment, caller, values);
  if (['team', 'businessunit', 'publisher', 'solution'].includes(table.logicalName)) throw notModelled(`POST ${table.entitySet}`);
  throw unsupportedMessage('Create', table.logicalName);
}

/** `PATCH {set}({id})`: changes a row; without `If-Match` a lead that is not there is made, as Dataverse upserts. */
export function updateRow(exchange: Exchange, table: Table, segment: Segment): SandboxAnswer {
  const { environment, request } = exchange;
  const query = readQuery(request.query, table);
  const values = readPayload(environment, table, bodyObject(request, table.entitySet));
  const isMissing = environment.store.find(table.logicalName, idIn(segment, table.key)) === undefined;
  if (isMissing && table.logicalName === 'lead' && request.headers['if-match'] === undefined) {
    const row = insert(exchange, table, { ...values, [table.key]: idIn(segment, table.key) });
    return written(exchange, table, { status: 201, query, row });
  }
  const row = existingRow(exchange, table, segment);
  requireMatch(exchange, row);
  return written(exchange, table, { status: 200, query, row: change(exchange, table, row, values) });
}

function change({ environment, caller }: Exchange, table: Table, row: Row, values: Row): Row {
  if (table.logicalName === 'lead') return updateLead(environment, caller, row, values);
  if (table.logicalName === 'systemuser') return updateUser(environment, caller, row, values);
  if (table.logicalName !== 'role') throw notModelled(`PATCH ${table.entitySet}`);
  updateRole(environment, caller, row, values);
  return environment.store.find('role', textOf(row, 'roleid')) ?? row;
}

/** `DELETE {set}({id})`. */
export function deleteRow(exchange: Exchange, table: Table, segment: Segment): SandboxAnswer {
  const row = existingRow(exchange, table, segment);
  requireMatch(exchange, row);
  const remove = removals[table.logicalName];
  if (remove === undefined) throw notModelled(`DELETE ${table.entitySet}`);
  remove(exchange.environment, exchange.caller, row);
  return noContent();
}

const removals: Partial<Record<TableName, (environment: Exchange['environment'], caller: Exchange['caller'], row: Row) => void>> = {
  lead: deleteLead,
  systemuser: deleteUser,
  role: deleteRole,
  solution: uninstallSolution,
};

function requireMatch({ request }: Exchange, row: Row): void {
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && wanted !== '*' && wanted !== etagOf(row)) throw versionMismatch();
}

/** What was written: 204, or the row itself when the caller prefers it. */
function written({ environment, request }: Exchange, table: Table, { status, query, row }: { status: number; query: Query; row: Row }): SandboxAnswer {
  const address = { 'OData-EntityId': addressOf(environment, table, row) };
  if (preference(request, 'return') !== 'representation') return noContent(address);
  const body = { '@odata.context': `${contextOf(environment, table, query)}/$entity`, ...presented(environment, table, query, row) };
  return ok(body, { ...address, 'Preference-Applied': 'return=representation', ETag: etagOf(row) }, status);
}
