/** The tenant's own time: real time plus whatever `POST /_sandbox/clock` has advanced it by. */
export interface TenantClock {
  /** Milliseconds since the epoch. */
  now(): number;
  advance(milliseconds: number): void;
}

export function createTenantClock(realTime: () => number = Date.now): TenantClock {
  let offsetMs = 0;
  return {
    now: () => realTime() + offsetMs,
    advance: (milliseconds) => {
      offsetMs += milliseconds;
    },
  };
}
