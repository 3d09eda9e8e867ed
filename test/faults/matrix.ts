import { isDeepStrictEqual } from 'node:util';

import { freePort } from '../freePort.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';
import { type ChangingRequest, changingRequests, titleOf } from './changingRequests.ts';
import { opens } from './handedOver.ts';
import { type Kind, kinds } from './kinds.ts';
import { sampleOf } from './sample.ts';
import { setUpByBot } from './setupByBot.ts';
import { setUpInProcess } from './setupInProcess.ts';
import { differences, tenantState } from './tenantState.ts';
import type { Way } from './ways.ts';

/** What a person had to do for it, and what they were handed. */
export interface SetupMade {
  readonly retries: number;
  readonly secret: string | undefined;
}

/** A setup during which one kind of fault befell one request. */
export interface Cell {
  readonly request: ChangingRequest;
  readonly kind: Kind;
}

export interface Tried extends Cell {
  readonly came: boolean;
  readonly retries: number;
  /** Why it does not hold; undefined when it does. */
  readonly problem: string | undefined;
}

/** A tenant of its own for the setups that are tried in it one after the other. */
interface Lane {
  readonly tenant: TenantHarness;
  readonly port: number;
}

const lanes = 2;

/** Tries every changing request of a way with every kind of fault, or the sample that was asked for. */
export async function tryMatrix(way: Way): Promise<Tried[]> {
  const open = await Promise.all(Array.from({ length: lanes }, openLane));
  try {
    const { requests, state } = await undisturbed(way, open[0]!);
    const cells = sampleOf(requests.flatMap((request) => kinds.map((kind) => ({ request, kind }))), way.name);
    const tried: Tried[] = [];
    const left = [...cells];
    const work = async (lane: Lane): Promise<void> => {
      for (let cell = left.shift(); cell; cell = left.shift()) tried.push(await tryCell(way, lane, { ...cell, state }));
    };
    await Promise.all(open.map(work));
    return tried.toSorted((a, b) => cells.findIndex(isSame(a)) - cells.findIndex(isSame(b)));
  } finally {
    await Promise.all(open.map(({ tenant }) => tenant.close()));
  }
}

function isSame({ request, kind }: Cell): (cell: Cell) => boolean {
  return (cell) => cell.request === request && cell.kind === kind;
}

async function openLane(): Promise<Lane> {
  const port = await freePort();
  return { port, tenant: await startTenant(`http://127.0.0.1:${port}/api/messages`) };
}

async function undisturbed(way: Way, { tenant }: Lane): Promise<{ requests: ChangingRequest[]; state: unknown }> {
  await prepare(tenant, way, []);
  const { retries, secret } = await setUpInProcess(tenant, way, () => Promise.resolve());
  if (retries > 0 || !(await opens(tenant, way, secret))) throw new Error('Even without a fault the setup does not go through.');
  return { requests: await changingRequests(tenant), state: await tenantState(tenant) };
}

async function prepare(tenant: TenantHarness, way: Way, faults: readonly object[]): Promise<void> {
  await tenant.control('reset', {});
  await tenant.control('conditions', way.conditions);
  await tenant.control('faults', faults);
}

async function tryCell(way: Way, { tenant, port }: Lane, { request, kind, state }: Cell & { state: unknown }): Promise<Tried> {
  await prepare(tenant, way, [{ ...request, kind: kind.kind, times: kind.times ?? 1 }]);
  let happened = 0;
  /** What lasted for long is over when the person tries again. */
  const endFaults = async (): Promise<void> => {
    for (const fault of (await tenant.control('faults')).json) happened += fault.happened;
    await tenant.control('faults', []);
  };
  try {
    const made = await (kind.isKilled ? setUpByBot(tenant, port, { way, endFaults }) : setUpInProcess(tenant, way, endFaults));
    await endFaults();
    const came = happened > 0;
    const problem = came || mayNotCome({ request, kind }) ? await problemWith(tenant, way, { made, state }) : 'The request never came.';
    return { request, kind, came, retries: made.retries, problem };
  } catch (error) {
    return { request, kind, came: happened > 0, retries: 0, problem: String(error) };
  }
}

/** How often a request is repeated that comes too early for the tenant depends, in a process of its own, on when it looks. */
function mayNotCome({ request, kind }: Cell): boolean {
  return kind.isKilled === true && request.after > 0;
}

async function problemWith(tenant: TenantHarness, way: Way, { made, state }: { made: SetupMade; state: unknown }): Promise<string | undefined> {
  if (made.retries > 1) return `It took ${made.retries} retries.`;
  const now = await tenantState(tenant);
  if (!isDeepStrictEqual(now, state)) return `The tenant is another:\n${differences(now, state)}`;
  return (await opens(tenant, way, made.secret)) ? undefined : 'What was handed over opens nothing.';
}

/** The requests as rows, the kinds as columns, and below what does not hold. */
export function tableOf(way: Way, tried: readonly Tried[]): string {
  const requests = [...new Set(tried.map(({ request }) => request))];
  const columns = kinds.filter((kind) => tried.some((one) => one.kind === kind));
  const rows = requests.map((request) => [titleOf(request), ...columns.map((kind) => markOf(tried.find(isSame({ request, kind }))))]);
  const failures = tried.filter(({ problem }) => problem).map(({ request, kind, problem }) => `${titleOf(request)}, ${kind.name}: ${problem}`);
  return [way.name, '', ...aligned([['', ...columns.map(({ name }) => name)], ...rows]), '', ...failures].join('\n');
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
