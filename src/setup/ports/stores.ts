import type { AuditEntry, AuditRecord } from '../audit/entry.ts';
import type { Person, SetupRun, StepId } from '../run.ts';

/** What a worker has to do for a run. `conceal` takes a shown key off the card again, `redraw` only tells. */
export type Task =
  | { readonly kind: 'discover' | 'checkPrerequisites' | 'conceal' | 'removeKey' | 'findPerson' | 'redraw' | 'lookBack' | 'check' | 'planUndo' | 'undo' }
  | { readonly kind: 'plan' | 'apply'; readonly stepId: StepId };

export interface Job {
  readonly id: string;
  readonly runId: string;
  readonly task: Task;
  /** `queued` → `running` (leased) → `applied` (the run is written, the person not yet told) → gone. */
  readonly state: 'queued' | 'running' | 'applied';
  /** How often it was claimed in this state, this time included. */
  readonly attempt: number;
  /** Another number with each claim: whoever has an earlier one has lost it. */
  readonly lease: number;
}

/** A job as whoever claimed it names it. */
export type HeldJob = Pick<Job, 'id' | 'lease'>;

/** A job whose work is not done yet. */
export type OpenJob = Pick<Job, 'task'> & { readonly state: Exclude<Job['state'], 'applied'> };

export interface NewJob {
  readonly task: Task;
  /** Not before this instant (ISO); absent = at once. */
  readonly notBefore?: string;
}

/** Who may change an environment now. */
export interface EnvironmentLock {
  readonly runId: string;
  readonly holder: string;
  readonly since: string;
}

/** Everything that one decision writes, in one transaction. */
export interface Commit {
  /** The run after the decision; its `version` is still the one that was read. */
  readonly run: SetupRun;
  readonly enqueue?: readonly NewJob[];
  /** The job that led here: `applied` = tell the person next; or back into the queue until then. */
  readonly job?: { readonly id: string } & ({ readonly to: 'applied' } | { readonly to: 'queued'; readonly notBefore: string });
  readonly lock?: 'acquire' | 'release';
  /** Drops every sealed secret of the run. */
  readonly destroySecrets?: boolean;
  /** From this instant on (ISO) no sealed secret of the run is kept, whatever it was sealed for. */
  readonly secretsUntil?: string;
  /** Whose wish this is; absent for what the bot does by itself. */
  readonly by?: Person;
}

export type CommitResult =
  | { readonly kind: 'written'; readonly run: SetupRun }
  /** Somebody wrote first: read again and decide again. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'locked'; readonly lock: EnvironmentLock };

/** A record that cannot be read is logged and treated as if it were not there. */
export interface RunStore {
  create(run: SetupRun, enqueue?: readonly NewJob[]): void;
  load(runId: string): SetupRun | undefined;
  /** Whether the record is there, and of a version that this build does not know, or damaged. */
  isUnreadable(runId: string): boolean;
  /** The setup that is under way in a conversation, else the newest one there. */
  latestIn(conversationId: string): SetupRun | undefined;
  /** The setup of this person that is under way, else their newest one, in whatever conversation. */
  latestOf(person: Pick<Person, 'tenantId' | 'objectId'>): SetupRun | undefined;
  /** The setups of an environment that can be read, the newest first; at most twenty. */
  ofEnvironment(tenantId: string, environmentUrl: string): SetupRun[];
  /** The other setups of the organization in the same environment, or with the same application or user, the newest first; at most a hundred. */
  sharing(run: SetupRun): SetupRun[];
  /** The setup under way in which somebody was asked in this conversation; the newest of several. */
  askedIn(conversationId: string): SetupRun | undefined;
  /** Takes the setups under way in this conversation out of use that this build cannot read; whether there was one. */
  setAsideUnreadable(conversationId: string): boolean;
  /** Whether any setup of this person is under way, in whatever conversation. */
  hasActive(person: Pick<Person, 'tenantId' | 'objectId'>): boolean;
  /** The setups under way that this person began or was asked in. */
  activeOf(person: Pick<Person, 'tenantId' | 'objectId'>): SetupRun[];
  /** How often this person was found and asked since then, whatever has become of those setups. */
  timesAsked(person: Pick<Person, 'tenantId' | 'objectId'>, since: string): number;
  /** The setups under way for which anybody is signed in. */
  signedIn(): SetupRun[];
  /** Whether somebody's setup waits for this person's part, for which they have signed in. */
  isAsked(person: Pick<Person, 'tenantId' | 'objectId'>): boolean;
  /** Who holds the run's environment now, if anybody does whose 24 idle hours are not over. */
  lockOf(run: SetupRun): EnvironmentLock | undefined;
  /** Whatever this setup holds is free again: it has ended, or cannot be read. */
  releaseLockOf(runId: string): void;
  commit(commit: Commit): CommitResult;
}

