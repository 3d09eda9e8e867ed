import { z } from 'zod';

import { entraId } from '../person.ts';
import { accountSchema, askSchema, stepIdSchema } from '../run.ts';
import { sentenceSchema } from '../sentence.ts';

export const auditKinds = [
  'begun', 'finished', 'checked', 'mending', 'cancelled', 'takenOver', 'setAside',
  'signedIn', 'signedOut', 'actingAs', 'ownAccount', 'proven',
  'approvedAll', 'approved', 'changeSent', 'changeAnswered',
  'asked', 'answered', 'declined', 'withdrawn', 'unreachable',
  'revealed', 'secretDestroyed',
  'undoBegun', 'undone', 'undoStopped',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Somebody as the record names them: for good, so without anything that only the channel knows. */
const namedSchema = z.object({ objectId: entraId, name: z.string() });
export type Named = z.infer<typeof namedSchema>;

/**
 * One thing that was done in a setup, as it goes into the record that only grows. Names in it are those that a plan or a card shows;
 * never a secret, and never what somebody typed.
 */
export const auditEntrySchema = z.object({
  at: z.iso.datetime(),
  kind: z.enum(auditKinds),
  tenantId: z.string(),
  /** Absent for what a person did outside every setup. */
  runId: z.string().optional(),
  /** Address of the environment, once it is chosen. */
  environment: z.string().optional(),
  /** Who did it; absent where the bot did it by itself. */
  by: namedSchema.optional(),
  /** The account whose rights were used, where that was not their own. */
  actingAs: accountSchema.optional(),
  /** Whom it was about: who was asked, or whose setup it was. */
  person: namedSchema.optional(),
  /** What an ask was about, or the step. */
  about: z.union([stepIdSchema, askSchema.shape.about, z.enum(['undo', 'check'])]).optional(),
  /** What the approved plan said, in order: its summary, then each change with the request that makes it. */
  planHash: z.string().optional(),
  plan: z.array(z.object({ sentence: sentenceSchema, request: z.string().optional() })).optional(),
  /** Of a change: the journal's id of it, method and path, and its outcome. */
  changeId: z.string().optional(),
  request: z.string().optional(),
  result: z.enum(['done', 'refused', 'unclear']).optional(),
  /** Codes of errors, or what was waited for. */
  detail: z.string().optional(),
  /** As in the journal: `name=value` of the header that carried it. */
  requestIds: z.array(z.string()).optional(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** An entry in its place in the record. */
export interface AuditRecord {
  /** 1, 2, 3 … over all setups, without a gap. */
  readonly sequence: number;
  readonly entry: AuditEntry;
  /** SHA-256 (hex) over the hash before, the sequence and the entry. */
  readonly hash: string;
}
