/** What is being done now, to be waited for before an end. */
export class UnderWay {
  readonly #all = new Set<Promise<unknown>>();

  async add<T>(work: Promise<T>): Promise<T> {
    this.#all.add(work);
    try {
      return await work;
    } finally {
      this.#all.delete(work);
    }
  }

  /** Resolves when all that has begun until now has ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#all);
  }
}
