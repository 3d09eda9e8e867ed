import { createHash } from 'node:crypto';

/** All, or as many as `FAULTS_SAMPLE` says of them, the same for the same `FAULTS_SEED` and name. */
export function sampleOf<T>(all: readonly T[], name: string): T[] {
  const size = Number(process.env['FAULTS_SAMPLE'] ?? all.length);
  const seed = process.env['FAULTS_SEED'] ?? '';
  const drawn = all.map((_, index) => index).toSorted((a, b) => (lot(a) < lot(b) ? -1 : 1)).slice(0, size);
  return all.filter((_, index) => drawn.includes(index));

  function lot(index: number): string {
    return createHash('sha256').update(`${seed} ${name} ${index}`).digest('hex');
  }
}
