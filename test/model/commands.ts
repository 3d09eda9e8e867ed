import * as fc from 'fast-check';

import type { PersonaName } from '../../sandbox/personas.ts';
import { type Model, words } from './model.ts';
import type { Button, Click, Play, Touch } from './play.ts';
import { verify } from './verify.ts';

type Command = fc.AsyncCommand<Model, Play>;

/** What can happen in a game; after each the world is held against the model. */
export function commands(): fc.Arbitrary<Command>[] {
  const often = (times: number, arbitrary: fc.Arbitrary<Command>) => Array.from({ length: times }, () => arbitrary);
  // A start of the bot costs as much as twenty clicks.
  return [
    ...often(20, which.map((nth) => command(`click fresh ${nth}`, (model, play) => click(model, play, freshAt(play, nth))))),
    ...often(16, fc.constant(command('go on', goOn))),
    ...often(6, which.map((nth) => command(`click stale ${nth}`, (model, play) => click(model, play, at(play.buttons, nth))))),
    ...often(6, fc.constant(command('enter other details, and approve the plan of before', enterAndApprove))),
    ...often(4, which.map((nth) => command(`approve a plan of before ${nth}`, (model, play) => click(model, play, at(outdated(play), nth))))),
    ...often(6, fc.constant(command('approve twice at once', (model, play) => together(() => [click(model, play, approval(play)), click(model, play, approval(play))])))),
    ...often(4, fc.constant(command('approve, and the bot stands still meanwhile', approveAndStandStill))),
    ...often(4, which.map((nth) => command(`take back ${nth}`, (model, play) => click(model, play, at(play.buttons.filter(({ verb }) => verb === 'undo'), nth))))),
    ...often(4, fc.constantFrom<Touch>('may not sign in', 'has no key').map((what) => command(`the account ${what}`, async (model, play) => {
      model.isTouched = true;
      await play.touch(what);
    }))),
    ...often(6, which.map((nth) => command(`click twice at once ${nth}`, (model, play) => together(() => [click(model, play, freshAt(play, nth)), click(model, play, freshAt(play, nth))])))),
    ...often(6, which.map((nth) => command(`click in two clients ${nth}`, (model, play) => together(() => [click(model, play, freshAt(play, nth)), click(model, play, freshAt(play, nth), anyMessage(play, nth))])))),
    ...often(4, fc.tuple(which, which).map(([one, other]) => command(`click ${one} and stale ${other} at once`, (model, play) => together(() => [click(model, play, freshAt(play, one)), click(model, play, at(play.buttons, other))])))),
    ...often(6, fc.tuple(which, word).map(([nth, text]) => command(`click ${nth} and say “${text}” at once`, (model, play) => together(() => [click(model, play, freshAt(play, nth)), say(model, play, text)])))),
    ...often(10, word.map((text) => command(`say “${text}”`, (model, play) => say(model, play, text)))),
    ...often(4, fc.tuple(which, stranger, chat).map(([nth, as, seenBy]) => command(`${as} clicks ${nth} in the chat of ${seenBy}`, (model, play) => click(model, play, at(play.buttons.filter(({ verb }) => verb !== 'start'), nth), { as, seenBy })))),
    ...often(4, stranger.map((as) => command(`${as} clicks what leads on`, (model, play) => click(model, play, leadingOn(play), { as, seenBy: model.owner })))),
    ...often(2, fc.tuple(fc.constantFrom('approve', 'retry', 'yes, cancel', 'status', 'done'), stranger).map(([text, as]) => command(`${as} says “${text}”`, (_model, play) => play.say(text, as)))),
    ...often(16, fc.constantFrom(1, 4, 8, 30).map((seconds) => command(`settle ${seconds}`, (_model, play) => play.settle(seconds)))),
    ...often(4, fc.constantFrom(5, 25, 1_200, 26 * 3_600).map((seconds) => command(`${seconds} seconds pass`, (_model, play) => play.pass(seconds)))),
    ...often(4, fc.tuple(match, kind).map(([one, what]) => command(`${what} befalls ${one}`, (_model, play) => play.befall({ match: one, kind: what })))),
    ...often(1, fc.constant(command('the bot is stopped and started', (_model, play) => play.restart('SIGTERM')))),
    ...often(1, fc.constant(command('the bot is killed and started', (_model, play) => play.restart('SIGKILL')))),
    ...often(1, which.map((nth) => command(`click ${nth} and the bot is killed`, (model, play) => together(() => [clickLost(model, play, freshAt(play, nth)), play.restart('SIGKILL')])))),
  ];
}

const which = fc.nat({ max: 99 });
const stranger = fc.constantFrom<PersonaName>('priya', 'rita');
/** A card is seen by everybody in a group, and can be carried into another chat. */
const chat = fc.constantFrom<PersonaName>('alex', 'priya');
const word = fc.constantFrom(...Object.keys(words), 'set up leads', 'approve', 'status');
const kind = fc.constantFrom('drop-before', 'drop-after', 'status:500', 'status:503', 'throttle:2');
const match = fc.constantFrom('GET /v1.0/*', 'GET /v9.2/*', 'PATCH /*', 'POST /ImportSolutionAsync', 'POST /systemusers', 'POST /*.AddPrivilegesRole', 'POST /$ref', 'POST /addPassword', 'POST /leads', 'DELETE /*');

