import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import { doneBy } from '../../setup/audit/derive.ts';
import type { SecretVault } from '../../setup/ports/stores.ts';
import type { Clock } from '../../setup/ports/tools.ts';
import type { Person } from '../../setup/run.ts';
import type { SqliteAuditTrail } from './audit.ts';
import { transaction } from './database.ts';
import { SealingKeyRing, type SealingKeys } from './sealingKeys.ts';

const algorithm = 'aes-256-gcm';
/** 96 bits, as NIST SP 800-38D recommends; random per sealing. */
const nonceBytes = 12;
const rowSchema = z.object({
  nonce: z.instanceof(Uint8Array),
  sealed: z.instanceof(Uint8Array),
  tag: z.instanceof(Uint8Array),
  sealing_key: z.string().nullable(),
});
const placedRowSchema = rowSchema.extend({ run_id: z.string(), name: z.string(), expires_at: z.number() });

const removedSchema = z
  .object({ runId: z.string(), name: z.string(), tenantId: z.string() })
  .transform(({ name, ...rest }) => ({ ...rest, detail: name }));

interface AroundSecrets {
  readonly audit: SqliteAuditTrail;
  readonly clock: Clock;
}

/** Secrets under AES-256-GCM, bound to their run and name: a sealed secret moved to another row does not open. */
export class SqliteSecretVault implements SecretVault {
  readonly #database: DatabaseSync;
  readonly #keys: SealingKeyRing;
  readonly #around: AroundSecrets;

  constructor(database: DatabaseSync, sealingKeys: SealingKeys, around: AroundSecrets) {
    this.#database = database;
    this.#keys = new SealingKeyRing(sealingKeys);
    this.#around = around;
  }

  seal(runId: string, name: string, secret: string, expiresAt: string): void {
    this.#put({ runId, name, expiresAtMs: Date.parse(expiresAt) }, secret);
  }

  open(runId: string, name: string, now: string): string | undefined {
    const row = this.#database
      .prepare('select nonce, sealed, tag, sealing_key from secrets where run_id = ? and name = ? and expires_at > ?')
      .get(runId, name, Date.parse(now));
    return row && this.#unseal(rowSchema.parse(row), binding(runId, name));
  }

  destroy(runId: string, name: string): void {
    transaction(this.#database, () => this.#remove('run_id = ? and name = ?', [runId, name]));
  }

  /** To be called inside the transaction of what ends them. */
  destroyAllOf(runId: string, by?: Person): void {
    this.#remove('run_id = ?', [runId], by);
  }

  endBy(runId: string, at: string): void {
    this.#database.prepare('update secrets set expires_at = min(expires_at, ?) where run_id = ?').run(Date.parse(at), runId);
  }

  destroyExpired(now: string): void {
    const at = Date.parse(now);
    if (!this.#database.prepare('select 1 from secrets where expires_at <= ? limit 1').get(at)) return;
    transaction(this.#database, () => this.#remove('expires_at <= ?', [at]));
  }

  /** That one is gone is on record with the write that removed it. */
  #remove(which: string, values: (string | number)[], by?: Person): void {
    const { audit, clock } = this.#around;
    const rows = this.#database
      .prepare(`select secrets.run_id as runId, name, tenant_id as tenantId from secrets join runs on runs.id = run_id where ${which}`)
      .all(...values);
    this.#database.prepare(`delete from secrets where ${which}`).run(...values);
    const at = clock.now().toISOString();
    audit.append(rows.map((row) => ({ at, kind: 'secretDestroyed', ...removedSchema.parse(row), ...(by && doneBy(by)) })));
  }

  /**
   * Seals anew under the present key what lies under an earlier one, so that the earlier one can be dropped. All of it or nothing; doing it
   * again changes nothing. What no key here opens stays as it is, in case its key comes back. Returns how many those are.
   */
  sealAnew(): number {
    return transaction(this.#database, () => {
      const rows = this.#database
        .prepare('select run_id, name, nonce, sealed, tag, sealing_key, expires_at from secrets where sealing_key is not ?')
        .all(this.#keys.presentName)
        .map((row) => placedRowSchema.parse(row));
      return rows.filter((row) => !this.#putAnew(row)).length;
    });
  }

  #putAnew({ run_id: runId, name, expires_at: expiresAtMs, ...row }: z.infer<typeof placedRowSchema>): boolean {
    const secret = this.#unseal(row, binding(runId, name));
    if (secret === undefined) return false;
    this.#put({ runId, name, expiresAtMs }, secret);
    return true;
  }

  #put({ runId, name, expiresAtMs }: { runId: string; name: string; expiresAtMs: number }, secret: string): void {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#keys.present, nonce).setAAD(binding(runId, name));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    this.#database
      .prepare(
        `insert or replace into secrets (run_id, name, nonce, sealed, tag, expires_at, sealing_key) values (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(runId, name, nonce, sealed, cipher.getAuthTag(), expiresAtMs, this.#keys.presentName);
  }

  /** What was sealed under a key that is not here is gone: nobody can open it, and a new one can be made. */
  #unseal(row: z.infer<typeof rowSchema>, bound: Buffer): string | undefined {
    return this.#keys.named(row.sealing_key).map((key) => unsealWith(key, row, bound)).find((secret) => secret !== undefined);
  }
}

function unsealWith(key: Uint8Array, { nonce, sealed, tag }: z.infer<typeof rowSchema>, bound: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: 16 }).setAAD(bound).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    // Another key has sealed it, or it was changed.
  }
  return undefined;
}

function binding(runId: string, name: string): Buffer {
  return Buffer.from(JSON.stringify([runId, name]));
}
