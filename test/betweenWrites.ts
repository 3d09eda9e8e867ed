import { DatabaseSync } from 'node:sqlite';

/**
 * Makes a process stand still that works on this database, but not in the middle of a write: nobody can take a file over from whoever is writing it,
 * as long as they are there.
 */
export function stopBetweenWrites(signal: (signal: 'SIGSTOP' | 'SIGCONT') => void, file: string): void {
  signal('SIGSTOP');
  while (isBeingWritten(file)) {
    signal('SIGCONT');
    signal('SIGSTOP');
  }
}

/** Whoever runs ends a write within a moment. */
function isBeingWritten(file: string): boolean {
  const database = new DatabaseSync(file, { timeout: 200 });
  try {
    database.exec('begin immediate; rollback');
    return false;
  } catch {
    return true;
  } finally {
    database.close();
  }
}