/** The record that only grows: what was done in setups, by whom. Every store writes into it with what it writes itself. */
export interface AuditTrail {
  /** Of one setup, the oldest first. */
  ofRun(runId: string): AuditRecord[];
  /** The setup in which this person did something last, or was asked. */
  latestRunOf(person: Pick<Person, 'tenantId' | 'objectId'>): string | undefined;
  /** What this person did last, in a setup or outside. */
  latestBy(person: Pick<Person, 'tenantId' | 'objectId'>): AuditEntry | undefined;
  /** What somebody did outside every setup. */
  add(entry: Omit<AuditEntry, 'runId'>): void;
}

/** Somebody who has the bot installed, and where their personal chat with it is. */
export interface KnownPerson {
  readonly person: Person;
  readonly conversationId: string;
}

export interface PeopleStore {
  find(tenantId: string, objectId: string): KnownPerson | undefined;
  /** Whose name has all of these words or parts of words in it, in any order; the first few by name. */
  named(tenantId: string, name: string): readonly KnownPerson[];
}

/** At-least-once: a job whose lease ran out is handed out again. */
export interface JobStore {
  /** The next job that is due at `now`, leased until `leaseUntil`, or undefined. Never two jobs of one run and task at once. */
  claim(now: string, leaseUntil: string): Job | undefined;
  /** The present, told again and again. When it was set back, all that is due or leased goes back with it; by how many milliseconds. */
  followClock(now: string): number;
  /** Whether it is still held by whoever claimed it so. */
  renew(job: HeldJob, leaseUntil: string): boolean;
  /** Does `write` in one transaction while the job is held by whoever claimed it so; else nothing is written. */
  whileHeld<T>(job: HeldJob, write: () => T): { readonly kind: 'written'; readonly result: T } | { readonly kind: 'lost' };
  finish(job: HeldJob): void;
  /** Hands it out again from then on, at the point where it stands. */
  postpone(job: HeldJob, until: string): void;
  /** Done, and told from then on; this was one more try. Meanwhile it keeps no other job waiting. */
  putOffTelling(job: HeldJob, until: string): void;
  /** Given up by whoever held it, whose writes do not count from here on: anybody may take it over at once. */
  handBack(job: HeldJob, now: string): void;
  /** What is queued or being worked on for this person's setups, and for those in which they were asked; what only has to be told is not. */
  openOf(person: Pick<Person, 'tenantId' | 'objectId'>): readonly OpenJob[];
  /** When the next job becomes due (ISO), or undefined when there is none. */
  nextDue(): string | undefined;
}

/** Secrets, sealed before they touch the disk. Names are per run: `key`, `password`. */
export interface SecretVault {
  seal(runId: string, name: string, secret: string, expiresAt: string): void;
  /** undefined when there is none, it was destroyed, it has expired, or it was sealed under another key. */
  open(runId: string, name: string, now: string): string | undefined;
  /** One that is not there is no error. */
  destroy(runId: string, name: string): void;
  destroyExpired(now: string): void;
}
