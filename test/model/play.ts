import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { PersonaName } from '../../sandbox/personas.ts';
import type { LoggedRequest } from '../../sandbox/requestLog.ts';
import { type SetupRun, setupRunSchema } from '../../src/setup/run.ts';
import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type ClickAnswer, type Message, TeamsChat } from '../scenario/teams.ts';
import type { TenantState } from '../setup/world.ts';
import { MovableBot } from './movableBot.ts';
import { other } from './rules.ts';

/** A button as some card had it, once. */
export interface Button {
  readonly on: string;
  readonly title: string;
  readonly verb: string;
  readonly data: Record<string, unknown>;
}

/** What somebody does to the account in Microsoft's portals. */
export type Touch = 'may not sign in' | 'has no key';

export interface Click {
  readonly as?: PersonaName;
  readonly from?: string;
  readonly seenBy?: PersonaName;
}

/** Verbs that may be answered with a question, or with the secret, in the place of the card. */
const asking = new Set(['start', 'restart', 'cancel', 'ways', 'wholePlan', 'skip', 'ask', 'actAs', 'takeOver', 'retry', 'history', 'approve', 'reveal', 'undo']);

const longerThanALease = 25;

/** The bot and the sandbox, for one game after the other: each begins with an empty store, an untouched tenant and a new chat. */
export class Stage {
  readonly tenant: TenantHarness;
  readonly bot: MovableBot;

  private constructor(tenant: TenantHarness, bot: MovableBot) {
    this.tenant = tenant;
    this.bot = bot;
  }

  static async build(): Promise<Stage> {
    const port = await freePort();
    const tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    return new Stage(tenant, new MovableBot({ ...tenant.sandbox.botEnvironment, PORT: String(port), NODE_COMPILE_CACHE: join(tenant.dataDir, 'compiled') }));
  }

  async close(): Promise<void> {
    await this.bot.close();
    await this.tenant.close();
  }
}

/** One game: Alex's chat with the bot, and what happens around it. */
export class Play {
  readonly stage: Stage;
  readonly chat: TeamsChat;
  /** The others' chat with the bot, who have come by Alex's cards. */
  readonly others: TeamsChat;
  /** Every button that Alex has ever seen here. */
  readonly buttons: Button[] = [];
  /** What was done, in order, for whoever reads of a failure. */
  readonly told: string[] = [];
  /** How many commands that were. */
  commands = 0;
  /** What clicks were answered with, but for those that show the secret. */
  readonly #unrevealed: string[] = [];
  /** What was in the tenant before anything was said. */
  before: unknown;
  readonly #answers = new Map<string, { readonly verb: string; readonly message: Message | undefined }>();
  readonly #dataDir: string;
  #offsetMs = 0;

  private constructor(stage: Stage, chats: { chat: TeamsChat; others: TeamsChat }, dataDir: string) {
    this.stage = stage;
    this.chat = chats.chat;
    this.others = chats.others;
    this.#dataDir = dataDir;
  }

  static async begin(stage: Stage): Promise<Play> {
    await stage.bot.end('SIGKILL');
    await stage.tenant.control('reset', {});
    for (const persona of ['alex', 'priya', 'rita']) await stage.tenant.control('sign-in', { userId: `29:${persona}`, persona });
    const [chat, others] = await Promise.all([1, 2].map(() => TeamsChat.open(stage.tenant.sandbox.channelUrl)));
    if (!chat || !others) throw new Error('There is no chat');
    const play = new Play(stage, { chat, others }, await mkdtemp(join(tmpdir(), 'lead-setup-model-')));
    await stage.bot.moveTo(0);
    await play.#start();
    play.before = await play.live();
    return play;
  }

