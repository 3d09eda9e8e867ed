import { z } from 'zod';

/** The channel takes nothing for this conversation for a while. Nothing was sent, and nothing must be until then. */
export class ChannelBusyError extends Error {
  /** Milliseconds from now. */
  readonly forMs: number;

  constructor(forMs: number, cause?: unknown) {
    super(`The channel takes nothing for ${Math.ceil(forMs / 1000)} s.`, { cause });
    this.name = 'ChannelBusyError';
    this.forMs = forMs;
  }
}

/** Dialogs put what fails in them into an error of their own. */
const wrappedSchema = z.object({ error: z.instanceof(ChannelBusyError) });

/** What the channel asked for, where this is why something failed. */
export function busyIn(error: unknown): ChannelBusyError | undefined {
  return error instanceof ChannelBusyError ? error : wrappedSchema.safeParse(error).data?.error;
}
