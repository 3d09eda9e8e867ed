import { differingSteps, findingsOf, isSecretEnding } from '../../setup/drift/checking.ts';
import type { Drift, Finding } from '../../setup/drift/finding.ts';
import { isBeingChecked } from '../../setup/drift/underWay.ts';
import type { SetupRun } from '../../setup/run.ts';
import { provingStep } from '../../setup/sections.ts';
import { say, type Sentence } from '../../setup/sentence.ts';
import { button } from '../actions.ts';
import { bindElements, type CardAction } from '../card.ts';
import { failureElements, otherAccountButtons } from '../failure.ts';
import { troubleElements, wayOnButtons } from '../personNeeded.ts';
import { messageElements } from '../plainCard.ts';
import template from '../templates/drift.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';

/** A finished setup that is being checked, or was; undefined where it has not been. */
export function driftSection(view: View): Opened | undefined {
  const { run } = view;
  if (isBeingChecked(run)) return run.drift?.status === 'waiting' ? waiting(view, run.drift) : checking(view);
  if (run.status !== 'finished') return undefined;
  if (run.drift?.status === 'failed') return failed(view, run.drift);
  return run.drift?.status === 'read' ? read(view, run.drift) : undefined;
}

/** What was found since a setup was finished is looked for with this. */
export function checkButton(view: View): CardAction {
  return button(view, 'checkSetup', { verb: 'check' });
}

function checking(view: View): Opened {
  const { run, words } = view;
  const since = run.drift?.status === 'reading' ? run.drift.since : run.updatedAt;
  const working = run.signedIn
    ? { heading: say('card.drift.readingHeading'), text: say('card.drift.readingText'), caption: say('card.drift.readingSince', { time: words.time(since) }) }
    : { heading: say('card.drift.signInHeading'), text: say('card.drift.signInText'), isIdle: true };
  const account = run.signedIn ? [] : otherAccountButtons(view);
  return { body: workingElements(working, words), actions: [...account, leaveButton(view)] };
}

/** Nothing has failed: the person signs in, proves or consents, and it goes on. */
function waiting(view: View, { failure, findings }: Drift & { status: 'waiting' }): Opened {
  const { words } = view;
  const count = findings.filter(({ verdict }) => verdict !== 'unknown').length;
  const meanwhile = count > 0 ? messageElements(undefined, words.text(say('card.drift.readMeanwhile', { count, total: findings.length }))) : [];
  const leave = count > 0 ? button(view, 'showRead', { verb: 'cancel' }) : leaveButton(view);
  return {
    body: [...troubleElements(view, 'check', failure, { isKept: false }), ...meanwhile],
    actions: [...wayOnButtons(view, 'check', failure, { verb: 'check' }), ...otherAccountButtons(view), leave],
  };
}

function leaveButton(view: View): CardAction {
  return button(view, 'leaveCheck', { verb: 'cancel' });
}

function failed(view: View, { failure }: Drift & { status: 'failed' }): Opened {
  const { words } = view;
  const body = [...messageElements(words.text(say('card.drift.failedHeading'))), ...failureElements(failure, words, { isKept: false })];
  return { body, actions: [button(view, 'checkSetupAgain', { verb: 'check' }, { style: 'positive' }), ...otherAccountButtons(view)] };
}

function read(view: View, { at }: Drift & { status: 'read' }): Opened {
  const { run, words } = view;
  const body = bindElements(template, {
    ...headingOf(view),
    checkedAt: words.text(say('card.drift.checkedAt', { time: words.time(at) })),
    differing: of(run, 'differs').map((finding) => told(view, finding, '✗')),
    notes: notesOf(run).map((sentence) => words.text(sentence)),
    groups: groupsOf(view),
  });
  return { body, actions: actionsOf(view) };
}

function of(run: SetupRun, verdict: Finding['verdict']): Finding[] {
  return findingsOf(run).filter((finding) => finding.verdict === verdict);
}

function headingOf({ run, words }: View): { heading: string; color: string } {
  const [count, unknown] = [of(run, 'differs').length, of(run, 'unknown').length];
  if (count > 0) return { heading: words.text(say('card.drift.differs', { count })), color: 'Default' };
  if (unknown === 0) return { heading: words.text(say('card.drift.right')), color: 'Good' };
  const isNothing = unknown === findingsOf(run).length;
  return { heading: words.text(say(`card.drift.${isNothing ? 'nothingKnown' : 'rightUnknown'}`)), color: 'Default' };
}

/** What the button does, and what follows for Partner Center. */
function notesOf(run: SetupRun): Sentence[] {
  const steps = differingSteps(run);
  if (steps.length === 0) return [];
  const secret = run.path === 'microsoft365' ? 'newPasswordNote' : 'newKeyNote';
  return [say('card.drift.mend'), ...(steps.includes(provingStep(run)) ? [say(`card.drift.${secret}`)] : [])];
}

function groupsOf(view: View) {
  const groups = [
    { name: 'soonHeading', mark: '!', findings: of(view.run, 'endsSoon') },
    { name: 'unknownHeading', mark: '?', findings: of(view.run, 'unknown') },
    { name: 'restHeading', mark: '✓', findings: of(view.run, 'asItShouldBe') },
  ];
  return groups
    .filter(({ findings }) => findings.length > 0)
    .map(({ name, mark, findings }, _, all) => ({
      // Where everything is right, the card's own heading says it.
      hasHeading: all.length > 1 || name !== 'restHeading' || of(view.run, 'differs').length > 0,
      heading: view.words.text(say(`card.drift.${name}`)),
      findings: findings.map((finding, place) => told(view, withoutRepeated(finding, findings[place + 1]), mark)),
    }));
}

/** One reason for several is said once, below the last of them. */
function withoutRepeated({ cure, ...finding }: Finding, next: Finding | undefined): Finding {
  const isSaidNext = cure !== undefined && JSON.stringify(cure) === JSON.stringify(next?.cure);
  return isSaidNext || !cure ? finding : { ...finding, cure };
}

function told({ words }: View, { what, cure }: Finding, mark: string) {
  return { mark, what: words.text(withDay(what, (instant) => words.date(instant))), hasCure: cure !== undefined, cure: cure ? words.text(cure) : '' };
}

/** The end of a key may be years away: its day is said, not its hour. */
function withDay({ key, values = {} }: Sentence, date: (instant: string) => string): Sentence {
  const { date: instant } = values;
  return { key, values: { ...values, ...(typeof instant === 'string' && { date: date(instant) }) } };
}

function actionsOf(view: View): CardAction[] {
  const { run } = view;
  const steps = differingSteps(run);
  const proving = provingStep(run);
  const mend = button(view, 'mend', { verb: 'mend' }, { style: 'positive' });
  const newSecret = button(view, run.path === 'microsoft365' ? 'newPassword' : 'newKey', { verb: 'mend', stepId: proving });
  const account = of(run, 'unknown').length > 0 ? otherAccountButtons(view) : [];
  return [...(steps.length > 0 ? [mend] : []), ...(isSecretEnding(run) ? [newSecret] : []), button(view, 'checkSetupAgain', { verb: 'check' }), ...account];
}
