/** What befalls a request: as the sandbox is told, and whether the bot is killed as soon as it has happened. */
export interface Kind {
  /** The column's head. */
  readonly name: string;
  readonly kind: string;
  /** More often than the bot tries by itself. */
  readonly times?: number;
  readonly isKilled?: true;
}

const cutBefore: Kind = { name: 'cut before', kind: 'drop-before' };
const refusals: readonly Kind[] = [
  { name: '429', kind: 'throttle:7' },
  { name: '429 for long', kind: 'throttle:600' },
  { name: '500', kind: 'status:500' },
  { name: '503', kind: 'status:503' },
  { name: '503 for long', kind: 'status:503', times: 4 },
];

/** Whatever can become of a change. */
export const changingKinds: readonly Kind[] = [
  cutBefore,
  { name: 'cut after', kind: 'drop-after' },
  ...refusals,
  { name: 'time-out before', kind: 'hang-before' },
  { name: 'time-out after', kind: 'hang-after' },
  { name: 'killed before', kind: 'hang-before', isKilled: true },
  { name: 'killed after', kind: 'hang-after', isKilled: true },
];

/** Where nothing is done there is no before and no after. */
export const readingKinds: readonly Kind[] = [cutBefore, ...refusals, { name: 'time-out', kind: 'hang-before' }];

/** All of them, or those whose name begins as `FAULTS_KIND` says. */
export function askedFor(kinds: readonly Kind[]): readonly Kind[] {
  return kinds.filter(({ name }) => name.startsWith(process.env['FAULTS_KIND'] ?? ''));
}
