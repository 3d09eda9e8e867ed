import type { ConversationState, StatePropertyAccessor, TurnContext } from 'botbuilder';
import { type DialogContext, DialogSet, type DialogState } from 'botbuilder-dialogs';
import { z } from 'zod';

import type { SetupRun } from '../setup/run.ts';
import { sections } from '../setup/sections.ts';
import { CommandPrompt } from './commandPrompt.ts';
import { sectionDialog } from './sectionDialog.ts';
import { setupDialog, setupDialogId } from './setupDialog.ts';
import { setupTurnOf } from './setupTurn.ts';
import { refusedSignIns, signInDialog, signInPrompt, signInPromptId } from './signInDialog.ts';

const rootSchema = z.object({ id: z.literal(setupDialogId), state: z.object({ options: z.object({ runId: z.string() }) }) });

/**
 * Where a conversation stands in a setup. It never begins a setup by itself: whoever calls has a run that the domain
 * has decided about, and a stack that is lost, old or about another run is built again from that run.
 */
export class SetupConversation {
  readonly #place: StatePropertyAccessor<DialogState>;
  /** Refusals since which the person has signed in: they are asked once for each. */
  readonly #answered: StatePropertyAccessor<readonly string[]>;
  readonly #connectionName: string;

  constructor(state: ConversationState, connectionName: string) {
    this.#place = state.createProperty<DialogState>('setup');
    this.#answered = state.createProperty<readonly string[]>('answeredRefusals');
    this.#connectionName = connectionName;
  }

  /** Begins anew; sections that are done are passed over. */
  async begin(context: TurnContext, run: SetupRun): Promise<void> {
    const dialogs = await this.#dialogs(context);
    dialogs.stack.length = 0;
    await dialogs.beginDialog(setupDialogId, { runId: run.id });
  }

  /** The run was written: goes on to where it stands now. A sign-in that waits keeps waiting. */
  async advance(context: TurnContext, run: SetupRun): Promise<void> {
    const dialogs = await this.#dialogs(context);
    if (runOf(dialogs) !== run.id) return this.#rebuild(context, run);
    if (!waitsForSignIn(dialogs)) return void (await dialogs.continueDialog());
    if (run.status !== 'active') dialogs.stack.length = 0;
    setupTurnOf(context).showCard(run.id);
  }

  /** As `advance`, but a sign-in that has become necessary is asked for first. */
  async advanceSignedIn(context: TurnContext, run: SetupRun): Promise<void> {
    const dialogs = await this.#dialogs(context);
    const isAsking = runOf(dialogs) === run.id && waitsForSignIn(dialogs);
    // Whoever has signed out says themselves when they want to go on.
    return run.status === 'active' && run.signedOutAt === undefined && !isAsking && (await this.needsSignIn(context, run)) ? this.begin(context, run) : this.advance(context, run);
  }

  /** Whether the person has to sign in (again) before anything else can be done for this setup. */
  async needsSignIn(context: TurnContext, run: SetupRun): Promise<boolean> {
    const answered = await this.#answered.get(context, []);
    return !run.signedIn || refusedSignIns(run).some((refusal) => !answered.includes(refusal));
  }

  async waitsForSignIn(context: TurnContext): Promise<boolean> {
    return waitsForSignIn(await this.#dialogs(context));
  }

  /** Hands the turn (a typed code, a `signin/…` invoke) to the sign-in that waits for it. */
  async continueSignIn(context: TurnContext): Promise<void> {
    await (await this.#dialogs(context)).continueDialog();
  }

  async #rebuild(context: TurnContext, run: SetupRun): Promise<void> {
    if (run.status === 'active' && run.signedOutAt === undefined) return this.begin(context, run);
    setupTurnOf(context).showCard(run.id);
  }

  /** Dialogs are made per turn: their sentences are in the language of the person. */
  async #dialogs(context: TurnContext): Promise<DialogContext> {
    const turn = setupTurnOf(context);
    const [title, text] = [turn.sentence('bot.signInTitle'), turn.sentence('bot.signInText')];
    const prompt = signInPrompt({ connectionName: this.#connectionName, title, text });
    const signIn = signInDialog({
      areNeeded: (run) => this.needsSignIn(context, run),
      forget: () => prompt.signOutUser(context),
      wereGiven: (refusals) => this.#answered.set(context, refusals),
    });
    const dialogs = new DialogSet(this.#place).add(setupDialog()).add(signIn).add(prompt);
    for (const section of sections) dialogs.add(sectionDialog(section)).add(new CommandPrompt(section));
    return dialogs.createContext(context);
  }
}

/** The run that the stack is about; a stack of another build is about none. */
function runOf({ stack }: DialogContext): string | undefined {
  return rootSchema.safeParse(stack[0]).data?.state.options.runId;
}

function waitsForSignIn(dialogs: DialogContext): boolean {
  return runOf(dialogs) !== undefined && dialogs.activeDialog?.id === signInPromptId;
}
