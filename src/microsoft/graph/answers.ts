import { z } from 'zod';

import type { GraphScope } from '../../setup/permissions.ts';
import type { CallGraph } from './client.ts';

/** A value inside quotes in a path or filter. */
export function text(value: string): string {
  return encodeURIComponent(value.replaceAll("'", "''"));
}

const mostPages = 20;

/** Reads a collection to its end: a page may be short, even empty, and still not be the last. */
export async function list<Row extends z.ZodType>(
  graph: CallGraph,
  { name, scope, path, row, headers = {} }: { name: string; scope: GraphScope; path: string; row: Row; headers?: Record<string, string> },
): Promise<z.infer<Row>[]> {
  const answer = z.object({ value: z.array(row), '@odata.nextLink': z.string().optional() });
  const rows: z.infer<Row>[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined && page < mostPages; page += 1) {
    const from: string = next;
    // Pages come one after the other: each names the next.
    const part = await graph({ name, scope, path: from, kind: 'read', answer, send: (request) => request.headers(headers).get() });
    rows.push(...part.value);
    next = part['@odata.nextLink'];
  }
  return rows;
}
