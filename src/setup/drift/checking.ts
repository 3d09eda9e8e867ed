import type { Advanced } from '../advance.ts';
import { isSignInRefused } from '../errors.ts';
import type { SetupRun, StepId } from '../run.ts';
import { provingStep, stepsOf } from '../sections.ts';
import type { Checked, Finding } from './finding.ts';

/** Whoever finished it was signed out then, of any other account too: it is read with their next sign-in, as the account that was used. */
export function withCheck(run: SetupRun, at: string): SetupRun {
  return { ...withoutWishes(run), status: 'active', signedIn: false, drift: { status: 'reading', since: at } };
}

/** What was read until now is read again with the rest. */
export function readAgain(run: SetupRun, at: string): Advanced {
  return { run: { ...run, drift: { status: 'reading', since: at } }, enqueue: [{ task: { kind: 'check' } }] };
}

/** Only another sign-in helps a check that is under way. */
export function waitsForSignIn({ drift }: Pick<SetupRun, 'drift'>): boolean {
  return drift?.status === 'waiting' && isSignInRefused(drift.failure);
}

/** What was wished for while it was set up is over with that. */
export function withoutWishes({ allAtOnce: _all, allAtOnceEndedAt: _ended, pausedAt: _paused, signedOutAt: _out, signInEndedAt: _over, ...run }: SetupRun): SetupRun {
  return run;
}

/** It has ended as it had before, with what was found; or it waits for the person. */
export function withDrift(run: SetupRun, drift: Checked): SetupRun {
  return { ...run, status: drift.status === 'waiting' ? 'active' : 'finished', drift };
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
