import { DataverseError } from './errors.ts';
import { timing } from './timing.ts';

/** `SolutionConcurrencyFailure`. */
export function busy(): DataverseError {
  const message =
    'Cannot start another [Import] because there is a previous [Import] running at this moment. Use Solution History for more details. -- ' +
    'The solution installation or removal failed due to the installation or removal of another solution at the same time. Please try again later.';
  return new DataverseError(429, '0x80071151', message, { 'Retry-After': String(timing.importBusyRetryAfterSeconds) });
}
