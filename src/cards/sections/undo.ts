import { isDeepStrictEqual } from 'node:util';

import { say, type Sentence } from '../../setup/sentence.ts';
import type { TakenBack, Undo, UndoPlan, UndoState } from '../../setup/undo/record.ts';
import { isUndone } from '../../setup/undo/underWay.ts';
import { button, toggle } from '../actions.ts';
import { bindElements, type CardAction, type CardElement } from '../card.ts';
import { escapeMarkdown } from '../escape.ts';
import { otherAccountButtons } from '../failure.ts';
import { troubleElements, wayOnButtons } from '../personNeeded.ts';
import endedTemplate from '../templates/undoEnded.json' with { type: 'json' };
import listTemplate from '../templates/undoList.json' with { type: 'json' };
import planTemplate from '../templates/undoPlan.json' with { type: 'json' };
import requestsTemplate from '../templates/undoRequests.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';
import { undoButtons } from './ended.ts';
import { byHandOf } from './undoByHand.ts';

type In<Status extends UndoState['status']> = UndoState & { status: Status };

/** What a setup has made is being taken back: read, asked for, under way, or in trouble. */
export function undoSection(view: View): Opened {
  const undo = undoOf(view);
  switch (undo.state.status) {
    case 'planned':
      return planned(view, undo, undo.state);
    case 'undoing':
      return undoing(view, undo, undo.state);
    case 'failed':
      return failed(view, undo, undo.state);
    default:
      return planning(view, 'since' in undo.state ? undo.state.since : undo.state.at);
  }
}

/** After the end: what is gone and what stays; or that it was stopped. */
export function undoEndedSection(view: View): Opened {
  return isUndone(view.run) ? undone(view, undoOf(view)) : stopped(view, undoOf(view));
}

function undoOf({ run }: View): Undo {
  if (!run.undo) throw new Error('Nothing is being taken back');
  return run.undo;
}

function planning(view: View, since: string): Opened {
  const { words } = view;
  const body = workingElements(
    {
      heading: say('card.undoPlanning.heading'),
      text: say('card.undoPlanning.text'),
      caption: say('card.step.sinceUsual', { time: words.time(since), usual: words.plain(say('card.usual.prerequisites')) }),
    },
    words,
  );
  return { body, actions: [leaveButton(view)] };
}

function planned(view: View, { taken }: Undo, { plan, planHash, notice }: In<'planned'>): Opened {
  const { words } = view;
  const lead = say(`card.undoPlan.${taken.length > 0 ? 'leadAgain' : 'lead'}`);
  const body = bindElements(planTemplate, {
    text: { heading: words.text(say('card.undoPlan.heading')), lead: words.text(lead), anew: words.text(say('card.step.anew')) },
    hasNotice: notice !== undefined,
    headingSpacing: notice ? 'Medium' : 'Small',
    notice: notice ? words.text(notice) : '',
    notices: plan.notices.map((sentence) => words.text(sentence)),
    lists: [...listOf(view, 'card.undoList.goes', numbered(plan.changes)), ...staysOf(view, plan.stays)],
  });
  const actions = [
    button(view, 'approve.undo', { verb: 'approve', planHash }, { style: 'destructive' }),
    toggle(words, 'details', 'changes'),
    button(view, 'checkAgain', { verb: 'check' }),
    ...otherAccountButtons(view),
    leaveButton(view),
  ];
  return { body, actions, folded: requests(view, plan) };
}

function requests({ words }: View, { changes }: UndoPlan): CardElement[] {
  return bindElements(requestsTemplate, {
    heading: words.text(say('card.undoList.requests')),
    requests: changes.map(({ request }, index) => ({ number: `${index + 1}`, request: escapeMarkdown(request) })),
  });
}

function undoing(view: View, { taken }: Undo, { plan, progress, approvedAt }: In<'undoing'>): Opened {
  const { words } = view;
  const gone = plan.changes.filter(({ sentence }) => taken.some((one) => isSame(one.sentence, sentence)));
  const working = workingElements(
    {
      heading: say('card.undoing.heading'),
      text: progress?.sentence ?? say('card.step.goesOn'),
      percent: (gone.length / plan.changes.length) * 100,
      caption: say('card.undoing.since', { time: words.time(progress?.since ?? approvedAt) }),
      footnote: progress && say('card.step.goesOn'),
    },
    words,
  );
  return { body: [...working, ...goneOf(view, gone)], actions: [button(view, 'undoStop', { verb: 'cancel' })] };
}

/** What is left can be taken back by hand too. */
function failed(view: View, { taken }: Undo, { failure, approval }: In<'failed'>): Opened {
  const left = (approval?.plan.changes ?? []).filter(({ sentence }) => !taken.some((one) => isSame(one.sentence, sentence)));
  const whoCan = failure.code === 'E-REFUSED' ? say('card.undoFailed.whoCan') : undefined;
  const body = [
    ...troubleElements(view, 'undo', failure, { isKept: false, whoCan }),
    ...goneOf(view, taken),
    ...listOf(view, 'card.undoFailed.left', left.map(({ sentence }) => ({ mark: '•', sentence, more: byHandOf(sentence) }))),
  ];
  return { body, actions: [...wayOnButtons(view, 'undo', failure, { verb: 'retry' }), ...otherAccountButtons(view), leaveButton(view)] };
}

function undone(view: View, { taken, state }: Undo): Opened {
  const text = view.words.group('card.undone');
  const wasUsed = view.run.handover.revealedAt !== undefined || view.run.handover.enteredAt !== undefined;
  const lists = [...goneOf(view, taken), ...staysOf(view, state.status === 'undone' ? state.stays : [])];
  const after = [wasUsed && taken.length > 0 && text['partnerCenter'], text['again']].filter(Boolean);
  return { body: bindElements(endedTemplate, { heading: text['heading'], lead: text[taken.length > 0 ? 'lead' : 'nothing'], lists, after }), actions: [] };
}

function stopped(view: View, { taken }: Undo): Opened {
  const text = view.words.group('card.undoStopped');
  const body = bindElements(endedTemplate, { heading: text['heading'], lead: text[taken.length > 0 ? 'some' : 'none'], lists: goneOf(view, taken), after: [] });
  return { body, actions: undoButtons(view) };
}

interface Line {
  readonly mark: string;
  readonly sentence: Sentence;
  /** How to do it by hand. */
  readonly more?: Sentence | undefined;
}

function numbered(changes: readonly TakenBack[]): Line[] {
  return changes.map(({ sentence }, index) => ({ mark: `${index + 1}`, sentence }));
}

function goneOf(view: View, taken: readonly TakenBack[]): CardElement[] {
  return listOf(view, 'card.undoList.gone', taken.map(({ sentence }) => ({ mark: '✓', sentence })));
}

function staysOf(view: View, stays: readonly Sentence[]): CardElement[] {
  return listOf(view, 'card.undoList.stays', stays.map((sentence) => ({ mark: '•', sentence })));
}

function listOf({ words }: View, heading: string, lines: readonly Line[]): CardElement[] {
  if (lines.length === 0) return [];
  return bindElements(listTemplate, {
    heading: words.text(say(heading)),
    lines: lines.map(({ mark, sentence, more }) => ({ mark, sentence: words.text(sentence), hasMore: more !== undefined, more: more ? words.text(more) : '' })),
  });
}

/** Nothing is taken back, or nothing more; what the setup was, it is again. */
function leaveButton(view: View): CardAction {
  return button(view, 'undoLeave', { verb: 'cancel' });
}

function isSame(one: Sentence, other: Sentence): boolean {
  return isDeepStrictEqual(one, other);
}
