import type { ConversationReference, TurnContext } from 'botbuilder';
import { z } from 'zod';

import type { SetupConversation } from '../dialogs/setupConversation.ts';
import type { Log } from '../log.ts';
import type { SetupRun } from '../setup/run.ts';
import type { Setups, Teller, Told } from '../setup/setups.ts';
import type { ConversationPlaces } from '../storage/conversationPlaces.ts';
import type { People } from '../storage/people.ts';
import type { ChannelAdapter } from './adapter.ts';
import type { Asked, AskedCards } from './askedCards.ts';
import { busyIn, type ChannelBusyError } from './channelBusy.ts';
import type { ConversationLocks } from './conversationLocks.ts';
import type { LanguageFor } from './language.ts';
import type { LeadSetupBot } from './leadSetupBot.ts';
import type { ChannelPace } from './channelPace.ts';
import { isGone, type LivingCards } from './livingCards.ts';
import { isAsking, isInProgress, markOf } from './progress.ts';

export interface NotifierParts {
  readonly setups: Setups;
  readonly places: ConversationPlaces;
  readonly adapter: Pick<ChannelAdapter, 'resume'>;
  readonly bot: Pick<LeadSetupBot, 'runLocked'>;
  readonly conversation: SetupConversation;
  readonly livingCards: LivingCards;
  readonly askedCards: AskedCards;
  readonly people: Pick<People, 'referenceOf'>;
  readonly locks: ConversationLocks;
  readonly languageFor: LanguageFor;
  readonly signOut: (run: SetupRun) => void;
  readonly pace: ChannelPace;
  readonly log: Log;
  /** Calls back once after that many milliseconds; answers with how to call it off. */
  readonly later: (work: () => void, ms: number) => () => void;
}

export interface Notifier extends Teller {
  /** Calls off what was put off. */
  stop(): void;
}

/** Teams limits what a bot may send to a conversation; a bar that moves every three seconds moves enough. */
const progressEveryMs = 3000;
/** A card that is drawn anew closes what was opened on it and loses what was typed: while it asks something, mere progress is hardly worth that. */
const progressWhileAskingMs = 60_000;

type StoredReference = Partial<ConversationReference> & { readonly localTimezone?: string };
const neededOfReference = z.object({ serviceUrl: z.string(), channelId: z.string(), conversation: z.object({ id: z.string() }) });
const referenceSchema = z.custom<StoredReference>((stored) => neededOfReference.safeParse(stored).success);

/** After something was told: mere progress waits until this is over. */
interface Pause {
  readonly callOff: () => void;
  /** The mark of what was told. */
  readonly told: string;
  isOverdue: boolean;
}

/** Brings a person's card and dialog up to date. Progress is slowed down, the last state always arrives; changes are told at once. */
export function createNotifier(parts: NotifierParts): Notifier {
  const pauses = new Map<string, Pause>();
  /** By run under way: the mark of what was told last. */
  const told = new Map<string, string>();

  const deliver = async (run: SetupRun): Promise<void> => {
    await tellNow(parts, run);
    pauses.get(run.id)?.callOff();
    pauses.delete(run.id);
    told.delete(run.id);
    if (run.status === 'active') pause(run);
  };
  const pause = (run: SetupRun, isOverdue = false): void => {
    const mayWait = isOverdue || isAsking(run);
    pauseFor(run, mayWait ? progressWhileAskingMs : progressEveryMs, isOverdue);
  };
  const pauseFor = (run: SetupRun, ms: number, isOverdue: boolean): void => {
    const mark = markOf(run);
    told.set(run.id, mark);
    pauses.set(run.id, { callOff: parts.later(() => goOn(run.id), ms), told: mark, isOverdue });
  };
  /** Several setups in one conversation, or many in the tenant: progress waits until there is room for it. */
  const waitForRoom = (run: SetupRun): boolean => {
    const ms = isInProgress(run) && told.get(run.id) === markOf(run) ? parts.pace.waitMs(conversationsOf(run)) : 0;
    if (ms > 0) pauseFor(run, ms, true);
    return ms > 0;
  };
  /** A question that was opened is left a minute, once. */
  const hold = (run: SetupRun): boolean => {
    const isHeld = isInProgress(run) && parts.livingCards.takeQuestion(run);
    if (isHeld) pause(run, true);
    return isHeld;
  };
  const goOn = (runId: string): void => {
    const isOverdue = pauses.get(runId)?.isOverdue;
    pauses.delete(runId);
    const run = isOverdue ? parts.setups.load(runId) : undefined;
    if (run && !hold(run) && !waitForRoom(run)) orNotNow(deliver(run)).then(
      (became) => became.kind === 'notNow' && pauseFor(run, became.forMs, true),
      (error: unknown) => parts.log.warn({ err: error, runId }, 'Progress could not be told'),
    );
  };

  return {
    tell: async (runId) => {
      const run = parts.setups.load(runId);
      if (!run) return { kind: 'told' };
      const pausing = pauses.get(runId);
      if (pausing && isInProgress(run) && pausing.told === markOf(run)) pausing.isOverdue = true;
      else if (pausing || (!hold(run) && !waitForRoom(run))) return orNotNow(deliver(run));
      return { kind: 'told' };
    },
    stop: () => {
      for (const { callOff } of pauses.values()) callOff();
      pauses.clear();
      told.clear();
    },
  };
}

