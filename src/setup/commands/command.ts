import { z } from 'zod';

import { type Ask, askSchema, pathSchema, personSchema, type SetupRun, type StepId, stepIdSchema } from '../run.ts';
import type { Sentence } from '../sentence.ts';
import type { Remaining } from '../wholePlan.ts';

/** What a person can want of a setup, by click or by typed word. */
export const verbs = [
  'start',
  'choose',
  'submit',
  'approve',
  'ask',
  'withdraw',
  'decline',
  'takeOver',
  'back',
  'check',
  'mend',
  'retry',
  'continue',
  'restart',
  'reveal',
  'done',
  'cancel',
  'undo',
  'refresh',
  'ways',
  'manual',
  'skip',
  'wholePlan',
  'approveAll',
  'pause',
  'history',
  'actAs',
  'actAsMyself',
] as const;
export const verbSchema = z.enum(verbs);
export type Verb = z.infer<typeof verbSchema>;

/** Of a name or an address that somebody is looked for by. */
export const longestWanted = 256;

/**
 * One wish of one person: messages, clicks and typed words become this before anything looks at them.
 * `data` came from a client and is a claim, never an authority.
 */
export const commandSchema = z.object({
  verb: verbSchema,
  actor: personSchema,
  conversationId: z.string().min(1),
  /** Typed words may leave out the run and the step: then the conversation's own run is meant. Clicks may not. */
  typed: z.boolean(),
  data: z.object({
    runId: z.string().max(64).optional(),
    stepId: stepIdSchema.optional(),
    planHash: z.string().max(128).optional(),
    /** Of the whole plan as it was shown, see `wholePlanHash`. */
    shownHash: z.string().max(128).optional(),
    /** A choice of environment: one of the addresses that were offered. */
    environment: z.string().max(2048).optional(),
    /** An address as somebody pasted it. */
    address: z.string().max(2048).optional(),
    path: pathSchema.optional(),
    /** Details of a step, by the names of its inputs. */
    displayName: z.string().max(256).optional(),
    months: z.string().max(8).optional(),
    email: z.string().max(256).optional(),
    userName: z.string().max(256).optional(),
    domain: z.string().max(256).optional(),
    usageLocation: z.string().max(8).optional(),
    adoptedName: z.string().max(256).optional(),
    skuId: z.string().max(64).optional(),
    /** An application that somebody registered by hand. */
    appId: z.string().max(64).optional(),
    proof: z.string().max(8).optional(),
    /** A key vault's address as somebody pasted it, and the name of a secret in it. */
    vault: z.string().max(256).optional(),
    vaultSecret: z.string().max(127).optional(),
    /** Whom to ask: a name or an address as it was typed, or one of those whom it could mean; and about what, where that is not a step. */
    wanted: z.string().max(longestWanted).optional(),
    objectId: z.string().max(64).optional(),
    about: askSchema.shape.about.optional(),
    /** The setup that a take-over was asked about. */
    lockRunId: z.string().max(64).optional(),
    confirmed: z.boolean().optional(),
    /** How the history is to be written, where a card is not enough. */
    format: z.enum(['csv', 'json']).optional(),
    /** An `Input.Toggle` answers with text. */
    removeKey: z.enum(['true', 'false']).optional(),
    /** They have seen what a plan brings besides, see `Plan.toTick`. */
    hasSeen: z.enum(['true', 'false']).optional(),
  }),
});
export type Command = z.infer<typeof commandSchema>;

/** What became of a command. Only `moved` changed the run, and only the caller that gets it goes on with the dialog. */
export type Outcome =
  | { readonly kind: 'moved'; readonly run: SetupRun; readonly notice?: Sentence }
  /** Nothing was changed; `notice` says why and what to do. */
  | { readonly kind: 'refused'; readonly run: SetupRun | undefined; readonly notice: Sentence }
  /** Nothing to change: show the card as it stands. */
  | { readonly kind: 'shown'; readonly run: SetupRun }
  /** The key or the password, for this answer only. */
  | { readonly kind: 'revealed'; readonly run: SetupRun; readonly secret: string }
  /** Nothing was changed: a card of its own asks, and its buttons answer. */
  | { readonly kind: 'asked'; readonly run: SetupRun; readonly question: Question };

/** What the bot asks back before anything is changed. */
export type Question =
  /** `set up leads` while a setup is under way: *Continue* or *Start again*. */
  | { readonly kind: 'continueOrRestart' }
  /** What was done and what stays, and whether to stop. */
  | { readonly kind: 'cancel' }
  /** What a failed step has left is taken back, which ends the setup. */
  | { readonly kind: 'undo' }
  /** Whether what was shown, and may be in use already, is to be replaced. */
  | { readonly kind: 'newSecret'; readonly stepId: StepId }
  /** What else can be done with a step than to approve it. */
  | { readonly kind: 'ways'; readonly stepId: StepId; readonly ways: readonly Way[] }
  /** What follows from leaving it out. */
  | { readonly kind: 'skip'; readonly stepId: StepId; readonly consequence: Sentence }
  /** Every change that is still to come; `planHash` is of the plan that waits, `shownHash` of everything. */
  | { readonly kind: 'wholePlan'; readonly stepId: StepId; readonly planHash: string; readonly shownHash: string; readonly remaining: readonly Remaining[] }
  /** Another account of their own; `account`: whose rights are used already. `askId`: for whoever was asked by it. */
  | { readonly kind: 'actAs'; readonly askId?: string; readonly account?: string }
  /** Whom to ask. */
  | { readonly kind: 'ask'; readonly about: Ask['about'] }
  /** Somebody else is setting up the same environment, in the setup `lockRunId`; `keyName` is of a key that they have made. */
  | { readonly kind: 'takeOver'; readonly lockRunId: string; readonly holder: string; readonly since: string; readonly mayTakeOver: boolean; readonly keyName?: string };

/** A way on other than an approval; each is the verb of its button. */
export type Way = 'manual' | 'wholePlan' | 'skip' | 'ask' | 'actAs';
