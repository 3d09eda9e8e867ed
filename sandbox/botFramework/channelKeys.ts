import { makeSigningKey, type SigningKey } from '../signingKeys.ts';

/** What the metadata lists after a change of keys: the one that signs now, the one before, or both. */
export type PublishedKeys = 'both' | 'new' | 'old';

/** The keys that the channel service signs activities with; the first is kept over a restart, later ones are not. */
export interface ChannelKeys {
  signing(): SigningKey;
  published(): readonly SigningKey[];
  /** Promises that a new key signs from now on. */
  roll(publish: PublishedKeys): Promise<SigningKey>;
  reset(): void;
}

export function createChannelKeys(first: SigningKey): ChannelKeys {
  let signing = first;
  let published: readonly SigningKey[] = [first];
  return {
    signing: () => signing,
    published: () => published,
    roll: async (publish) => {
      const old = signing;
      signing = await makeSigningKey();
      published = { both: [old, signing], new: [signing], old: [old] }[publish];
      return signing;
    },
    reset: () => {
      signing = first;
      published = [first];
    },
  };
}
