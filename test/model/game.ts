import { writeSync } from 'node:fs';

import * as fc from 'fast-check';

import { commands } from './commands.ts';
import { bringToItsEnd, takeAllBack } from './ending.ts';
import { Model } from './model.ts';
import { Play, type Stage } from './play.ts';

export interface GameOptions {
  /** Games are begun until this many commands were played. */
  readonly steps: number;
  readonly seed: number;
  /** Of one game that failed before, as fast-check printed it. */
  readonly path?: string;
}

/** Ten thousand take the better part of an hour. */
const tellEvery = 500;
/** At most so many commands in one game. */
const length = 150;
/** What is in the tenant after a setup that nothing disturbed. */
const undisturbed = { applications: 1, principals: 1, users: 1, roles: 1, leads: 0, solutions: 1 };

/** Plays random games, each to its end; resolves to how many commands that were. A failure names seed and path, and tells what happened. */
export async function playGames(stage: Stage, { steps, seed, path }: GameOptions): Promise<number> {
  const enough = path === undefined ? steps : 1;
  let played = 0;
  const game = fc.asyncProperty(fc.commands(commands(), { maxCommands: length, size: 'max' }), async (moves) => {
    if (played >= enough) return;
    const before = played;
    played += await playGame(stage, moves);
    if (Math.floor(before / tellEvery) < Math.floor(played / tellEvery)) writeSync(process.stdout.fd, `${played} commands so far\n`);
  });
  // What happens at once does not happen the same way twice: a game that failed is told, not made shorter.
  await fc.assert(game, { numRuns: steps, seed, ...(path !== undefined && { path }), endOnFailure: true });
  return played;
}

async function playGame(stage: Stage, moves: Iterable<fc.AsyncCommand<Model, Play>>): Promise<number> {
  const model = new Model();
  const play = await Play.begin(stage);
  try {
    await play.say('set up leads');
    await play.settle(5);
    await fc.asyncModelRun(() => ({ model, real: play }), moves);
    const { keys, imports, ...end } = await bringToItsEnd(model, play);
    expect(end).toEqual(undisturbed);
    expect(Math.min(keys, imports)).toBeGreaterThan(0);
    await takeAllBack(model, play);
    return play.commands;
  } catch (error) {
    throw new Error(`${play.told.join('\n')}\n${String(error)}\n${stage.bot.output().slice(-2000)}`, { cause: error });
  } finally {
    await play.end();
  }
}
