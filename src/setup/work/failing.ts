import { type ErrorCode, type Failure, toFailure } from '../errors.ts';
import { JobLost } from './held.ts';
import type { WorkParts } from './stepContext.ts';

/** A person has to sign in, prove or consent to something: the way things go, and nothing for whoever runs this bot to repair. */
const isNobodysFault: readonly ErrorCode[] = ['E-SIGN-IN', 'E-CLAIMS', 'E-CONSENT', 'E-OTHER-ACCOUNT', 'E-GUEST'];

/** What the person sees of an error, and under the same id what the log keeps of it. Whoever has lost the job has nothing to tell: that is thrown on. */
export function failureOf({ log }: Pick<WorkParts, 'log'>, error: unknown, about: { errorId: string; runId: string; doing: string }): Failure {
  if (error instanceof JobLost) throw error;
  const failure = toFailure(error, about.errorId);
  const level = isNobodysFault.includes(failure.code) ? 'warn' : 'error';
  log[level]({ ...about, code: failure.code, err: error }, 'Work for a setup failed');
  return failure;
}
