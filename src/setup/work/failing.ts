import { type Failure, toFailure } from '../errors.ts';
import type { WorkParts } from './stepContext.ts';

/** What the person sees of an error, and under the same id what the log keeps of it. */
export function failureOf({ log }: Pick<WorkParts, 'log'>, error: unknown, about: { errorId: string; runId: string; doing: string }): Failure {
  const failure = toFailure(error, about.errorId);
  log.error({ ...about, code: failure.code, err: error }, 'Work for a setup failed');
  return failure;
}
