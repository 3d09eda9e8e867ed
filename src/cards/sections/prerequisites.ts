import { type CheckResult, type Path, pathSchema, type SetupRun } from '../../setup/run.ts';
import { say } from '../../setup/sentence.ts';
import { lacksRightsOnly } from '../../setup/asking.ts';
import { button, cancelButton, openLink } from '../actions.ts';
import { bindElements, type CardAction } from '../card.ts';
import { isBlocked, isClosed, usual } from '../checklist.ts';
import { accountButtons } from '../failure.ts';
import { troubleElements, wayOnButtons } from '../personNeeded.ts';
import { myRolesLink } from '../portals.ts';
import template from '../templates/prerequisites.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';

const looks = {
  passed: { icon: '✓', color: 'Good' },
  warning: { icon: '!', color: 'Warning' },
  blocked: { icon: '✗', color: 'Attention' },
} as const;
/** The recommended one first. */
const ways = pathSchema.options;
/** Whoever looks: it is not for want of rights. */
const aboutEnvironment: readonly string[] = ['PRE-003'];
const gravity = { blocked: 0, warning: 1, passed: 2 } as const;

/** What the person may do, and the choice of how the marketplace will sign in: both on one card. */
export function prerequisitesSection(view: View): Opened {
  const { status } = view.run.prerequisites;
  if (status === 'read') return read(view);
  return status === 'failed' ? failed(view) : reading(view);
}

function reading(view: View): Opened {
  const { run: { prerequisites }, words } = view;
  const since = prerequisites.status === 'reading' ? prerequisites.since : undefined;
  const body = workingElements(
    {
      heading: say('card.prerequisitesReading.heading'),
      text: say('card.prerequisitesReading.text'),
      caption: since ? say('card.step.sinceUsual', { time: words.time(since), usual: words.plain(usual('prerequisites')) }) : undefined,
    },
    words,
  );
  return { body, actions: [cancelButton(view)] };
}

function failed(view: View): Opened {
  const { run } = view;
  if (run.prerequisites.status !== 'failed') throw new Error('The prerequisites were read');
  const { failure } = run.prerequisites;
  return {
    body: troubleElements(view, 'prerequisites', failure, { isKept: false }),
    actions: [...wayOnButtons(view, 'prerequisites', failure, { verb: 'retry' }), ...accountButtons(view, failure), otherEnvironment(view), cancelButton(view)],
  };
}

/** What both ways need stands on top; what only one way needs stands with that way, and counts for nothing else. */
function read(view: View): Opened {
  const { run, words } = view;
  const blocked = isBlocked(run);
  const common = blocked ? run.checks : run.checks.filter(({ paths }) => ways.every((way) => paths.includes(way)));
  const body = bindElements(template, {
    ...summaryOf(run, words),
    checks: rows(common, words),
    isReady: !blocked,
    question: words.text(say('card.signInChoice.heading')),
    ways: blocked ? [] : ways.map((way) => wayOf(way, view)),
  });
  return { body, actions: [...choices(view), ...activation(view), checkButton(view, blocked), ...otherAccount(view), ...goOnAsking(view), otherEnvironment(view), cancelButton(view)] };
}

function summaryOf(run: SetupRun, words: View['words']) {
  const isClosedOne = ways.some((way) => isClosed(run, way));
  const isWarned = run.checks.some(({ verdict }) => verdict === 'warning');
  const advice = isBlocked(run) ? ['blockedAdvice'] : [...(isClosedOne ? ['closedAdvice'] : []), ...(isWarned ? ['warnedAdvice'] : [])];
  const heading = isBlocked(run) ? 'blocked' : advice.length > 0 ? 'warned' : 'passed';
  return {
    heading: words.text(say(`card.prerequisites.${heading}`)),
    advice: advice.map((name) => words.text(say(`card.prerequisites.${name}`))),
  };
}

/** A way to sign in: why to take it or not, and what is missing for it alone. */
function wayOf(way: Path, { run, words }: View) {
  const others = ways.filter((other) => other !== way);
  const own = run.checks.filter(({ paths }) => paths.includes(way) && !others.some((other) => paths.includes(other)));
  const closed = isClosed(run, way);
  return {
    name: words.text(say(`card.signInChoice.${way}`)),
    verdict: words.text(say(closed ? 'card.signInChoice.closed' : `card.signInChoice.${way}Verdict`)),
    verdictColor: closed || way === 'microsoft365' ? 'Attention' : 'Good',
    reasons: closed ? [] : Object.values(words.group(`card.${way}Reasons`)),
    checks: rows(own, words),
  };
}

function rows(checks: readonly CheckResult[], words: View['words']) {
  return checks.toSorted((a, b) => gravity[a.verdict] - gravity[b.verdict]).map((check) => row(check, words));
}

function row({ verdict, found, cure }: CheckResult, words: View['words']) {
  return { ...looks[verdict], found: words.text(found), hasCure: cure !== undefined, cure: cure ? words.text(cure) : '' };
}

/** A way that is closed has no button. The first that is open is the main one: the recommended, unless it cannot be taken. */
function choices(view: View): CardAction[] {
  const open = isBlocked(view.run) ? [] : ways.filter((way) => !isClosed(view.run, way));
  return open.map((way, index) => button(view, way, { verb: 'choose', path: way }, index === 0 ? { style: 'positive' } : {}));
}

/** What the person may not do, somebody else may do for them, step by step. */
function goOnAsking(view: View): CardAction[] {
  const isOffered = isBlocked(view.run) && lacksRightsOnly(view.run, 'entra');
  return isOffered ? [button(view, 'goOnAsking', { verb: 'choose', path: 'entra', confirmed: true })] : [];
}

/** Beside what is missing: people who keep an admin account apart have it there. */
function otherAccount(view: View): CardAction[] {
  const isLacking = view.run.checks.some(({ verdict, code }) => verdict === 'blocked' && !aboutEnvironment.includes(code));
  return isLacking ? [button(view, 'actAs', { verb: 'actAs' })] : [];
}

function checkButton(view: View, isMain: boolean): CardAction {
  return button(view, 'checkAgain', { verb: 'check' }, isMain ? { style: 'positive' } : {});
}

/** Only for whoever could help themselves. */
function activation({ run, words, portals }: View): CardAction[] {
  const isEligible = run.checks.some(({ cure }) => cure?.key.endsWith('.activate'));
  return isEligible ? [openLink(words, 'myRoles', myRolesLink(portals))] : [];
}

function otherEnvironment(view: View): CardAction {
  return button(view, 'otherEnvironment', { verb: 'back' });
}
