import { SetupError } from '../errors.ts';

/** Lives of a key that are offered, in months; shorter ones are only taken where the tenant's policy allows no longer one. */
export const keyLives = ['24', '18', '12', '6'] as const;
const shorterLives = [3, 1];

/** A day short of so many months: Entra measures its limit by its own clock, and may be ahead of ours. */
export function monthsFrom(start: Date, months: number): string {
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + months, end.getUTCDate() - 1);
  return end.toISOString();
}

/**
 * Makes a key that lives as long as was asked for, or else the longest offered life that the tenant's policy allows: the approved plan says so.
 *
 * @throws SetupError E-KEY-LIFETIME when even a month is too long, and whatever else the making meets
 */
export async function makeLongestLiving<T>(months: number, make: (months: number) => Promise<T>): Promise<T> {
  const [shorter] = [...keyLives.map(Number), ...shorterLives].filter((life) => life < months);
  try {
    return await make(months);
  } catch (error) {
    if (!(error instanceof SetupError) || error.code !== 'E-KEY-LIFETIME' || shorter === undefined) throw error;
    return await makeLongestLiving(shorter, make);
  }
}
