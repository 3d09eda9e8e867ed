/** What befalls a request: as the sandbox is told, and whether the bot is killed as soon as it has happened. */
export interface Kind {
  /** The column's head. */
  readonly name: string;
  readonly kind: string;
  /** More often than the bot tries by itself. */
  readonly times?: number;
  readonly isKilled?: true;
}

export const kinds: readonly Kind[] = [
  { name: 'cut before', kind: 'drop-before' },
  { name: 'cut after', kind: 'drop-after' },
  { name: '429', kind: 'throttle:7' },
  { name: '429 for long', kind: 'throttle:600' },
  { name: '500', kind: 'status:500' },
  { name: '503', kind: 'status:503' },
  { name: '503 for long', kind: 'status:503', times: 4 },
  { name: 'time-out before', kind: 'hang-before' },
  { name: 'time-out after', kind: 'hang-after' },
  { name: 'killed before', kind: 'hang-before', isKilled: true },
  { name: 'killed after', kind: 'hang-after', isKilled: true },
];
