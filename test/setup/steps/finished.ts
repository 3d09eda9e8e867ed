import type { Finding } from '../../../src/setup/drift/finding.ts';
import { provingStep, stepsOf } from '../../../src/setup/sections.ts';
import type { Path } from '../../../src/setup/run.ts';
import { createWorld, type World } from '../world.ts';

/** A setup of either way, from the first word to *I have entered it*. */
export async function finishedWorld(path: Path): Promise<World> {
  const world = await createWorld();
  const proving = provingStep({ path });
  await world.goTo(proving);
  world.approve(proving);
  await world.until(proving, 'done');
  world.command('reveal');
  world.command('done');
  await world.settle();
  return world;
}

/** Checks, signed in anew, and answers with what was found. */
export async function check(world: World): Promise<readonly Finding[]> {
  world.command('check');
  world.signIn();
  await world.settle();
  const { drift } = world.run();
  if (drift?.status !== 'read') throw new Error(`Not read: ${JSON.stringify(drift)}`);
  return drift.findings;
}

export async function differing(world: World): Promise<string[]> {
  return (await check(world)).flatMap(({ part, verdict, what }) => (verdict === 'asItShouldBe' ? [] : [`${part} ${verdict} ${what.key}`]));
}

/** Puts right what was found, approving whatever is planned, and answers with the steps that were approved. */
export async function putRight(world: World): Promise<string[]> {
  world.command('mend');
  world.signIn();
  await world.settle();
  const approved: string[] = [];
  for (let round = 0; round < 60 && world.run().status === 'active'; round += 1) {
    for (const id of stepsOf(world.run())) {
      if (world.step(id).status !== 'planned') continue;
      approved.push(id);
      world.approve(id);
    }
    await world.pass('PT30S');
    if (world.command('reveal').kind === 'revealed') world.command('done');
  }
  return approved;
}
