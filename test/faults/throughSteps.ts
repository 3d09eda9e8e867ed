import type { Path, StepId } from '../../src/setup/run.ts';
import { stepsOf } from '../../src/setup/sections.ts';
import type { World } from '../setup/world.ts';
import type { Way } from './ways.ts';

const mostRounds = 200;

/** Begins a setup and brings it to its first step; what could not be read is read again, as a person would. Answers with how often. */
export async function toFirstStep(world: World, path: Path, beforeRetry: () => Promise<void>): Promise<number> {
  world.command('start');
  world.signIn();
  await world.settle();
  const environment = world.tenant.sandbox.environments.contoso.url;
  const retries = await untilRead(world, 'discovery', beforeRetry);
  world.command('choose', { environment });
  await world.settle();
  const more = await untilRead(world, 'prerequisites', beforeRetry);
  world.command('choose', { path });
  return retries + more;
}

async function untilRead(world: World, reading: 'discovery' | 'prerequisites', beforeRetry: () => Promise<void>): Promise<number> {
  let retries = 0;
  for (let round = 0; world.run()[reading].status !== 'read'; round += 1) {
    if (round === mostRounds) throw new Error(`${reading} never ends: ${JSON.stringify(world.run()[reading])}`);
    if (world.run()[reading].status === 'failed') {
      retries += 1;
      await beforeRetry();
      world.command('retry');
    }
    await world.pass('PT5S');
  }
  return retries;
}

/** Approves whatever is asked for, to the end. Answers with how often it had to be tried again. */
export async function throughAllSteps(world: World, way: Way, beforeRetry: () => Promise<void>): Promise<number> {
  const inputs = way.inputs(world.tenant);
  let retries = 0;
  for (const stepId of stepsOf(way)) retries += await through(world, { stepId, inputs: inputs[stepId], beforeRetry });
  return retries;
}

interface Stepping {
  readonly stepId: StepId;
  readonly inputs: Record<string, string> | undefined;
  readonly beforeRetry: () => Promise<void>;
}

/** By *Retry*, as a person would who sees that it failed. */
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
