import { stepIdSchema } from '../setup/run.ts';
import { currentSection, type Section, stepsOf } from '../setup/sections.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import { actingAsElements } from './actingAs.ts';
import { type AdaptiveCard, bindCard } from './card.ts';
import { checklist, linesOf, numberOf } from './checklist.ts';
import { placeOf } from './place.ts';
import { askableStep } from './sections/asking.ts';
import { endedSection } from './sections/ended.ts';
import { environmentSection } from './sections/environment.ts';
import { handOverSection } from './sections/handOver.ts';
import { prerequisitesSection } from './sections/prerequisites.ts';
import { undoEndedSection, undoSection } from './sections/undo.ts';
import { stepSection } from './sections/step.ts';
import template from './templates/frame.json' with { type: 'json' };
import type { Opened, SetupCardInput, View } from './view.ts';
import { wordsFor } from './words.ts';

function open(view: View, section: Section): Opened {
  switch (section) {
    case 'environment':
      return environmentSection(view);
    case 'prerequisites':
      return prerequisitesSection(view);
    case 'partnerCenter':
      return handOverSection(view);
    case 'undo':
      return undoSection(view);
    case 'ended':
      return view.run.undo ? undoEndedSection(view) : endedSection(view);
    default:
      return askableStep(view, section, () => stepSection(view, section));
  }
}

/**
 * The living card of a setup: a checklist, and the section that needs the person opened below it.
 * A pure function of the run; the key is on it only when `secret` is given.
 */
export function setupCard(input: SetupCardInput): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { run, words, notice } = view;
  const section = currentSection(run);
  const number = numberOf(section, run);
  const { body, actions, folded = [] } = open(view, section);
  return bindCard(template, {
    ...headingOf(view),
    actingAs: actingAsElements(run.startedBy, words),
    lang: words.language,
    fallback: words.text(say('card.frame.fallback')),
    hasNotice: notice !== undefined,
    notice: notice ? words.text(notice) : '',
    // What was done once says nothing of what is there now.
    checklist: run.undo ? [] : checklist(run, words),
    ...remarkOf(view),
    hasStep: number !== undefined,
    step: words.text(say('card.frame.step', { number: number ?? 0, total: linesOf(run).length })),
    section: body,
    hasActions: actions.length > 0,
    actions,
    folded,
  });
}

/** What holds for the whole card: that the bot has changed nothing, and whose clock its times are of. */
function remarkOf({ run, words, timeZone }: View) {
  const isBeginning = stepsOf(run).some((id) => run.steps[id].status === 'applying');
  const isUntouched = run.status === 'active' && run.journal.length === 0 && !isBeginning;
  const remark = [isUntouched && say('card.frame.nothingChanged'), approvalOf(run, words), signedOutOf(run, words), !timeZone && say('card.frame.timesInUtc')]
    .filter((sentence) => sentence !== false)
    .map((sentence) => words.text(sentence))
    .join(' ');
  return { hasRemark: remark !== '', remark };
}

/** Whoever has signed out decides when to go on; so does whoever was away for long. */
function signedOutOf({ status, signedOutAt, signInEndedAt }: View['run'], words: View['words']): Sentence | false {
  if (status !== 'active') return false;
  if (signedOutAt !== undefined) return say('card.frame.signedOut', { time: words.time(signedOutAt) });
  return signInEndedAt !== undefined && say('card.frame.signInEnded', { time: words.time(signInEndedAt) });
}

/** Whether steps are approved by themselves now, or were until the person or trouble stopped that. */
function approvalOf(run: View['run'], words: View['words']): Sentence | false {
  const { status, allAtOnce, allAtOnceEndedAt, pausedAt } = run;
  if (status !== 'active') return false;
  if (allAtOnce) return say(`card.frame.${isAskedNow(run) ? 'allAtOnceButThis' : 'allAtOnce'}`, { time: words.time(allAtOnce.approvedAt) });
  if (allAtOnceEndedAt !== undefined) return say('card.frame.allAtOnceEnded', { time: words.time(allAtOnceEndedAt) });
  return pausedAt !== undefined && say('card.frame.paused', { time: words.time(pausedAt) });
}

/** Whatever is still asked for is never approved together with others. */
function isAskedNow(run: View['run']): boolean {
  const step = stepIdSchema.safeParse(currentSection(run));
  return step.success && run.steps[step.data].status === 'planned';
}

function headingOf({ run, words }: View) {
  const { environment } = run;
  if (!environment) return { heading: words.text(say('card.frame.headingUnknown')), hasAddress: false, address: '' };
  const { address } = placeOf(run, words);
  return {
    heading: words.text(say('card.frame.heading', { environment: environment.name })),
    hasAddress: address !== environment.name,
    address,
  };
}
