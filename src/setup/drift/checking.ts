import { withAccountOf } from '../actingAs.ts';
import type { SetupRun, StepId } from '../run.ts';
import { provingStep, stepsOf } from '../sections.ts';
import type { Drift, Finding } from './finding.ts';

/** Whoever finished it was signed out then, of any other account too: it is read with their next sign-in. */
export function withCheck(run: SetupRun, at: string): SetupRun {
  return { ...withoutWishes(run), status: 'active', startedBy: withAccountOf(run.startedBy, undefined), signedIn: false, drift: { status: 'reading', since: at } };
}

/** What was wished for while it was set up is over with that. */
export function withoutWishes({ allAtOnce: _all, allAtOnceEndedAt: _ended, pausedAt: _paused, signedOutAt: _out, signInEndedAt: _over, ...run }: SetupRun): SetupRun {
  return run;
}

/** It has ended as it had before, with what was found. */
export function withDrift(run: SetupRun, drift: Exclude<Drift, { status: 'reading' }>): SetupRun {
  return { ...run, status: 'finished', drift };
}

/** The steps that would put right what differs, in their order. */
export function differingSteps(run: SetupRun): StepId[] {
  return stepsOf(run).filter((id) => findingsOf(run).some((finding) => finding.stepId === id && isMendable(finding)));
}

/** Whether the key or the password has to be another one soon. */
export function isSecretEnding(run: SetupRun): boolean {
  return findingsOf(run).some(({ stepId, verdict }) => stepId === provingStep(run) && verdict === 'endsSoon');
}

export function findingsOf({ drift }: Pick<SetupRun, 'drift'>): readonly Finding[] {
  return drift?.status === 'read' ? drift.findings : [];
}

function isMendable({ verdict, isForPeople }: Finding): boolean {
  return verdict === 'differs' && !isForPeople;
}
