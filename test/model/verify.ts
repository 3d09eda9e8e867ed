import { setupCard } from '../../src/cards/setupCard.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { browserLinks } from '../cards/gallery.ts';
import { actionsOf } from '../cards/walk.ts';
import type { Model } from './model.ts';
import { buttonsOf, type Play } from './play.ts';
import { brokenByRequests, brokenInRun, brokenInTenant, brokenOnCard } from './rules.ts';

/** What was there at the last look. */
interface Seen {
  readonly runs: readonly SetupRun[];
  readonly requests: number;
  readonly sent: number;
}
const seen = new WeakMap<Play, Seen>();
/** What is in the tenant too much stays there, and what was sent stays in its log: every few commands are soon enough. */
const tenantEvery = 5;

/** Holds the bot, its store, the chat and the tenant against the model. Throws with everything that is not as it should be. */
export async function verify(model: Model, play: Play): Promise<void> {
  const last = seen.get(play) ?? { runs: [], requests: 0, sent: 0 };
  const runs = play.runs();
  const inTenant = play.commands % tenantEvery === 0 ? await brokenElsewhere(model, play, last) : { broken: [] };
  const broken = [
    ...runs.flatMap((run, index) => brokenInRun(last.runs[index], run, model)),
    ...(runs.filter(({ status }) => status === 'active').length > 1 ? ['two setups are under way in one chat'] : []),
    ...inTenant.broken,
    ...(play.stage.bot.isAlive() ? [] : ['the bot has ended']),
  ];
  seen.set(play, { ...last, ...inTenant, runs });
  play.remember();
  expect(broken).toEqual([]);
}

/** In the tenant, and in what the chat was sent. */
async function brokenElsewhere(model: Model, play: Play, last: Seen) {
  const [requests, state, secrets] = [await play.requests(), await play.state(), await play.secrets()];
  const runs = play.runs();
  const sent = play.sent();
  const output = play.stage.bot.output();
  const broken = [
    ...brokenByRequests(requests.slice(last.requests), runs, model),
    ...brokenInTenant(state, runs),
    ...([...sent.slice(last.sent), output].some((text) => secrets.some((secret) => text.includes(secret))) ? ['a secret was sent or logged'] : []),
    ...(output.includes('nobody was waiting for it') ? ['a promise was rejected, and nobody was waiting for it'] : []),
  ];
  return { broken, requests: requests.length, sent: sent.length };
}

/** All of it, at the end of a game. */
export async function verifyAll(model: Model, play: Play): Promise<void> {
  await verify(model, play);
  const { broken } = await brokenElsewhere(model, play, { runs: [], requests: 0, sent: 0 });
  expect(broken).toEqual([]);
}

/** Where nothing happens any more, the card in the chat is the one that the run draws, whatever was clicked before. */
export function brokenAtRest(play: Play): readonly string[] {
  const run = play.runs().at(-1);
  const message = run && play.cardOf(run.id);
  if (!run || !message || play.isQuestion(message)) return [];
  const shown = buttonsOf(message);
  const [inChat, drawn] = [shown.map(({ verb, data }) => ({ verb, data })), drawnFrom(run, play)].map((buttons) => JSON.stringify(buttons, null, 1));
  return [...brokenOnCard(run, shown, play.now.toISOString()), ...(inChat === drawn ? [] : [`the card has ${inChat}, and the run draws ${drawn}`])];
}

/** The buttons of the card as it is drawn from what is stored now. */
function drawnFrom(run: SetupRun, { now, stage: { tenant: { sandbox } } }: Play) {
  const speaker = { t: createTranslator('en-US'), locale: 'en-US', now, timeZone: undefined };
  const card = setupCard({ ...speaker, run, portals: sandbox.cloud.portals, revealOnCard: true, browserLinks });
  return actionsOf(card).filter(({ type }) => type === 'Action.Execute').map(({ verb, data }) => ({ verb, data }));
}
