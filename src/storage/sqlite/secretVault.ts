import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import { doneBy } from '../../setup/audit/derive.ts';
import type { SecretVault } from '../../setup/ports/stores.ts';
import type { Clock } from '../../setup/ports/tools.ts';
import type { Person } from '../../setup/run.ts';
import type { SqliteAuditTrail } from './audit.ts';
import { transaction } from './database.ts';

const algorithm = 'aes-256-gcm';
/** 96 bits, as NIST SP 800-38D recommends; random per sealing. */
const nonceBytes = 12;
const rowSchema = z.object({
  nonce: z.instanceof(Uint8Array),
  sealed: z.instanceof(Uint8Array),
  tag: z.instanceof(Uint8Array),
});

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
  readonly #sealingKey: Uint8Array;
  readonly #around: AroundSecrets;

  constructor(database: DatabaseSync, sealingKey: Uint8Array, around: AroundSecrets) {
    this.#database = database;
    this.#sealingKey = sealingKey;
    this.#around = around;
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
    transaction(this.#database, () => this.#remove('run_id = ? and name = ?', [runId, name]));
  }

  /** To be called inside the transaction of what ends them. */
  destroyAllOf(runId: string, by?: Person): void {
    this.#remove('run_id = ?', [runId], by);
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