function command(name: string, act: (model: Model, play: Play) => Promise<void>): Command {
  return {
    check: () => true,
    toString: () => name,
    run: async (model, play) => {
      play.told.push(name);
      play.commands += 1;
      await act(model, play);
      await verify(model, play);
    },
  };
}

async function together(acts: () => readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(acts())).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Whatever is clicked, and by whomever, is answered in time: with a card or with a sentence. */
async function click(model: Model, play: Play, found: Button | undefined, how: Click = {}): Promise<void> {
  if (!found) return;
  const button = { ...found, data: { ...found.data, ...enteredWith(found, play.commands) } };
  play.told.push(`  ${button.verb} “${button.title}” ${how.as ?? ''}`);
  model.clicks(button, how.as);
  const { httpStatus, statusCode, isCard, text } = await play.click(button, how);
  expect({ httpStatus, statusCode }).toEqual({ httpStatus: 200, statusCode: 200 });
  expect(text.trim()).not.toBe('');
  if (how.as) expect(isCard).toBe(false);
}

/** Other details make another plan: an approval of the one before is not one of it. */
function enteredWith({ verb, data }: Button, nth: number): Record<string, string> {
  if (verb !== 'submit') return {};
  if (data['stepId'] === 'application') return { displayName: `Leads ${nth % 3}` };
  return data['stepId'] === 'keyAndProof' ? { months: String([6, 12, 18][nth % 3]) } : {};
}

/** A game in which everything has ended begins anew. */
async function goOn(model: Model, play: Play): Promise<void> {
  const isOver = play.runs().every(({ status }) => status !== 'active');
  await (isOver ? say(model, play, 'set up leads') : click(model, play, leadingOn(play)));
  await play.settle(4);
}

/** The card that was there a moment ago is still on somebody's screen. */
async function enterAndApprove(model: Model, play: Play): Promise<void> {
  const buttons = play.fresh();
  await click(model, play, buttons.find(({ verb, data }) => verb === 'submit' && data['stepId']));
  await play.settle(4);
  await click(model, play, buttons.find(({ verb }) => verb === 'approve'));
}

/** The request of each step that is hardest to lose. */
const crucial: Readonly<Record<string, string>> = { solution: 'POST /ImportSolutionAsync', application: 'PATCH /applications*', applicationUserAndRole: 'POST /systemusers', keyAndProof: 'POST /addPassword' };

async function approveAndStandStill(model: Model, play: Play): Promise<void> {
  const button = approval(play);
  await click(model, play, button);
  if (button) await play.standStill(crucial[String(button.data['stepId'])] ?? 'DELETE /*');
}

/** Nobody hears the answer. */
async function clickLost(model: Model, play: Play, button: Button | undefined): Promise<void> {
  if (!button) return;
  model.clicks(button);
  await play.click(button).catch(() => undefined);
}

async function say(model: Model, play: Play, text: string): Promise<void> {
  const last = () => play.runs().find(({ status }) => status === 'active') ?? play.runs().at(-1);
  model.says(text, last());
  await play.say(text);
  model.says(text, last());
}

/** Whoever wants to stop everything mostly thinks better of it: else games would be over before they begin. */
function freshAt(play: Play, nth: number): Button | undefined {
  const button = at(play.fresh(), nth);
  const isStopping = button && ['cancel', 'restart', 'back', 'submit'].includes(button.verb) && !button.data['stepId'];
  return isStopping && nth % 7 !== 0 ? leadingOn(play) : button;
}

function at(buttons: readonly Button[], nth: number): Button | undefined {
  return buttons[nth % Math.max(1, buttons.length)];
}

function approval(play: Play): Button | undefined {
  return play.fresh().find(({ verb }) => verb === 'approve');
}

function leadingOn(play: Play): Button | undefined {
  const buttons = play.fresh();
  return ['choose', 'approve', 'retry', 'mend', 'check', 'reveal', 'done', 'continue'].map((verb) => buttons.find((one) => one.verb === verb)).find((one) => one !== undefined);
}

/** Approvals of steps that wait for one, of another plan than theirs. */
function outdated(play: Play): Button[] {
  const planned = Object.entries(play.runs().at(-1)?.steps ?? {}).flatMap(([id, state]) => (state.status === 'planned' ? [[id, state.planHash]] : []));
  return play.buttons.filter(({ verb, data: { stepId, planHash } }) => verb === 'approve' && planned.some(([id, hash]) => id === stepId && hash !== planHash));
}

function anyMessage(play: Play, nth: number): { from?: string } {
  const ids = [...play.chat.messages.keys()];
  const from = ids[nth % Math.max(1, ids.length)];
  return from === undefined ? {} : { from };
}
