import type { Row, Value } from './row.ts';
import { keyOf, dataverseDate } from './row.ts';
import { tables, type TableName } from './tables.ts';

/** The rows of one environment, in memory, with the version numbers and dates that Dataverse keeps by itself. */
export interface Store {
  rows(table: TableName): Row[];
  find(table: TableName, id: string): Row | undefined;
  /** Fills every column that is not given with null; `values` must hold the key. */
  insert(table: TableName, values: Row): Row;
  update(table: TableName, id: string, changes: Row): Row;
  remove(table: TableName, id: string): void;
}

export function createStore(now: () => number): Store {
  const contents = new Map<TableName, Map<string, Row>>();
  let version = 1_000_000;
  const rowsOf = (table: TableName) => {
    const rows = contents.get(table) ?? new Map<string, Row>();
    contents.set(table, rows);
    return rows;
  };
  const put = (table: TableName, row: Row): Row => {
    version += 1;
    const stored = { ...row, versionnumber: version };
    rowsOf(table).set(keyOf(tables[table], row).toLowerCase(), stored);
    return stored;
  };
  return {
    rows: (table) => [...rowsOf(table).values()],
    find: (table, id) => rowsOf(table).get(id.toLowerCase()),
    insert: (table, values) => put(table, { ...emptyRow(table), ...dates(table, now()), ...values }),
    update: (table, id, changes) => {
      const row = rowsOf(table).get(id.toLowerCase());
      if (row === undefined) throw new Error(`No ${table} ${id}.`);
      const modifiedon = Object.hasOwn(tables[table].columns, 'modifiedon') ? { modifiedon: dataverseDate(now()) } : {};
      return put(table, { ...row, ...modifiedon, ...changes });
    },
    remove: (table, id) => {
      rowsOf(table).delete(id.toLowerCase());
    },
  };
}

function emptyRow(table: TableName): Row {
  return Object.fromEntries(Object.keys(tables[table].columns).map((column): [string, Value] => [column, null]));
}

function dates(table: TableName, now: number): Row {
  if (!Object.hasOwn(tables[table].columns, 'createdon')) return {};
  return { createdon: dataverseDate(now), modifiedon: dataverseDate(now) };
}
