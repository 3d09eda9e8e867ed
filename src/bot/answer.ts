import type { AdaptiveCard } from '../cards/card.ts';
import { samePerson } from '../setup/asking.ts';
import type { Command, Outcome } from '../setup/commands/command.ts';
import type { SetupRun } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { Asked } from './askedCards.ts';
import type { Language } from './language.ts';

/** The run's own card, in place of whatever was clicked. */
export interface LivingAnswer {
  readonly kind: 'living';
  readonly run: SetupRun;
  readonly notice?: Sentence | undefined;
  readonly secret?: string | undefined;
  /** The person has just been asked to sign in: that comes before any card. */
  readonly asksForSignIn?: boolean;
}

/** The card of somebody who was asked, in place of whatever they clicked. */
export interface AskedAnswer extends Asked {
  readonly kind: 'asked';
  readonly notice?: Sentence | undefined;
  readonly secret?: string | undefined;
  readonly asksForSignIn?: boolean;
}

/** What a command is answered with; how it gets to the person depends on how they asked. */
export type Answer =
  | LivingAnswer
  | AskedAnswer
  /** A question of its own. */
  | { readonly kind: 'question'; readonly run: SetupRun; readonly card: AdaptiveCard }
  | { readonly kind: 'sentence'; readonly sentence: Sentence };

/** Somebody else's run is talked about, never shown. */
export function answerTo(command: Command, outcome: Outcome, { cards }: Language): Answer {
  const { run } = outcome;
  if (!run || !isOwn(command, run)) return { kind: 'sentence', sentence: noticeOf(outcome) };
  switch (outcome.kind) {
    case 'moved':
    case 'refused':
      return { kind: 'living', run, notice: outcome.notice };
    case 'shown':
      return { kind: 'living', run };
    case 'revealed':
      return { kind: 'living', run, secret: outcome.secret };
    case 'asked':
      return { kind: 'question', run, card: cards.question(run, outcome.question) };
  }
}

/** Somebody's own run, in the chat that it was begun in. */
export function isOwn({ actor, conversationId }: Command, { startedBy, ...run }: SetupRun): boolean {
  return samePerson(startedBy, actor) && run.conversationId === conversationId;
}

function noticeOf(outcome: Outcome): Sentence {
  if ('notice' in outcome && outcome.notice) return outcome.notice;
  return outcome.run ? say('notice.notYours', { name: outcome.run.startedBy.name }) : say('notice.noSetup');
}
