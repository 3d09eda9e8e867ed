import { isDeepStrictEqual } from 'node:util';

import { freePort } from '../freePort.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';
import { opens } from './handedOver.ts';
import { askedFor, type Kind } from './kinds.ts';
import type { Play, Played } from './play.ts';
import { playByBot } from './playByBot.ts';
import { playInProcess } from './playInProcess.ts';
import { isAskedFor, requestsOf, seenRequests, type TenantRequest } from './requests.ts';
import { sampleOf } from './sample.ts';
import { differences, liveState, tenantState } from './tenantState.ts';
import type { Way } from './ways.ts';

/** One kind of fault befalls one request. */
export interface Cell {
  readonly request: TenantRequest;
  readonly kind: Kind;
}

export interface Tried extends Cell {
  readonly came: boolean;
  readonly retries: number;
  /** Why it does not hold; undefined when it does. */
  readonly problem: string | undefined;
}

/** A tenant of its own for what is tried in it one after the other. */
interface Lane {
  readonly tenant: TenantHarness;
  readonly port: number;
}

const lanes = 2;

/** Tries every request of a way with every kind of fault, or the sample that was asked for. */
export async function tryMatrix(way: Way): Promise<Tried[]> {
  const open = await Promise.all(Array.from({ length: lanes }, openLane));
  try {
    const { requests, state } = await undisturbed(way, open[0]!);
    const cells = sampleOf(requests.filter(isAskedFor).flatMap((request) => askedFor(way.kinds).map((kind) => ({ request, kind }))), way.name);
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

export function isSame({ request, kind }: Cell): (cell: Cell) => boolean {
  return (cell) => cell.request === request && cell.kind === kind;
}

async function openLane(): Promise<Lane> {
  const port = await freePort();
  return { port, tenant: await startTenant(`http://127.0.0.1:${port}/api/messages`) };
}

/** What is asked of the tenant, and how it ends, where no fault befalls anything. */
async function undisturbed(way: Way, { tenant }: Lane): Promise<{ requests: TenantRequest[]; state: unknown }> {
  await prepare(tenant, way);
  const before = await liveState(tenant);
  let seen = 0;
  const begin = async (): Promise<void> => {
    seen = await seenRequests(tenant);
  };
  const played = await playInProcess({ tenant, way, begin, endFaults: () => Promise.resolve() });
  const requests = await requestsOf(tenant, way.befallen, seen);
  if (played.retries > 0 || !(await opens(tenant, way, played))) throw new Error(`Even without a fault it does not go through: ${JSON.stringify(played)}`);
  if (way.during === 'undo') expect(await liveState(tenant)).toEqual(before);
  return { requests, state: await tenantState(tenant) };
}

/** A tenant as at the start; whoever begins is signed in there. */
async function prepare(tenant: TenantHarness, way: Way): Promise<void> {
  await tenant.control('reset', {});
  await tenant.control('conditions', way.conditions);
  await tenant.assertion('alex');
}

async function tryCell(way: Way, { tenant, port }: Lane, { request, kind, state }: Cell & { state: unknown }): Promise<Tried> {
  await prepare(tenant, way);
  let happened = 0;
  const endFaults = async (): Promise<void> => {
    for (const fault of (await tenant.control('faults')).json) happened += fault.happened;
    await tenant.control('faults', []);
  };
  const begin = async (): Promise<void> => void (await tenant.control('faults', [{ ...request, kind: kind.kind, times: kind.times ?? 1 }]));
  const play: Play = { tenant, way, begin, endFaults };
  try {
    const played = await (kind.isKilled ? playByBot(play, port) : playInProcess(play));
    await endFaults();
    const came = happened > 0;
    const problem = came || mayNotCome(way, { request, kind }) ? await problemWith(tenant, way, { played, state }) : 'The request never came.';
    return { request, kind, came, retries: played.retries, problem };
  } catch (error) {
    return { request, kind, came: happened > 0, retries: 0, problem: String(error) };
  }
}

/** Asked for only where Dynamics has not yet heard of a user by itself. */
const askedEarly = 'POST /environments/*/addUser';

/** What depends, in a process of its own, on when it looks: how often a request is repeated that comes too early for the tenant, and whether Dynamics was quicker. */
function mayNotCome({ befallen }: Way, { request, kind }: Cell): boolean {
  if (kind.isKilled) return request.after > 0 || request.match === askedEarly;
  return befallen === 'reads' && request.after > 0;
}

async function problemWith(tenant: TenantHarness, way: Way, { played, state }: { played: Played; state: unknown }): Promise<string | undefined> {
  if (played.retries > 1) return `It took ${played.retries} retries.`;
  const now = await tenantState(tenant);
  if (!isDeepStrictEqual(now, state)) return `The tenant is another:\n${differences(now, state)}`;
  return (await opens(tenant, way, played)) ? undefined : 'What was handed over opens nothing.';
}
