import { z } from 'zod';

import { driftSchema } from './drift/finding.ts';
import { failureSchema } from './errors.ts';
import { entraId, personSchema } from './person.ts';
import { choicesSchema, inputsSchema, planSchema } from './plan.ts';
import { instant, progressSchema } from './progress.ts';
import { proofAboutSchema } from './proofAbout.ts';
import { sentenceSchema } from './sentence.ts';
import { type StepId, stepIdSchema, stepIds } from './stepIds.ts';
import { undoSchema } from './undo/record.ts';

export { type Change, type Choices, type Inputs, inputsSchema, type Plan } from './plan.ts';
export { type StepId, stepIds, stepIdSchema };
export { type Account, accountSchema, type Person, personSchema } from './person.ts';
export type { Progress } from './progress.ts';

export const environmentSchema = z.object({
  /** Root address, `https://host` without path or trailing slash: also the audience of its tokens and the URL for Partner Center. */
  url: z.string(),
  name: z.string(),
  /** From discovery; absent for a typed address that discovery did not list. */
  environmentId: z.string().optional(),
  isTest: z.boolean(),
  tenantId: z.string().optional(),
});
export type Environment = z.infer<typeof environmentSchema>;

export const pathSchema = z.enum(['entra', 'microsoft365']);
export type Path = z.infer<typeof pathSchema>;

/** What each way takes, in order. The last step proves the account and makes or keeps the secret that is handed over. */
export const pathSteps = {
  entra: ['solution', 'application', 'applicationUserAndRole', 'keyAndProof'],
  microsoft365: ['solution', 'serviceUser', 'licence', 'userRole', 'passwordAndProof'],
} as const satisfies Record<Path, readonly StepId[]>;

export const verdictSchema = z.enum(['passed', 'warning', 'blocked']);
export const checkResultSchema = z.object({
  /** `PRE-001` … */
  code: z.string(),
  verdict: verdictSchema,
  /** The paths that this check is about. */
  paths: z.array(pathSchema),
  found: sentenceSchema,
  /** Who can put it right and how; on everything that did not pass. */
  cure: sentenceSchema.optional(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

const approvalSchema = z.object({
  plan: planSchema,
  /** Of plan and inputs, see `planHash`. */
  planHash: z.string(),
  approvedBy: personSchema,
  approvedAt: instant,
  /** When what is gone on with was approved first, where that was by another person. */
  firstApprovedAt: instant.optional(),
});

export const stepStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('waiting') }),
  z.object({
    status: z.literal('planning'),
    since: instant,
    /** Microsoft has asked to be left alone until then. */
    pausedUntil: instant.optional(),
    /** Why it is asked again; goes on into the plan. */
    notice: sentenceSchema.optional(),
    /** The person has done it themselves, they say: what is found is compared, nothing is offered to be changed. */
    byHand: z.boolean().optional(),
  }),
  z.object({
    status: z.literal('planned'),
    plan: planSchema,
    planHash: z.string(),
    at: instant,
    choices: choicesSchema.optional(),
    /** True now and shown beside the plan, but not part of what is approved: how many licences are free. */
    remarks: z.array(sentenceSchema).optional(),
    /** Why it is asked again, when it was approved before. */
    notice: sentenceSchema.optional(),
  }),
  approvalSchema.extend({
    status: z.literal('applying'),
    /** A change has been sent: the plan is not compared any more, the step only goes on. */
    begun: z.boolean(),
    progress: progressSchema.optional(),
    /** Nobody is signed in any more with whose rights it is done: since when it waits for that. `errorId` ties it to the log. */
    signInLost: z.object({ since: instant, errorId: z.string() }).optional(),
  }),
  z.object({
    status: z.literal('done'),
    at: instant,
    evidence: z.array(sentenceSchema),
    /** Absent when nothing had to be changed. */
    approvedBy: personSchema.optional(),
  }),
  z.object({
    status: z.literal('blocked'),
    at: instant,
    reason: sentenceSchema,
    cure: sentenceSchema,
    /** Other inputs may be a way on: they stand open on the card. */
    choices: choicesSchema.optional(),
    /** Somebody with more rights could do it. */
    lacksRight: z.boolean().optional(),
    /** Why it is asked again, as long as there is no plan that says it. */
    notice: sentenceSchema.optional(),
  }),
  /** The person does it in Microsoft's portals; *Check* reads the tenant. */
  z.object({
    status: z.literal('byHand'),
    since: instant,
    /** What the last look still missed; absent before the first. */
    missing: z.array(sentenceSchema).optional(),
    /** The bot cannot do it in this installation, so there is no way back to an approval. */
    isOnlyWay: z.boolean().optional(),
  }),
  z.object({
    status: z.literal('failed'),
    at: instant,
    failure: failureSchema,
    /** Present when it failed after approval: a retry goes on with it. */
    approval: approvalSchema.extend({ begun: z.boolean() }).optional(),
    /** It was what the person did themselves that was being looked at: a retry looks at that again. */
    byHand: z.boolean().optional(),
    /** Why it is asked again, as long as there is no plan that says it. */
    notice: sentenceSchema.optional(),
  }),
]);
export type StepState = z.infer<typeof stepStateSchema>;

