import type { z } from 'zod';

/** What is wrong with a value, one sentence per mistake, for the person who gave it. */
export function explainIssues({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('\n');
}
