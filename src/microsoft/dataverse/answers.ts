import { z } from 'zod';

export function rowsOf<Row extends z.ZodType>(row: Row): z.ZodObject<{ value: z.ZodArray<Row> }> {
  return z.object({ value: z.array(row) });
}

/** A text literal in a filter. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

const guidSchema = z.guid();

/** An id in a filter. What is no id never reaches a query. */
export function guid(value: string): string {
  return guidSchema.parse(value);
}