export const readingSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('waiting') }),
  z.object({ status: z.literal('reading'), since: instant }),
  z.object({ status: z.literal('read'), at: instant }),
  z.object({ status: z.literal('failed'), at: instant, failure: failureSchema }),
]);
export type Reading = z.infer<typeof readingSchema>;

/**
 * What is known of the tenant for this run and has to survive a crash: names of what was found, made or begun.
 * Never a secret. `origin: 'found'` was there before this run and is never undone by it.
 */
export const factsSchema = z.object({
  directory: z.object({ tenantId: z.string(), displayName: z.string() }).optional(),
  administrator: z.object({ systemUserId: z.string(), businessUnitId: z.string() }).optional(),
  solution: z
    .object({
      uniqueName: z.string(),
      friendlyName: z.string(),
      version: z.string(),
      publisher: z.string(),
      uploadId: z.string().optional(),
      /** Import jobs of this solution that existed before ours was started: what is not among them afterwards is ours. */
      importJobsBefore: z.array(z.string()).optional(),
      /** A start that was not answered: what is new since then, made by this user of Dynamics, is its import. Kept when it was not found, as it may come late. */
      lostStart: z.object({ jobsBefore: z.array(z.string()), by: z.string(), at: instant }).optional(),
      /** The user of the environment whose jobs those are: somebody else may go on with the import. */
      importedBy: z.string().optional(),
      operationId: z.string().optional(),
      importJobId: z.string().optional(),
      solutionId: z.string().optional(),
      /** The version that was there before ours: the solution was updated, and Dynamics does not go back. */
      versionBefore: z.string().optional(),
      origin: z.enum(['made', 'found']),
    })
    .optional(),
  application: z
    .object({
      objectId: z.string(),
      appId: z.string(),
      displayName: z.string(),
      servicePrincipalId: z.string().optional(),
      origin: z.enum(['made', 'found']),
      /** It was there, and nobody could sign in as it, before this setup came. */
      wasDisabled: z.literal(true).optional(),
    })
    .optional(),
  /** Unique names that this setup has chosen for applications after the first, whose own was gone. */
  moreUniqueNames: z.array(z.string()).optional(),
  applicationUser: z
    .object({
      systemUserId: z.string(),
      roleId: z.string(),
      roleName: z.string(),
      origin: z.enum(['made', 'found']),
    })
    .optional(),
  /** Named before it is made, so that one whose answer was lost can still be removed; `keyId` once Entra has answered. */
  key: z
    .object({
      keyId: z.string().optional(),
      displayName: z.string(),
      endsAt: instant,
      /** Object id of whoever approved its making: the one who may see it. Absent in records of before. */
      madeBy: entraId.optional(),
      /** Made in the portal by the person, who alone knows its value; this setup never removes it. */
      isByHand: z.boolean().optional(),
      /** Made while the setup was being put right, which was stopped before anybody said that it was entered. */
      isUnused: z.literal(true).optional(),
    })
    .optional(),
  /**
   * The secret in the organization's own key vault that the key `keyId` is made for, to be shown to nobody; `version` once it lies there, and even when
   * the key itself is gone. `address`: of the vault, `https://host`.
   */
  vaultSecret: z.object({ address: z.string(), name: z.string(), keyId: z.string(), version: z.string().optional() }).optional(),
  /** Ids of the keys that the application had at the last look: one that is not among them was made since. */
  keysBefore: z.array(z.string()).optional(),
  /** Microsoft 365 path: the user that leads are written as. */
  serviceUser: z
    .object({
      /** Entra object id; absent while the answer to its making has not come. */
      objectId: entraId.optional(),
      userPrincipalName: z.string(),
      displayName: z.string(),
      origin: z.enum(['made', 'found']),
      /** A person made it themselves: its password is theirs, is never changed here and never handed over. */
      isTheirs: z.boolean().optional(),
    })
    .optional(),
  licence: z.object({ skuId: z.string(), skuPartNumber: z.string(), origin: z.enum(['made', 'found']) }).optional(),
  /** The user as Dataverse knows it, and its role. */
  dataverseUser: z.object({ systemUserId: z.string(), roleId: z.string().optional(), roleName: z.string().optional() }).optional(),
  /** When the password was set, by whose approval, and until when it should be renewed; the password itself lies sealed. `changedAt`: Entra's own time of it, once read. */
  password: z.object({ setAt: instant, renewBy: instant, madeBy: entraId, changedAt: z.string().optional() }).optional(),
  /** When Entra last saw a change of the password before the person may have made one themselves, in Entra's own words. */
  passwordChangedBefore: z.string().optional(),
  /** Dynamics refused to edit the solution's role, whatever its own row says. */
  isRoleLocked: z.boolean().optional(),
  /** The role beside the solution's own, where that may not be edited. Its id is chosen before it is made. */
  companionRole: z.object({ roleId: z.string(), name: z.string(), origin: z.enum(['made', 'found']) }).optional(),
  /** Chosen before the test lead is written, so that a repeated write is recognised. */
  testLead: z.object({ leadId: z.string(), removedAt: instant.optional() }).optional(),
});
export type Facts = z.infer<typeof factsSchema>;

