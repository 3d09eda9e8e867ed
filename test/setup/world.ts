import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type PersonaName, personas, tenant } from '../../sandbox/personas.ts';
import type { SolutionFileKind } from '../../sandbox/solution/files.ts';
import { createMicrosoft, createSender, createSolutionSource } from '../../src/microsoft/index.ts';
import { accountOf } from '../../src/setup/actingAs.ts';
import { createSetups } from '../../src/setup/createSetups.ts';
import type { Command, Outcome, Verb } from '../../src/setup/commands/command.ts';
import type { AuditEntry } from '../../src/setup/audit/entry.ts';
import type { ActingAs } from '../../src/setup/setups.ts';
import type { Account, Person, SetupRun, StepId, StepState } from '../../src/setup/run.ts';
import { stepsOf } from '../../src/setup/sections.ts';
import type { Directory, Microsoft } from '../../src/setup/ports/microsoft.ts';
import type { SecretVault, Task } from '../../src/setup/ports/stores.ts';
import { createWorker } from '../../src/setup/worker.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/index.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';

/**
 * Domain, real clients, real SQLite and the sandbox over HTTPS; only the chat is missing. Nothing runs by itself:
 * `settle` works off what is due, and `pass` moves the tenant's clock and ours together.
 */
export interface World {
  readonly tenant: TenantHarness;
  readonly told: string[];
  /** What the operator's log got. */
  readonly logged: Record<string, unknown>[];
  person(name: PersonaName): Person;
  command(verb: Verb, data?: Command['data'], given?: Partial<Command>): Outcome;
  /** Of the first person's chat, or of another. */
  run(conversation?: string): SetupRun;
  step(id: StepId): StepState;
  /** What is on record of it. */
  audit(): AuditEntry[];
  settle(): Promise<void>;
  pass(duration: 'PT5S' | 'PT30S' | 'PT20M' | 'P2D'): Promise<void>;
  /** Everything that is due, and everything that becomes due, until this step waits for nothing but a person. */
  until(id: StepId, status: StepState['status']): Promise<void>;
  /** … until this step is planned, or found done. */
  decided(id: StepId): Promise<void>;
  /** Approves what is planned for a step, as the card's button would. */
  approve(id: StepId, given?: Partial<Command>): Outcome;
  /** From `set up leads` to the plan of a step of either way, everything before it approved. */
  goTo(id: StepId): Promise<void>;
  changes(): Promise<string[]>;
  state(): Promise<TenantState>;
  /** The tenant without what only time changes: ids, counts and contents that a second try would show up in. */
  tenantAtRest(): Promise<unknown>;
  signIn(conversation?: string): void;
  /** Somebody comes back to the setup, as with `status`. */
  lookBack(): void;
  /** They have the bot, in a personal chat `chat-of-…`. */
  meet(name: PersonaName): void;
  /** Whoever was asked last has signed in for it. */
  askedSignedIn(): void;
  /** The person has typed the code that was shown for this account. */
  actAs(account: Account, given?: Partial<ActingAs>): Outcome;
  /** The token service has no token of theirs any more. */
  signOut(name: PersonaName): void;
  /** It has one again. */
  signBackIn(name: PersonaName): void;
  /** Puts the run as an interrupted process would have left it, and the job back. */
  overwrite(change: (run: SetupRun) => SetupRun, job?: Task): void;
  /** The process dies and begins again on the same file. */
  restart(): void;
  close(): Promise<void>;
}

type Row = Record<string, unknown>;
export interface TenantState {
  readonly graph: { readonly applications: (Row & { passwordCredentials: Row[] })[]; readonly servicePrincipals: Row[]; readonly users: Row[]; readonly subscribedSkus: Row[] };
  readonly dataverse: Readonly<Record<string, Readonly<Record<string, Row[]>>>>;
}

const durations = { PT5S: 5_000, PT30S: 30_000, PT20M: 20 * 60_000, P2D: 2 * 24 * 60 * 60_000 } as const;
export const conversationId = 'conversation-1';

/** Puts something between the domain and Microsoft. */
export type Around = (microsoft: Microsoft) => Microsoft;

