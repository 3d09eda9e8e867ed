import { isDeepStrictEqual } from 'node:util';

import type { TenantHarness } from '../sandbox/tenantHarness.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];
type Tables = Readonly<Record<string, Rows>>;
interface State {
  readonly graph: Tables;
  readonly dataverse: Readonly<Record<string, Tables>>;
  readonly vaults: Readonly<Record<string, Tables>>;
}

/** Counted up with every write, or made anew with every key. */
const everChanging: readonly string[] = ['@odata.etag', 'versionnumber', 'hint', 'executiontimespan', 'sha256', 'exp', 'created', 'updated'];
const guid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/giu;
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/gu;
const port = /localhost:\d+/gu;
const runId = /(lead-setup-(?:run:|run":"|companion )?|lead-setup |LEADSETUP_TEST_|setup )[\da-z]{12,16}(?:-[\da-z]{12,16})?/gu;
/** The id before the name of a user in the bin. */
const idInName = /[\da-f]{32}(?=[\w.-]+@)/gu;
const secretVersion = /"version":"[\da-f]{32}"/gu;

/**
 * Every row of the tenant's directory, its environment and its key vault, comparable between two setups: instants, ports and run ids are one like the other, and
 * ids are numbered as they come, so that what belongs together still does.
 */
export async function tenantState(tenant: TenantHarness): Promise<unknown> {
  return comparable(await stateOf(tenant));
}

/** What Entra and Dynamics keep of what is gone: bins, logs, and the publisher of a solution. */
const kept: readonly string[] = ['deletedApplications', 'deletedUsers', 'importjobs', 'asyncoperations', 'publishers'];

/** The same without the vaults and what is kept of what is gone, the row of a deleted user in Dynamics among it: what undo says to stay. */
export async function liveState(tenant: TenantHarness): Promise<unknown> {
  const { graph, dataverse = {} } = await stateOf(tenant);
  const { systemusers = [], ...tables } = without(dataverse);
  const gone = systemusers.filter((user) => isGone(user, graph['users'] ?? [])).map(({ systemuserid }) => systemuserid);
  const left = Object.entries({ systemusers, ...tables }).map(([name, rows]) => [name, rows.filter(({ systemuserid }) => !gone.includes(systemuserid))]);
  return comparable({ graph: without(graph), dataverse: Object.fromEntries(left) });
}

function isGone({ azureactivedirectoryobjectid: id, isdisabled }: Rows[number], users: Rows): boolean {
  return isdisabled === true && typeof id === 'string' && !users.some((user) => user['id'] === id);
}

function without(tables: Tables): Tables {
  return Object.fromEntries(Object.entries(tables).filter(([name]) => !kept.includes(name)));
}

async function stateOf(tenant: TenantHarness) {
  const { graph, dataverse, vaults }: State = (await tenant.control('state')).json;
  return { graph, dataverse: dataverse['contoso'], vaults };
}

function comparable(state: unknown): unknown {
  const text = JSON.stringify(state, (name, value: unknown) => (everChanging.includes(name) ? undefined : value));
  const ids = new Map<string, string>();
  const numbered = (id: string) => {
    const number = ids.get(id) ?? `id ${ids.size + 1}`;
    ids.set(id, number);
    return number;
  };
  return JSON.parse(text.replaceAll(instant, 'some time').replaceAll(port, 'localhost').replaceAll(runId, '$1of this run').replaceAll(secretVersion, '"version":"of this run"').replaceAll(idInName, '').replaceAll(guid, numbered));
}

const mostDifferences = 8;

/** Where two states differ, for people. */
export function differences(now: unknown, wanted: unknown): string {
  return leavesApart(now, wanted, '').slice(0, mostDifferences).join('\n');
}

function leavesApart(now: unknown, wanted: unknown, at: string): string[] {
  if (isDeepStrictEqual(now, wanted)) return [];
  if (!isObject(now) || !isObject(wanted)) return [`${at}: ${JSON.stringify(now)} in place of ${JSON.stringify(wanted)}`];
  const keys = [...new Set([...Object.keys(now), ...Object.keys(wanted)])];
  return keys.flatMap((key) => leavesApart(now[key], wanted[key], `${at}/${key}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
