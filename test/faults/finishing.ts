import { findingsOf } from '../../src/setup/drift/checking.ts';
import type { World } from '../setup/world.ts';
import { throughAllSteps, toFirstStep } from './throughSteps.ts';
import type { Way } from './ways.ts';

/** The key or the password, as the person sees it; undefined where none is shown. */
export function handedOut(world: World): string | undefined {
  const outcome = world.command('reveal');
  return outcome.kind === 'revealed' ? outcome.secret : undefined;
}

/** A setup from the first word to *I have entered it*, which nothing befalls. */
export async function finish(world: World, way: Way): Promise<void> {
  const none = (): Promise<void> => Promise.resolve();
  await toFirstStep(world, way.path, none);
  await throughAllSteps(world, way, none);
  handedOut(world);
  world.command('done');
  await world.settle();
  if (world.run().status !== 'finished') throw new Error(`It is not finished: ${JSON.stringify(world.run().steps)}`);
}

/** Others change what was set up, and a check finds that. */
export async function spoiled(world: World, { spoil }: Way): Promise<void> {
  await spoil?.(world);
  world.command('check');
  world.signIn();
  await world.settle();
  const isFound = findingsOf(world.run()).some(({ verdict }) => verdict === 'differs');
  if (!isFound) throw new Error(`Nothing differs: ${JSON.stringify(world.run().drift)}`);
}
