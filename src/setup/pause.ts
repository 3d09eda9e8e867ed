import { type Failure, SetupError } from './errors.ts';

/** A pause of more than a day is none that anybody would keep: a clock was moved. */
const longestMs = 24 * 60 * 60_000;

/** Until when Microsoft has asked to be left alone, as the person was told it (ISO); undefined when that is over. */
export function pauseUntil({ code, sentence }: Pick<Failure, 'code' | 'sentence'>, now: string): string | undefined {
  const until = sentence.values?.['until'];
  if (code !== 'E-BUSY' || typeof until !== 'string') return undefined;
  const leftMs = Date.parse(until) - Date.parse(now);
  return leftMs > 0 && leftMs <= longestMs ? until : undefined;
}

/** How long to wait before it is asked again: what is usual, or as long as Microsoft has said. */
export function pausedMs(error: unknown, { usualMs, now }: { usualMs: number; now: Date }): number {
  const until = error instanceof SetupError ? pauseUntil(error, now.toISOString()) : undefined;
  return until ? Math.max(usualMs, Date.parse(until) - now.getTime()) : usualMs;
}
