import { findingsOf } from '../../src/setup/drift/checking.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { stepsOf } from '../../src/setup/sections.ts';
import { isUndoing } from '../../src/setup/undo/underWay.ts';
import { opens } from '../faults/handedOver.ts';
import { ways } from '../faults/ways.ts';
import type { Model } from './model.ts';
import { type Button, buttonsOf, type Play } from './play.ts';
import { countsIn } from './rules.ts';
import { verify, verifyAll, brokenAtRest } from './verify.ts';

/** As many clicks as the whole way takes from its beginning, as it is put right again, and some that try again. */
const mostMoves = 60;
const mostLooks = 50;

/**
 * Whatever has happened, somebody who does what the card offers comes to the end, and a check finds nothing: nothing befalls the requests any more, and each move
 * is the one that leads on. Resolves to what the last setup has then in the tenant.
 */
export async function bringToItsEnd(model: Model, play: Play): Promise<ReturnType<typeof countsIn>> {
  play.told.push('to the end');
  await play.befall();
  const since = play.now.toISOString();
  for (let moves = 0; !isWhole(underWay(play), since); moves += 1) {
    if (moves > mostMoves) throw new Error(`The card leads nowhere:\n${play.chat.newest()?.text}`);
    await rest(model, play);
    await move(model, play, since);
  }
  await play.settle(300);
  await verifyAll(model, play);
  return countsIn(await play.state(), play.runs().at(-1)?.facts.application?.appId);
}

/** The last setup first, as one was built on the other: what they have made goes again, and nothing else. */
export async function takeAllBack(model: Model, play: Play): Promise<void> {
  play.told.push('all of it is taken back');
  for (const { id } of play.runs().filter(({ journal }) => journal.length > 0).toReversed()) await takeBack(model, play, id);
  await verifyAll(model, play);
  expect(await play.live()).toEqual(play.before);
}

async function takeBack(model: Model, play: Play, runId: string): Promise<void> {
  await click(model, play, { on: play.cardOf(runId)?.id ?? 'card', title: 'Undo', verb: 'undo', data: { runId } });
  for (let moves = 0; play.runs().some(isUndoing); moves += 1) {
    if (moves > mostMoves) throw new Error(`It is not taken back:\n${play.chat.newest()?.text}`);
    await rest(model, play);
    const card = play.cardOf(runId);
    const button = card && buttonsOf(card).find(({ verb }) => ['approve', 'retry'].includes(verb));
    if (button && play.runs().some(isUndoing)) await click(model, play, button);
  }
  play.told.push(`  stays: ${JSON.stringify(play.runs().find(({ id }) => id === runId)?.undo?.state)}`);
}

async function rest(model: Model, play: Play): Promise<void> {
  await play.settle(300);
  // A busy machine takes its time, which is not the one that is moved here.
  for (let looks = 0; looks < mostLooks && brokenAtRest(play).length > 0; looks += 1) await play.settle(4);
  await verify(model, play);
  expect(brokenAtRest(play)).toEqual([]);
}

/** Set up, and found so since. */
function isWhole(run: SetupRun | undefined, since: string): boolean {
  return isFinished(run) && wasRead(run, since) && findingsOf(run).every(({ verdict }) => verdict === 'asItShouldBe');
}

function isFinished(run: SetupRun | undefined): run is SetupRun {
  return run?.status === 'finished' && !run.undo;
}

function wasRead({ drift }: SetupRun, since: string): boolean {
  return drift?.status === 'read' && drift.at >= since;
}

async function move(model: Model, play: Play, since: string): Promise<void> {
  const run = underWay(play);
  if (isFinished(run) && !wasRead(run, since)) return say(model, play, 'check');
  if (run?.status !== 'active' && !isFinished(run)) return say(model, play, 'set up leads');
  if (run.status === 'active') await play.say('status');
  const button = leadingOn(run, play.fresh());
  if (!button) return play.say('continue');
  await click(model, play, button);
}

/** The last setup, unless an earlier one is being taken back: that goes first. */
function underWay(play: Play): SetupRun | undefined {
  return play.runs().find(({ status }) => status === 'active') ?? play.runs().at(-1);
}

async function say(model: Model, play: Play, text: string): Promise<void> {
  play.told.push(`  “${text}”`);
  model.says(text, play.runs().at(-1));
  await play.say(text);
}

async function click(model: Model, play: Play, button: Button): Promise<void> {
  play.told.push(`  ${button.verb} “${button.title}”`);
  model.clicks(button);
  const { httpStatus, text } = await play.click(button);
  expect({ httpStatus, text }).toMatchObject({ httpStatus: 200, text: expect.stringMatching(/\S/u) });
  if (button.verb === 'reveal' && !model.isTouched) await verifyShown(play, text);
}

/** Leads can be written with the key that was shown. */
async function verifyShown(play: Play, text: string): Promise<void> {
  const shown = (await play.secrets()).find((secret) => text.includes(secret));
  const appId = underWay(play)?.facts.application?.appId;
  if (shown) expect({ leadsCanBeWritten: await opens(play.stage.tenant, ways.entra, { secret: shown }, appId) }).toEqual({ leadsCanBeWritten: true });
}

/** The way that everybody would go; where it is the bot's own turn, there is none. */
function leadingOn(run: SetupRun, buttons: readonly Button[]): Button | undefined {
  const isOver = !run.undo && stepsOf(run).every((id) => run.steps[id].status === 'done') && run.handover.revealUntil !== undefined;
  const wanted = isOver ? ['mend', 'done', 'reveal', 'retry'] : ['choose', 'approve', 'retry', 'mend', 'check', 'reveal'];
  return wanted.map((verb) => buttons.find((one) => one.verb === verb)).find((one) => one !== undefined);
}