  async end(): Promise<void> {
    await this.stage.bot.end('SIGKILL');
    await Promise.all([this.chat.close(), this.others.close()]);
    await rm(this.#dataDir, { recursive: true });
  }

  /** While it waits for the answer to the next request like this one, the bot stands still for so long that another process takes its work over. */
  async standStill(match: string): Promise<void> {
    await this.befall({ match, kind: 'delay:200' });
    const isSent = async () => (await this.stage.tenant.control('faults')).json.some(({ happened }: { happened: number }) => happened > 0);
    for (let look = 0; look < 40 && !(await isSent()); look += 1) await this.settle(1);
    if (!(await isSent())) return this.befall();
    await this.stage.bot.standStill({ DATA_DIR: this.#dataDir, PORT: String(await freePort()) }, async () => {
      await this.pass(longerThanALease);
      await this.settle(longerThanALease);
    });
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const exitCode = await this.stage.bot.end(signal);
    if (signal === 'SIGTERM') expect(exitCode).toBe(0);
    await this.#start();
  }

  #start(): Promise<void> {
    return this.stage.bot.start({ DATA_DIR: this.#dataDir });
  }

  get now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** The tenant's clock and the bot's, by so many seconds, up to whole ones. */
  async pass(seconds: number): Promise<void> {
    const whole = Math.ceil(seconds);
    this.#offsetMs += whole * 1000;
    await this.stage.tenant.advance(`PT${whole}S`);
    await this.stage.bot.moveTo(this.#offsetMs);
  }

  /** What befalls the next requests that fit; nothing any more without one. */
  async befall(...faults: { match: string; kind: string }[]): Promise<void> {
    await this.stage.tenant.control('faults', faults);
  }

  async say(text: string, as: PersonaName = 'alex'): Promise<void> {
    await this.#chatOf(as).say(text, as);
  }

  /** `seenBy`: whose chat it is clicked in; a card may have been carried into another. */
  async click({ verb, data, on }: Button, { as = 'alex', from = on, seenBy = as }: Click = {}): Promise<ClickAnswer> {
    const answer = await this.#chatOf(seenBy).send({ verb, data }, from, as);
    if (verb !== 'reveal') this.#unrevealed.push(answer.text);
    if (as === 'alex' && answer.isCard) this.#answers.set(from, { verb, message: this.chat.messages.get(from) });
    return answer;
  }

  /** Everything that came into the chat, but the secret where it was asked for. */
  sent(): string[] {
    return [...this.chat.received, ...this.#unrevealed];
  }

  #chatOf(persona: PersonaName): TeamsChat {
    return persona === 'alex' ? this.chat : this.others;
  }

  /** Whether a message shows the answer to a click that may have been a question, and nothing has come since. */
  isQuestion({ id }: Message): boolean {
    const answer = this.#answers.get(id);
    return answer !== undefined && asking.has(answer.verb) && answer.message === this.chat.messages.get(id);
  }

  /** The buttons on the newest message that has any, as far as they are played with. */
  fresh(): Button[] {
    return [...this.chat.messages.values()].map((one) => buttonsOf(one).filter(this.#isPlayed)).findLast((buttons) => buttons.length > 0) ?? [];
  }

  /** Keeps what is on the screen now, for clicks on it later. */
  remember(): void {
    const known = new Set(this.buttons.map(keyOf));
    const seen = [...this.chat.messages.values()].flatMap(buttonsOf).filter(this.#isPlayed);
    for (const one of seen) if (!known.has(keyOf(one))) this.buttons.push(one);
  }

  /** Each game can be brought to the same end: in one environment and in one way. */
  readonly #isPlayed = ({ data: { environment, path } }: Button): boolean =>
    path !== 'microsoft365' && [undefined, this.stage.tenant.sandbox.environments.contoso.url].includes(environment as string | undefined);

  /** The runs as they lie on the disk, the oldest first; each as its schema has it. */
  runs(): SetupRun[] {
    return this.#read('select record from runs order by sequence').map(({ record }) => setupRunSchema.parse(JSON.parse(String(record))));
  }

  /** The message that shows a run. */
  cardOf(runId: string): Message | undefined {
    const [place] = this.#read('select card_id from conversation_places where run_id = ?', runId);
    return this.chat.messages.get(String(place?.['card_id']));
  }

  /** When the next job is due, in milliseconds; undefined when there is none. */
  nextDue(): number | undefined {
    const [row] = this.#read(`select min(iif(state = 'queued', not_before, coalesce(leased_until, 0))) as due from jobs`);
    return typeof row?.['due'] === 'number' ? row['due'] : undefined;
  }

  /** Whether a job is worked at by somebody who may be alive. */
  isAtWork(): boolean {
    return this.#read(`select 1 from jobs where state <> 'queued' and leased_until > ?`, this.now.getTime()).length > 0;
  }

  async requests(): Promise<LoggedRequest[]> {
    return (await this.stage.tenant.control('requests')).json;
  }

  /** What is in use there, without what Entra and Dynamics keep in their bins and logs. A publisher stays when its solution goes. */
  async live(): Promise<unknown> {
    const { graph: { applications, servicePrincipals, users }, dataverse } = await this.state();
    const { importjobs: _jobs, asyncoperations: _operations, publishers: _publishers, ...rows } = dataverse['contoso'] ?? {};
    return { applications, servicePrincipals, users, rows };
  }

  /** Somebody in Microsoft's portals undoes a part of what a setup made. What was to befall the bot does not befall them. */
  async touch(what: Touch): Promise<void> {
    await this.befall();
    const [application] = (await this.state()).graph.applications;
    if (!application) return;
    const of = `(appId='${String(application['appId'])}')`;
    if (what === 'may not sign in') await this.#inPortal('PATCH', `/servicePrincipals${of}`, { accountEnabled: false });
    else for (const { keyId } of application.passwordCredentials) await this.#inPortal('POST', `/applications${of}/removePassword`, { keyId });
  }

  async #inPortal(method: string, path: string, body: unknown): Promise<void> {
    await this.stage.tenant.graph(other, method, path, { body });
  }

  async state(): Promise<TenantState> {
    return (await this.stage.tenant.control('state')).json;
  }

  async secrets(): Promise<string[]> {
    return (await this.stage.tenant.control('secrets')).json;
  }

  /** Lets everything happen that happens by itself within so many seconds, without waiting for them. */
  async settle(withinSeconds: number): Promise<void> {
    const until = this.now.getTime() + withinSeconds * 1000;
    while (this.now.getTime() < until) {
      const due = this.nextDue();
      if (due !== undefined && !this.isAtWork() && due > this.now.getTime()) {
        await this.pass((Math.min(due, until) - this.now.getTime()) / 1000);
      } else if (due === undefined) {
        // What the bot still says, it says within a pause of its own.
        return this.pass(Math.min(4, (until - this.now.getTime()) / 1000));
      } else await this.#wait(due);
    }
  }

  /** A job is in hand: it comes to its end, or waits for a time that is moved here. */
  async #wait(due: number): Promise<void> {
    for (let look = 0; look < 10 && this.nextDue() === due; look += 1) await this.stage.tenant.control('clock');
    if (this.nextDue() === due) await this.pass(1);
  }

  #read(query: string, ...given: (string | number)[]): Record<string, unknown>[] {
    const database = new DatabaseSync(join(this.#dataDir, 'lead-setup.db'), { readOnly: true });
    try {
      return database.prepare(query).all(...given);
    } finally {
      database.close();
    }
  }
}

export function buttonsOf({ id, actions }: Message): Button[] {
  return actions.flatMap(({ verb, title, data = {} }) => (verb === undefined ? [] : [{ on: id, title, verb, data }]));
}

function keyOf({ on, verb, data }: Button): string {
  return JSON.stringify([on, verb, data]);
}
