import type { Progress } from '../progress.ts';
import type { Sentence } from '../sentence.ts';

/** Since when it is waited for what this sentence says. A clock that was set back has not waited yet, and waits no longer for it. */
export function waitingSince(before: Progress | undefined, { key }: Sentence, now: Date): string {
  return before?.sentence.key === key && Date.parse(before.since) <= now.getTime() ? before.since : now.toISOString();
}