export interface WorldOptions {
  /** The file that this installation hands out; `good` unless the test is about another, or about having none. */
  readonly solution?: SolutionFileKind | 'none';
  /** Whose it is said to have to be. */
  readonly publisher?: string;
  /** Puts something between the domain and what seals its secrets. */
  readonly vault?: (vault: SecretVault) => SecretVault;
  /** A tenant that is there already, and stays open. */
  readonly tenant?: TenantHarness;
  /** A folder for its file that is there already, and stays. */
  readonly directory?: string;
  /** Aborts when an answer of Microsoft is waited for no longer; the usual time in milliseconds is given. */
  readonly deadline?: (ms: number) => AbortSignal;
}

export async function createWorld(actor: PersonaName = 'alex', around: Around = (microsoft) => microsoft, options: WorldOptions = {}): Promise<World> {
  const harness = options.tenant ?? (await startTenant());
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'lead-setup-'));
  let offsetMs = 0;
  const clock = { now: () => new Date(Date.now() + offsetMs) };
  const told: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const signedOut = new Set<string>();
  let parts = assemble(harness, { file: join(directory, 'lead-setup.db'), clock, told, logged, around, options, signedOut });

  const world: World = {
    tenant: harness,
    told,
    logged,
    person,
    command: (verb, data = {}, given = {}) => {
      const runId = verb === 'start' || given.typed ? {} : { runId: world.run().id };
      return parts.setups.handle({ verb, actor: person(actor), conversationId, typed: false, ...given, data: { ...runId, ...data } });
    },
    run: (conversation = conversationId) => {
      const run = parts.setups.latestIn(conversation);
      if (!run) throw new Error('There is no setup yet');
      return run;
    },
    step: (id) => world.run().steps[id],
    audit: () => parts.storage.audit.ofRun(world.run().id).map(({ entry }) => entry),
    settle: async () => {
      await parts.worker.runDue();
    },
    pass: async (duration) => {
      offsetMs += durations[duration];
      await harness.advance(duration);
      await world.settle();
    },
    until: async (id, status) => {
      await world.settle();
      for (let round = 0; round < 40 && world.step(id).status !== status; round += 1) await world.pass('PT5S');
      expect(world.step(id)).toMatchObject({ status });
    },
    decided: async (id) => {
      await world.settle();
      for (let round = 0; round < 40 && !['planned', 'done'].includes(world.step(id).status); round += 1) await world.pass('PT5S');
      expect(['planned', 'done']).toContain(world.step(id).status);
    },
    approve: (id, given) => {
      const state = world.step(id);
      const planHash = 'planHash' in state ? state.planHash : undefined;
      return world.command('approve', { stepId: id, ...(planHash && { planHash }) }, given);
    },
    goTo: async (id) => goTo(world, parts.setups.signedIn, id),
    changes: async () => {
      const log: { method: string; path: string; status: number; actor?: string; host: string }[] = (await harness.control('requests')).json;
      return log.filter(({ method, path }) => method !== 'GET' && !/\/oauth2\/|usertoken|StageSolution/u.test(path)).map(({ method, path }) => `${method} ${path}`);
    },
    state: async () => (await harness.control('state')).json,
    tenantAtRest: async () => {
      const { graph, dataverse } = await world.state();
      const { roles, systemusers, systemuserroles, leads, solutions, importjobs } = dataverse['contoso'] ?? {};
      return { graph: withoutKeys(graph), rows: { roles, systemusers, systemuserroles, leads, solutions, importjobs } };
    },
    signIn: (conversation) => void parts.setups.signedIn(world.run(conversation).id),
    lookBack: () => parts.setups.lookBack(world.run().id),
    meet: (name) => parts.storage.people.remember({ person: person(name), conversationId: `chat-of-${name}`, reference: {} }),
    askedSignedIn: () => parts.setups.askedSignedIn(world.run().id, world.run().asks.at(-1)?.id ?? ''),
    actAs: (account, given = {}) => parts.setups.actAs({ runId: world.run().id, person: person(actor), conversationId, account, ...given }),
    signOut: (name) => void signedOut.add(name),
    signBackIn: (name) => void signedOut.delete(name),
    overwrite: (change, job) => {
      parts.storage.runs.commit({ run: change(world.run()), ...(job && { enqueue: [{ task: job }] }) });
    },
    restart: () => {
      parts.storage.close();
      parts = assemble(harness, { file: join(directory, 'lead-setup.db'), clock, told, logged, around, options, signedOut });
    },
    close: async () => {
      parts.storage.close();
      if (!options.directory) rmSync(directory, { recursive: true });
      if (!options.tenant) await harness.close();
    },
  };
  await harness.control('sign-in', { userId: `29:${actor}`, persona: actor });
  return world;
}

