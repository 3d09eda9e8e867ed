import { createHmac } from 'node:crypto';

/** 32 bytes each. */
export interface SealingKeys {
  /** Seals. */
  readonly present: Uint8Array;
  /** Still open what was sealed under them. */
  readonly before: readonly Uint8Array[];
}

/** Keys of AES-256 by their names. */
export class SealingKeyRing {
  readonly presentName: string;
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  constructor({ present, before }: SealingKeys) {
    this.presentName = nameOf(present);
    this.#keys = new Map([present, ...before].map((key) => [nameOf(key), key]));
  }

  get present(): Uint8Array {
    return this.named(this.presentName)[0]!;
  }

  /** The key of this name, if it is here; of a row from before keys were named, each that it could be. */
  named(name: string | null): readonly Uint8Array[] {
    if (name === null) return [...this.#keys.values()];
    const key = this.#keys.get(name);
    // Stryker disable next-line ArrayDeclaration: a text in it is no key, and opens as little as none.
    return key ? [key] : [];
  }
}

/** Tells keys apart and says nothing of them: 64 bits of a MAC over a fixed text. */
function nameOf(key: Uint8Array): string {
  return createHmac('sha256', key).update('lead-setup sealing key').digest('hex').slice(0, 16);
}
