import type { Clock } from '../ports/tools.ts';

/** Long enough for somebody who checks once a month. */
const soonMs = 30 * 24 * 60 * 60_000;

export function endsSoon(endsAt: string, clock: Clock): boolean {
  return Date.parse(endsAt) - clock.now().getTime() <= soonMs;
}
