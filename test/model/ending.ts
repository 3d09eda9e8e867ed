import type { SetupRun } from '../../src/setup/run.ts';
import { provingStep } from '../../src/setup/sections.ts';
import type { Model } from './model.ts';
import { type Button, type Play } from './play.ts';
import { countsIn } from './rules.ts';
import { verify, verifyAll, verifyAtRest } from './verify.ts';

/** As many clicks as the whole way takes from its beginning, and some that try again. */
const mostMoves = 40;

/**
 * Whatever has happened, somebody who does what the card offers comes to the end: nothing befalls the requests any more, and each move is the one that
 * leads on. Resolves to what is in the tenant then.
 */
export async function bringToItsEnd(model: Model, play: Play): Promise<ReturnType<typeof countsIn>> {
  play.told.push('to the end');
  await play.befall();
  for (let moves = 0; play.runs().at(-1)?.status !== 'finished'; moves += 1) {
    if (moves > mostMoves) throw new Error(`The card leads nowhere:\n${play.chat.newest()?.text}`);
    await play.settle(300);
    await verify(model, play);
    verifyAtRest(play);
    await move(model, play);
  }
  await play.settle(300);
  await verifyAll(model, play);
  return countsIn(await play.state());
}

async function move(model: Model, play: Play): Promise<void> {
  const run = play.runs().at(-1);
  if (run?.status !== 'active') return play.say('set up leads');
  await play.say('status');
  const button = leadingOn(run, play.fresh());
  play.told.push(`  ${button ? `${button.verb} “${button.title}”` : 'waits'}`);
  if (!button) return play.say('continue');
  model.clicks(button);
  const { httpStatus, text } = await play.click(button);
  expect({ httpStatus, text }).toMatchObject({ httpStatus: 200, text: expect.stringMatching(/\S/u) });
}

/** The way that everybody would go; where it is the bot's own turn, there is none. */
function leadingOn(run: SetupRun, buttons: readonly Button[]): Button | undefined {
  const isOver = run.steps[provingStep(run)].status === 'done' && run.handover.revealUntil !== undefined;
  const wanted = isOver ? ['done', 'reveal', 'retry'] : ['choose', 'approve', 'retry', 'check', 'reveal'];
  return wanted.map((verb) => buttons.find((one) => one.verb === verb)).find((one) => one !== undefined);
}
