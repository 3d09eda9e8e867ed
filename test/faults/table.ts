import { isSame, type Tried } from './matrix.ts';
import { titleOf } from './requests.ts';
import type { Way } from './ways.ts';

/** The requests as rows, the kinds as columns, and below what does not hold. */
export function tableOf(way: Way, tried: readonly Tried[]): string {
  const requests = [...new Set(tried.map(({ request }) => request))];
  const columns = way.kinds.filter((kind) => tried.some((one) => one.kind === kind));
  const rows = requests.map((request) => [titleOf(request), ...columns.map((kind) => markOf(tried.find(isSame({ request, kind }))))]);
  return [way.name, '', ...aligned([['', ...columns.map(({ name }) => name)], ...rows]), '', ...failuresIn(tried)].join('\n');
}

export function failuresIn(tried: readonly Tried[]): string[] {
  return tried.filter(({ problem }) => problem).map(({ request, kind, problem }) => `${titleOf(request)}, ${kind.name}: ${problem}`);
}

function markOf(tried: Tried | undefined): string {
  if (!tried) return '';
  if (tried.problem) return 'FAIL';
  if (!tried.came) return 'not sent';
  return tried.retries > 0 ? 'ok after Retry' : 'ok';
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
