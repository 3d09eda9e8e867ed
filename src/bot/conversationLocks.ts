import { E_TIMEOUT, Mutex, type MutexInterface, withTimeout } from 'async-mutex';

/** Somebody else's turn in the same conversation took longer than one can wait. */
export class ConversationBusyError extends Error {
  constructor() {
    super('The conversation is busy.');
    this.name = 'ConversationBusyError';
  }
}

interface Entry {
  readonly mutex: MutexInterface;
  users: number;
}

/** Turns of one conversation run one after the other, those that a job begins included. */
export class ConversationLocks {
  readonly #entries = new Map<string, Entry>();
  readonly #waitMs: number;

  constructor(waitMs = 10_000) {
    this.#waitMs = waitMs;
  }

  /** Throws `ConversationBusyError` when the turn does not come up in time. */
  async run<T>(conversationId: string, turn: () => Promise<T>): Promise<T> {
    const entry = this.#entry(conversationId);
    entry.users += 1;
    try {
      const release = await entry.mutex.acquire().catch(refuse);
      return await turn().finally(release);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#entries.delete(conversationId);
    }
  }

  /** Conversations in which a turn runs or waits. */
  get size(): number {
    return this.#entries.size;
  }

  #entry(conversationId: string): Entry {
    const known = this.#entries.get(conversationId);
    if (known) return known;
    const entry = { mutex: withTimeout(new Mutex(), this.#waitMs), users: 0 };
    this.#entries.set(conversationId, entry);
    return entry;
  }
}

function refuse(error: unknown): never {
  throw error === E_TIMEOUT ? new ConversationBusyError() : error;
}
