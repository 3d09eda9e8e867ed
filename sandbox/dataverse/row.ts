/** A row as JSON gives it: column names to values, without annotations. */
export type Row = Readonly<Record<string, Value>>;
export type Value = string | number | boolean | null | { readonly [name: string]: Value } | readonly Value[];

const guidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function isGuid(text: unknown): text is string {
  return typeof text === 'string' && guidPattern.test(text);
}

/** Text of a column that is known to hold text. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Column ${column} holds no text.`);
  return value;
}

/** An instant as Dataverse writes it: UTC, whole seconds. */
export function dataverseDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The `@odata.etag` of a row. */
export function etagOf(row: Row): string {
  return `W/"${Number(row['versionnumber'])}"`;
}

/** The id of a row of this table. */
export function keyOf(table: { readonly key: string }, row: Row): string {
  return textOf(row, table.key);
}
