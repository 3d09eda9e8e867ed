import { pathSteps, type SetupRun } from '../../src/setup/run.ts';
import type { Model } from './model.ts';
import { buttonsOf, type Play } from './play.ts';
import { brokenByRequests, brokenInRun, brokenInTenant, brokenOnCard } from './rules.ts';

/** What was there at the last look. */
const before = new WeakMap<Play, { readonly runs: readonly SetupRun[]; readonly requests: number; readonly received: number; readonly answered: number }>();

/** Holds the bot, its store, the chat and the tenant against the model. Throws with everything that is not as it should be. */
export async function verify(model: Model, play: Play): Promise<void> {
  const last = before.get(play) ?? { runs: [], requests: 0, received: 0, answered: 0 };
  const [requests, state, secrets] = [await play.requests(), await play.state(), await play.secrets()];
  const runs = play.runs();
  const { unrevealed, chat: { received } } = play;
  const sent = [...received.slice(last.received), ...unrevealed.slice(last.answered)];
  const broken = [
    ...runs.flatMap((run, index) => brokenInRun(last.runs[index], run, model)),
    ...(runs.filter(({ status }) => status === 'active').length > 1 ? ['two setups are under way in one chat'] : []),
    ...brokenByRequests(requests.slice(last.requests), runs, model),
    ...brokenInTenant(state, runs),
    ...(sent.some((text) => secrets.some((secret) => text.includes(secret))) ? ['a secret was sent'] : []),
    ...(play.stage.bot.isAlive() ? [] : ['the bot has ended']),
  ];
  before.set(play, { runs, requests: requests.length, received: received.length, answered: unrevealed.length });
  play.remember();
  expect(broken).toEqual([]);
}

/** Nothing happens any more: the card in the chat is the one that the run draws, whatever was clicked before. */
export function verifyAtRest(play: Play): void {
  const run = play.runs().at(-1);
  const message = run && play.cardOf(run.id);
  if (!run || !message || play.isQuestion(message)) return;
  const shown = buttonsOf(message);
  expect(brokenOnCard(run, shown, play.now.toISOString())).toEqual([]);
  const plans = pathSteps.entra.flatMap((id) => ('planHash' in run.steps[id] && run.steps[id].status === 'planned' ? [run.steps[id].planHash] : []));
  expect(plans).toEqual(expect.arrayContaining(shown.filter(({ verb }) => verb === 'approve').map(({ data }) => data['planHash'])));
}
