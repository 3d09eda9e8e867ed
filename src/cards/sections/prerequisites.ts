import type { CheckResult } from '../../setup/run.ts';
import { say } from '../../setup/sentence.ts';
import { button, cancelButton, openLink } from '../actions.ts';
import { bindElements, type CardAction } from '../card.ts';
import { isBlocked, usual } from '../checklist.ts';
import { failureElements } from '../failure.ts';
import { myRolesLink } from '../portals.ts';
import template from '../templates/prerequisites.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';

const looks = {
  passed: { icon: '✓', color: 'Good' },
  warning: { icon: '!', color: 'Warning' },
  blocked: { icon: '✗', color: 'Attention' },
} as const;
const gravity = { blocked: 0, warning: 1, passed: 2 } as const;

/** What the person may do, and the choice of how the marketplace will sign in: both on one card. */
export function prerequisitesSection(view: View): Opened {
  const { status } = view.run.prerequisites;
  if (status === 'read') return read(view);
  return status === 'failed' ? failed(view) : reading(view);
}

function reading({ run: { prerequisites }, words }: View): Opened {
  const since = prerequisites.status === 'reading' ? prerequisites.since : undefined;
  const body = workingElements(
    {
      heading: say('card.prerequisitesReading.heading'),
      text: say('card.prerequisitesReading.text'),
      caption: since ? say('card.step.sinceUsual', { time: words.time(since), usual: words.plain(usual('prerequisites')) }) : undefined,
    },
    words,
  );
  return { body, actions: [] };
}

function failed(view: View): Opened {
  const { run, words } = view;
  if (run.prerequisites.status !== 'failed') throw new Error('The prerequisites were read');
  return {
    body: failureElements(run.prerequisites.failure, words, false),
    actions: [button(view, 'retry', { verb: 'retry' }, { style: 'positive' }), otherEnvironment(view), cancelButton(view)],
  };
}

function read(view: View): Opened {
  const { run, words } = view;
  const blocked = isBlocked(run);
  const entra = run.checks.filter(({ paths }) => paths.includes('entra'));
  const only365 = run.checks.filter(({ paths }) => !paths.includes('entra'));
  const body = bindElements(template, {
    text: words.group('card.signInChoice'),
    ...summaryOf(entra, blocked, words),
    isReady: !blocked,
    reasons: Object.values(words.group('card.microsoft365')),
    checks: entra.toSorted((a, b) => gravity[a.verdict] - gravity[b.verdict]).map((check) => row(check, words)),
    onlyMicrosoft365: only365.map((check) => row(check, words)),
  });
  return { body, actions: [...(blocked ? [] : choices(view)), ...activation(view), checkButton(view, blocked), otherEnvironment(view), cancelButton(view)] };
}

function summaryOf(checks: readonly CheckResult[], blocked: boolean, words: View['words']) {
  const isWarned = checks.some(({ verdict }) => verdict === 'warning');
  const summary = blocked ? 'blocked' : isWarned ? 'warned' : 'passed';
  return {
    heading: words.text(say(`card.prerequisites.${summary}`)),
    hasAdvice: summary !== 'passed',
    advice: summary === 'passed' ? '' : words.text(say(`card.prerequisites.${summary}Advice`)),
  };
}

function row({ verdict, found, cure }: CheckResult, words: View['words']) {
  return { ...looks[verdict], found: words.text(found), hasCure: cure !== undefined, cure: cure ? words.text(cure) : '' };
}

/** The second way is shown with what it costs; choosing it is answered by why it cannot be taken yet. */
function choices(view: View): CardAction[] {
  return [
    button(view, 'entra', { verb: 'choose', path: 'entra' }, { style: 'positive' }),
    button(view, 'microsoft365', { verb: 'choose', path: 'microsoft365' }),
  ];
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
