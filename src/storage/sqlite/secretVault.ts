import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import type { SecretVault } from '../../setup/ports/stores.ts';

const algorithm = 'aes-256-gcm';
/** 96 bits, as NIST SP 800-38D recommends; random per sealing. */
const nonceBytes = 12;
const rowSchema = z.object({
  nonce: z.instanceof(Uint8Array),
  sealed: z.instanceof(Uint8Array),
  tag: z.instanceof(Uint8Array),
});

/** Secrets under AES-256-GCM, bound to their run and name: a sealed secret moved to another row does not open. */
export class SqliteSecretVault implements SecretVault {
  readonly #database: DatabaseSync;
  readonly #sealingKey: Uint8Array;

  constructor(database: DatabaseSync, sealingKey: Uint8Array) {
    this.#database = database;
    this.#sealingKey = sealingKey;
  }

  seal(runId: string, name: string, secret: string, expiresAt: string): void {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#sealingKey, nonce).setAAD(binding(runId, name));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    this.#database
      .prepare(
        `insert or replace into secrets (run_id, name, nonce, sealed, tag, expires_at) values (?, ?, ?, ?, ?, ?)`,
      )
      .run(runId, name, nonce, sealed, cipher.getAuthTag(), Date.parse(expiresAt));
  }

  open(runId: string, name: string, now: string): string | undefined {
    const row = this.#database
      .prepare('select nonce, sealed, tag from secrets where run_id = ? and name = ? and expires_at > ?')
      .get(runId, name, Date.parse(now));
    return row && this.#unseal(rowSchema.parse(row), binding(runId, name));
  }

  destroy(runId: string, name: string): void {
    this.#database.prepare('delete from secrets where run_id = ? and name = ?').run(runId, name);
  }

  destroyExpired(now: string): void {
    this.#database.prepare('delete from secrets where expires_at <= ?').run(Date.parse(now));
  }

  /** What was sealed under another key is gone: nobody can open it, and a new one can be made. */
  #unseal(row: z.infer<typeof rowSchema>, bound: Buffer): string | undefined {
    try {
      const decipher = createDecipheriv(algorithm, this.#sealingKey, row.nonce).setAAD(bound).setAuthTag(row.tag);
      return Buffer.concat([decipher.update(row.sealed), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

function binding(runId: string, name: string): Buffer {
  return Buffer.from(JSON.stringify([runId, name]));
}
