import { type Failure, isUpToPerson, toFailure } from '../errors.ts';
import { JobLost } from './held.ts';
import type { WorkParts } from './stepContext.ts';

/** What the person sees of an error, and under the same id what the log keeps of it. Whoever has lost the job has nothing to tell: that is thrown on. */
export function failureOf({ log }: Pick<WorkParts, 'log'>, error: unknown, about: { errorId: string; runId: string; doing: string }): Failure {
  if (error instanceof JobLost) throw error;
  const failure = toFailure(error, about.errorId);
  // Nothing for whoever runs this bot to repair.
  const level = isUpToPerson(failure) || failure.code === 'E-GUEST' ? 'warn' : 'error';
  log[level]({ ...about, code: failure.code, err: error }, 'Work for a setup failed');
  return failure;
}
