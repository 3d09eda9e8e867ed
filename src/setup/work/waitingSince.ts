import type { Progress } from '../progress.ts';
import type { Sentence } from '../sentence.ts';

/** Since when it is waited for what this sentence says. A clock that was set back has not waited yet, and waits no longer for it. */
export function waitingSince(before: Progress | undefined, { key }: Sentence, now: Date): string {
  return before?.sentence.key === key && Date.parse(before.since) <= now.getTime() ? before.since : now.toISOString();
}

/** Since when a wait of this name takes, whatever was said of it in between. */
export function waitOf(before: Progress | undefined, name: string, now: Date): NonNullable<Progress['wait']> {
  const { wait } = before ?? {};
  return wait?.name === name && Date.parse(wait.since) <= now.getTime() ? wait : { name, since: now.toISOString() };
}