/** Rejects when it could not be delivered for another reason than that the channel has no time, or says that nobody is there. */
async function orNotNow(delivering: Promise<void>): Promise<Told> {
  try {
    await delivering;
    return { kind: 'told' };
  } catch (error) {
    const busy = busyIn(error);
    if (busy) return { kind: 'notNow', forMs: busy.forMs };
    if (isGone(error)) return { kind: 'gone', error };
    throw error;
  }
}

/** Where this run is told. */
function conversationsOf({ conversationId, asks }: SetupRun): string[] {
  return [conversationId, ...asks.flatMap((ask) => (ask.status === 'open' && ask.conversationId ? [ask.conversationId] : []))];
}

/** Whoever began the setup and whoever was asked, each in their own chat: one who cannot be told keeps nobody else waiting. */
async function tellNow(parts: NotifierParts, run: SetupRun): Promise<void> {
  const told = await Promise.allSettled([tellStarter(parts, run), ...run.asks.map((ask) => tellAsked(parts, { run, ask }))]);
  parts.signOut(parts.setups.load(run.id) ?? run);
  const reasons = told.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (reasons.length > 0) throw reasons.find((reason) => !busyIn(reason) && !isGone(reason)) ?? longestBusy(reasons) ?? reasons[0];
}

function longestBusy(reasons: readonly unknown[]): ChannelBusyError | undefined {
  return reasons.flatMap((reason) => busyIn(reason) ?? []).toSorted((one, other) => other.forMs - one.forMs).at(0);
}

/** Their card, as it stands now. Whoever has removed the bot cannot be told: then whoever asked is. */
async function tellAsked(parts: NotifierParts, { run, ask }: Asked): Promise<void> {
  const { conversationId } = ask;
  if (!conversationId || conversationId === run.conversationId) return;
  const isOpen = run.status === 'active' && ask.status === 'open';
  if (!isOpen && !parts.askedCards.isPlaced({ run, ask })) return;
  const place = referenceSchema.safeParse(parts.people.referenceOf(conversationId));
  if (!place.success) return parts.setups.couldNotReach(run.id, ask.id);
  try {
    await showAsked(parts, place.data, { run, ask });
  } catch (error) {
    if (!isGone(error)) throw error;
    parts.log.warn({ err: error, runId: run.id }, 'Somebody who was asked cannot be reached');
    parts.setups.couldNotReach(run.id, ask.id);
  }
}

async function showAsked(parts: NotifierParts, { localTimezone, ...reference }: StoredReference, { run, ask }: Asked): Promise<void> {
  parts.pace.sends(ask.conversationId ?? '');
  await parts.locks.run(ask.conversationId ?? '', () =>
    parts.adapter.resume(reference, async (context) => {
      if (localTimezone) context.activity.localTimezone = localTimezone;
      const now = parts.setups.load(run.id) ?? run;
      await parts.askedCards.show(context, { run: now, ask: now.asks.find(({ id }) => id === ask.id) ?? ask });
    }),
  );
}

async function tellStarter(parts: NotifierParts, run: SetupRun): Promise<void> {
  const place = referenceSchema.safeParse(parts.places.find(run.id)?.reference);
  if (!place.success) return parts.log.warn({ runId: run.id }, 'Nobody can be told: the conversation of this run is not known');
  const { localTimezone, ...reference } = place.data;
  parts.pace.sends(run.conversationId);
  await parts.locks.run(run.conversationId, () =>
    parts.adapter.resume(reference, async (context) => {
      if (localTimezone) context.activity.localTimezone = localTimezone;
      await parts.bot.runLocked(context, (turn) => tellDialog(parts, turn, run.id));
      await showCard(parts, context, run.id);
    }),
  );
}

/** The dialog's place is saved before the card is drawn: a card that cannot be drawn is told again, a sign-in is not asked for twice. */
async function tellDialog({ setups, conversation }: NotifierParts, context: TurnContext, runId: string): Promise<void> {
  const latest = setups.latestIn(context.activity.conversation.id);
  if (latest?.id === runId && latest.status === 'active') await conversation.advanceSignedIn(context, latest);
}

/** Drawn from the run as it is now, unless a later setup has taken over the message. */
async function showCard(parts: NotifierParts, context: TurnContext, runId: string): Promise<void> {
  const run = parts.setups.load(runId);
  const latest = parts.setups.latestIn(context.activity.conversation.id);
  const cardOf = (id: string) => parts.places.find(id)?.cardId;
  if (!run || (latest && latest.id !== runId && cardOf(latest.id) === cardOf(runId))) return;
  await parts.livingCards.update(context, { run, card: parts.languageFor(context.activity).cards.setup(run) });
}
