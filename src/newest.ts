/** Puts it last, as the newest; what was put first goes when there are more than `most`. */
export function putLast<T>(kept: Map<string, T>, [key, value]: readonly [string, T], most: number): void {
  kept.delete(key);
  kept.set(key, value);
  forgetOldest(kept, most);
}

/** What was put first goes when there are more than `most`. */
export function forgetOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}
