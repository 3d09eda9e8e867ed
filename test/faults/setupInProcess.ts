import { setTimeout as soon } from 'node:timers/promises';

import type { StepId } from '../../src/setup/run.ts';
import { stepsOf } from '../../src/setup/sections.ts';
import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import { createWorld, type World } from '../setup/world.ts';
import type { SetupMade } from './matrix.ts';
import type { Way } from './ways.ts';

const mostRounds = 200;

/** A whole setup by the domain and its worker, without a chat; what waits for an answer that never comes gives up at once. */
export async function setUpInProcess(tenant: TenantHarness, way: Way, beforeRetry: () => Promise<void>): Promise<SetupMade> {
  const patience = createPatience(tenant);
  const world = await createWorld('alex', undefined, { tenant, deadline: patience.deadline });
  try {
    const retries = await patience.during(() => throughAllSteps(world, way, beforeRetry));
    await world.settle();
    const outcome = world.command('reveal');
    return { retries, secret: outcome.kind === 'revealed' ? outcome.secret : undefined };
  } finally {
    await world.close();
  }
}

async function throughAllSteps(world: World, way: Way, beforeRetry: () => Promise<void>): Promise<number> {
  const { tenant } = world;
  world.command('start');
  world.signIn();
  await world.settle();
  world.command('choose', { environment: tenant.sandbox.environments.contoso.url });
  await world.settle();
  world.command('choose', { path: way.path });
  const inputs = way.inputs(tenant);
  let retries = 0;
  for (const stepId of stepsOf(way)) retries += await through(world, { stepId, inputs: inputs[stepId], beforeRetry });
  return retries;
}

interface Stepping {
  readonly stepId: StepId;
  readonly inputs: Record<string, string> | undefined;
  readonly beforeRetry: () => Promise<void>;
}

/** How often it had to be tried again: by *Retry*, as a person would who sees that it failed. */
async function through(world: World, { stepId, inputs, beforeRetry }: Stepping): Promise<number> {
  let retries = 0;
  let isEntered = inputs === undefined;
  for (let round = 0; world.step(stepId).status !== 'done'; round += 1) {
    if (round === mostRounds) throw new Error(`${stepId} never ends: ${JSON.stringify(world.step(stepId))}`);
    const { status } = world.step(stepId);
    if (status === 'planned' && !isEntered) {
      isEntered = true;
      world.command('submit', { stepId, ...inputs });
    } else if (status === 'planned') world.approve(stepId);
    else if (status === 'failed') {
      retries += 1;
      await beforeRetry();
      world.command('retry', { stepId });
    } else if (status === 'blocked' || status === 'byHand') throw new Error(`${stepId} is ${status}: ${JSON.stringify(world.step(stepId))}`);
    await world.pass('PT5S');
  }
  return retries;
}

interface Patience {
  readonly deadline: () => AbortSignal;
  /** Gives up on everything that is waited for as soon as the sandbox has let a request hang. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

function createPatience(tenant: TenantHarness): Patience {
  const waiting = new Set<AbortController>();
  let isOver = false;
  const watch = async (): Promise<void> => {
    if (isOver) return;
    const faults: { kind: string; happened: number }[] = (await tenant.control('faults')).json;
    const isHanging = faults.some(({ kind, happened }) => kind.startsWith('hang') && happened > 0);
    if (isHanging) for (const one of waiting) one.abort();
    else await soon(20).then(watch);
  };
  return {
    deadline: () => {
      const controller = new AbortController();
      waiting.add(controller);
      return controller.signal;
    },
    during: async (work) => {
      const faults: { kind: string }[] = (await tenant.control('faults')).json;
      const watching = faults.some(({ kind }) => kind.startsWith('hang')) ? watch() : Promise.resolve();
      try {
        return await work();
      } finally {
        isOver = true;
        await watching;
      }
    },
  };
}