export const journalEntrySchema = z.object({
  id: z.string(),
  stepId: stepIdSchema,
  /** Method and path, for example `POST graph /applications`. */
  request: z.string(),
  intendedAt: instant,
  /** Object id of whoever it was sent as: of whoever approved, or where they may not, of whoever began. */
  by: entraId,
  /** Object id of whoever asked them for it, where that was another person. */
  askedBy: entraId.optional(),
  /** Object id of the account whose rights were used, where that was not their own. */
  actingAs: entraId.optional(),
  outcome: z
    .object({
      at: instant,
      result: z.enum(['done', 'refused', 'unclear']),
      detail: z.string(),
      /** Microsoft's correlation ids of the requests that were sent for it, in order. */
      requestIds: z.array(z.string()).optional(),
    })
    .optional(),
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;

/**
 * Somebody else is asked: to approve one step with their own rights, or (`partnerCenter`) to see the secret in the maker's place.
 * `open` until the step is done; `answered` when it was done by their approval.
 */
export const askSchema = z.object({
  id: z.string(),
  about: z.union([stepIdSchema, z.literal('partnerCenter')]),
  /** A name or an address, as it was typed. */
  wanted: z.string(),
  askedBy: personSchema,
  askedAt: instant,
  status: z.enum(['searching', 'several', 'nobody', 'open', 'answered', 'declined', 'withdrawn']),
  /** Whom the name could mean. */
  candidates: z.array(personSchema).optional(),
  person: personSchema.optional(),
  /** Their personal chat with the bot. */
  conversationId: z.string().optional(),
  /** They have signed in for this. */
  signedIn: z.boolean(),
  signedInAt: instant.optional(),
  /** Why nobody was found, where that is not for want of such a person. */
  failure: failureSchema.optional(),
  /** They were found, and have removed the bot since. */
  isUnreachable: z.boolean().optional(),
  /** They were found, and have been asked so often within a day that they are left alone. */
  isAskedTooOften: z.boolean().optional(),
  /** They were found, and are a guest of the organization: guests act for nobody here. */
  isGuest: z.boolean().optional(),
});
export type Ask = z.infer<typeof askSchema>;

/** *Approve all*: what was on the card with the whole plan. Whatever is not on it stops the line. */
export const allAtOnceSchema = z.object({
  approvedBy: personSchema,
  approvedAt: instant,
  /** The requests that were shown, by step. */
  foreseen: z.partialRecord(stepIdSchema, z.array(z.string())),
});
export type AllAtOnce = z.infer<typeof allAtOnceSchema>;

const handoverSchema = z.object({
  /** First shown; the key may be shown again until `revealUntil`. */
  revealedAt: instant.optional(),
  revealUntil: instant.optional(),
  /** Every time that it was shown, and to whom. */
  reveals: z.array(z.object({ at: instant, by: personSchema })).optional(),
  enteredAt: instant.optional(),
});

/** A finished setup is under way again, to put right what differs: how its steps and its handing over stood, for whoever stops that. */
export const mendingSchema = z.object({
  since: instant,
  steps: z.partialRecord(stepIdSchema, stepStateSchema),
  handover: handoverSchema,
  /** The key that was in use. */
  keyId: z.string().optional(),
});

/** One setup of one environment: what was asked for, what was made, what is waited for. The tenant says what is. */
export const setupRunSchema = z.object({
  schemaVersion: z.literal(2),
  id: z.string(),
  /** Rises by one with every write; a write names the version that it read. */
  version: z.number().int(),
  conversationId: z.string(),
  startedBy: personSchema,
  startedAt: instant,
  updatedAt: instant,
  status: z.enum(['active', 'finished', 'cancelled']),
  signedIn: z.boolean(),
  /** When whoever began it signed in last. */
  signedInAt: instant.optional(),
  /** When their sign-in was let go of for its age, or because nothing was done; until the next one. */
  signInEndedAt: instant.optional(),
  /** When whoever began it signed out by their own wish: nobody is asked to sign in again before they say so. */
  signedOutAt: instant.optional(),
  /** The last sign-in in a browser that something waited for. */
  lastProof: z.object({ at: instant, by: personSchema, about: proofAboutSchema }).optional(),
  discovery: readingSchema,
  offered: z.array(environmentSchema),
  environment: environmentSchema.optional(),
  prerequisites: readingSchema,
  checks: z.array(checkResultSchema),
  path: pathSchema.optional(),
  inputs: z.record(stepIdSchema, inputsSchema),
  steps: z.record(stepIdSchema, stepStateSchema),
  facts: factsSchema,
  handover: handoverSchema,
  /** In the order in which they were asked; of those about one step at most the last is under way. */
  asks: z.array(askSchema),
  /** Present while steps are approved by themselves. */
  allAtOnce: allAtOnceSchema.optional(),
  /** When the person stopped the steps from being approved by themselves; until their next approval. */
  pausedAt: instant.optional(),
  /** When a block or a failure ended that steps are approved by themselves; until the person's next approval. */
  allAtOnceEndedAt: instant.optional(),
  /** When the steps that are done were compared with the tenant last. */
  lookedBackAt: instant.optional(),
  /** What the last check of the finished setup found; while it is being read, the setup is under way again. */
  drift: driftSchema.optional(),
  mending: mendingSchema.optional(),
  cancelledAt: instant.optional(),
  /** The setup that this one was asked about last, whether to take the environment over from it; a typed word means that one. */
  askedToTakeOver: z.string().optional(),
  /** Who has taken the environment over, which ended this setup. */
  takenOverBy: personSchema.optional(),
  /** Present from when somebody wanted it taken back what this setup has made. */
  undo: undoSchema.optional(),
  journal: z.array(journalEntrySchema),
});
export type SetupRun = z.infer<typeof setupRunSchema>;
