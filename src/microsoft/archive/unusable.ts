import { SetupError } from '../../setup/errors.ts';
import { type Sentence, say } from '../../setup/sentence.ts';

/** The file cannot be used, whatever Dynamics would say about it; `name` is a key under `noticed.solution`. */
export function unusableFile(name: string, values?: Record<string, string | number>): SetupError {
  return withNoticed(say(`noticed.solution.${name}`, values));
}

function withNoticed(noticed: Sentence): SetupError {
  return new SetupError('E-SOL-UNREADABLE', { upstream: { service: 'solutionSource', message: '', noticed } });
}
