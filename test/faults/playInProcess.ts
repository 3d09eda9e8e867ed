import { createWorld, type World } from '../setup/world.ts';
import { finish, handedOut, spoiled } from './finishing.ts';
import { createPatience } from './patience.ts';
import type { Play, Played } from './play.ts';
import { throughAllSteps, toFirstStep } from './throughSteps.ts';
import type { Way } from './ways.ts';

const mostRounds = 200;

/** By the domain and its worker, without a chat; what waits for an answer that never comes gives up at once. */
export async function playInProcess({ tenant, way, begin, endFaults }: Play): Promise<Played> {
  const patience = createPatience(tenant);
  const world = await createWorld('alex', undefined, { tenant, deadline: patience.deadline });
  try {
    if (way.during !== 'setup') await finish(world, way);
    if (way.during === 'mend') await spoiled(world, way);
    await begin();
    return await patience.during(() => plays[way.during](world, way, endFaults));
  } finally {
    await world.close();
  }
}

type PlayOf = (world: World, way: Way, endFaults: () => Promise<void>) => Promise<Played>;

const plays: Readonly<Record<Way['during'], PlayOf>> = { setup: setUp, undo, mend };

async function setUp(world: World, way: Way, endFaults: () => Promise<void>): Promise<Played> {
  const retries = await toFirstStep(world, way.path, endFaults);
  const more = await throughAllSteps(world, way, endFaults);
  await world.settle();
  return { retries: retries + more, secret: handedOut(world) };
}

async function undo(world: World, _way: Way, endFaults: () => Promise<void>): Promise<Played> {
  world.command('undo');
  world.signIn();
  let retries = 0;
  for (let round = 0; world.run().undo?.state.status !== 'undone'; round += 1) {
    await world.pass('PT5S');
    const state = world.run().undo?.state;
    if (round === mostRounds) throw new Error(`It is never undone: ${JSON.stringify(state)}`);
    if (state?.status === 'planned') world.command('approve', { planHash: state.planHash });
    if (state?.status !== 'failed') continue;
    retries += 1;
    await endFaults();
    world.command('retry');
  }
  return { retries, secret: undefined };
}

async function mend(world: World, way: Way, endFaults: () => Promise<void>): Promise<Played> {
  world.command('mend');
  world.signIn();
  await world.settle();
  const retries = await throughAllSteps(world, way, endFaults);
  await world.settle();
  const secret = handedOut(world);
  if (secret !== undefined) world.command('done');
  await world.settle();
  return { retries, secret };
}
