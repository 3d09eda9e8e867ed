import { parse, toSeconds } from 'iso8601-duration';
import { z } from 'zod';

/** An ISO 8601 duration such as PT10S or P30D, kept as it was written. */
export const duration = z.string().superRefine((text, context) => {
  if (millisecondsOf(text) === undefined) context.addIssue(`"${text}" is not an ISO 8601 duration such as PT10S or P30D.`);
});

/** How long a duration that passed the schema above is, in milliseconds. */
export function toMilliseconds(text: string): number {
  return millisecondsOf(text) ?? 0;
}

function millisecondsOf(text: string): number | undefined {
  try {
    return toSeconds(parse(text)) * 1000;
  } catch {
    return undefined;
  }
}