function person(name: PersonaName): Person {
  const { objectId, displayName } = personas[name];
  return { tenantId: tenant.id, objectId, channelUserId: `29:${name}`, channelId: 'msteams', name: displayName };
}

/** A key has a new id each time it is made; that there is one is what counts. */
function withoutKeys({ applications, servicePrincipals, users, subscribedSkus }: TenantState['graph']) {
  return {
    applications: applications.map(({ passwordCredentials, ...rest }) => ({ ...rest, keys: passwordCredentials.length })),
    servicePrincipals,
    users,
    subscribedSkus,
  };
}

/** Of their own account single sign-on, of another what the browser has brought. */
async function assertionOf(harness: TenantHarness, actor: Person, signedOut: ReadonlySet<string>): Promise<string | undefined> {
  const { objectId } = accountOf(actor);
  const known = Object.values(personas).find((persona) => persona.objectId === objectId);
  return known && !signedOut.has(known.name) ? harness.assertion(known.name) : undefined;
}

interface Here {
  readonly file: string;
  readonly clock: { now(): Date };
  readonly told: string[];
  readonly logged: Record<string, unknown>[];
  readonly around: Around;
  readonly options: WorldOptions;
  readonly signedOut: ReadonlySet<string>;
}

function assemble(harness: TenantHarness, { file, clock, told, logged, around, options, signedOut }: Here) {
  const env = harness.sandbox.botEnvironment;
  const ids = { short: () => randomUUID().replaceAll('-', '').slice(0, 12), guid: () => randomUUID() };
  const timing = { sleep: () => Promise.resolve(), ...(options.deadline && { deadline: options.deadline }) };
  const microsoft = around(createMicrosoft({
    cloud: harness.sandbox.cloud,
    assertions: { assertionFor: async (actor) => assertionOf(harness, actor, signedOut) },
    signInApp: { clientId: env['SSO_CLIENT_ID'] ?? '', proof: { kind: 'secret', secret: env['SSO_CLIENT_SECRET'] ?? '' } },
    timing,
  }));
  const solutionSource = createSolutionSource(createSender({ timing }), solutionSetting(harness, options));
  const log = {
    error: (detail: Record<string, unknown>, message: string) => {
      logged.push({ ...detail, message });
      if (message.startsWith('A job failed')) throw detail['err'];
    },
    warn: (detail: Record<string, unknown>, message: string) => void logged.push({ ...detail, message }),
  };
  const storage = openSqliteStorage({ file, sealingKeys: { present: Buffer.from(env['SEALING_KEY'] ?? '', 'base64'), before: [] }, clock, ids, log });
  const shared = { runs: storage.runs, vault: options.vault?.(storage.secrets) ?? storage.secrets, people: storage.people, microsoft, clock, ids, log };
  const teller = { tell: (runId: string) => { told.push(runId); return Promise.resolve({ kind: 'told' } as const); } };
  return {
    storage,
    setups: createSetups({ ...shared, record: storage.audit, wakeWorker: () => undefined }),
    worker: createWorker({ ...shared, jobs: storage.jobs, solutionSource, teller }),
  };
}

function solutionSetting({ sandbox }: TenantHarness, { solution = 'good', publisher }: WorldOptions) {
  if (solution === 'none') return undefined;
  const { SOLUTION_SOURCE: source, SOLUTION_SHA256: sha256 } = sandbox.solutionSource(solution);
  return { source, sha256, publisher };
}

/** Every `Directory` with some of its calls replaced. */
export function withDirectory(change: (directory: Directory) => Partial<Directory>): Around {
  return (microsoft) => ({
    ...microsoft,
    directory: (actor) => {
      const directory = microsoft.directory(actor);
      return { ...directory, ...change(directory) };
    },
  });
}

async function goTo(world: World, signedIn: (runId: string) => unknown, id: StepId): Promise<void> {
  world.command('start');
  signedIn(world.run().id);
  await world.settle();
  world.command('choose', { environment: world.tenant.sandbox.environments.contoso.url });
  await world.settle();
  const path = stepsOf({ path: 'entra' }).includes(id) ? 'entra' : 'microsoft365';
  world.command('choose', { path });
  for (const step of stepsOf({ path })) {
    await world.decided(step);
    if (step === id) return;
    if (world.step(step).status === 'planned') world.approve(step);
    await world.until(step, 'done');
  }
}
