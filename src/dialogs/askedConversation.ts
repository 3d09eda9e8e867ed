import type { ConversationState, StatePropertyAccessor, TurnContext } from 'botbuilder';
import { type DialogContext, DialogSet, type DialogState, DialogTurnStatus, type WaterfallStepContext, WaterfallDialog } from 'botbuilder-dialogs';
import { z } from 'zod';

import { isSignInRefused } from '../setup/errors.ts';
import type { Ask, SetupRun } from '../setup/run.ts';
import { setupTurnOf } from './setupTurn.ts';
import { signInPrompt, signInPromptId } from './signInDialog.ts';

/** Raise the number when steps are added, removed or moved: a stack of another version is thrown away. */
const askedDialogId = 'asked.1';
const optionsSchema = z.object({ runId: z.string(), askId: z.string(), forgetsToken: z.boolean() });
type AskedOptions = z.infer<typeof optionsSchema>;
const rootSchema = z.object({ id: z.literal(askedDialogId), state: z.object({ options: optionsSchema }) });
const tokenSchema = z.object({ token: z.string().min(1) });

/**
 * The sign-in of somebody who was asked, in their own chat, beside whatever setup of their own goes on there: nothing
 * else of a setup waits for them in a dialog.
 */
export class AskedConversation {
  readonly #place: StatePropertyAccessor<DialogState>;
  readonly #connectionName: string;

  constructor(state: ConversationState, connectionName: string) {
    this.#place = state.createProperty<DialogState>('asked');
    this.#connectionName = connectionName;
  }

  /** Whether they are signed in now; else they have just been asked to. */
  async signIn(context: TurnContext, { run, ask }: { run: SetupRun; ask: Ask }): Promise<boolean> {
    const dialogs = await this.#dialogs(context);
    dialogs.stack.length = 0;
    const options: AskedOptions = { runId: run.id, askId: ask.id, forgetsToken: wasRefused(run, ask) };
    return isSignedIn(await dialogs.beginDialog(askedDialogId, options));
  }

  /** Another sign-in has come in the place of the one that was asked for. */
  async forget(context: TurnContext): Promise<void> {
    (await this.#dialogs(context)).stack.length = 0;
  }

  async waits(context: TurnContext): Promise<boolean> {
    return optionsOf(await this.#dialogs(context)) !== undefined;
  }

  /** Hands the turn to the sign-in that waits for it, and answers what it was for. */
  async continue(context: TurnContext): Promise<Pick<AskedOptions, 'runId' | 'askId'> | undefined> {
    const dialogs = await this.#dialogs(context);
    const about = optionsOf(dialogs);
    return about && isSignedIn(await dialogs.continueDialog()) ? about : undefined;
  }

  /** Dialogs are made per turn: their sentences are in the language of the person. */
  async #dialogs(context: TurnContext): Promise<DialogContext> {
    const turn = setupTurnOf(context);
    const [title, text] = [turn.sentence('bot.signInTitle'), turn.sentence('bot.askedSignIn')];
    const prompt = signInPrompt({ connectionName: this.#connectionName, title, text });
    const forget = () => prompt.signOutUser(context);
    const asked = new WaterfallDialog<AskedOptions>(askedDialogId, [async (step) => askForToken(step, forget), takeToken]);
    const dialogs = await new DialogSet(this.#place).add(asked).add(prompt).createContext(context);
    if (dialogs.stack.length > 0 && !optionsOf(dialogs)) dialogs.stack.length = 0;
    return dialogs;
  }
}

async function askForToken(step: WaterfallStepContext<AskedOptions>, forget: () => Promise<void>) {
  if (step.options.forgetsToken) await forget();
  return step.prompt(signInPromptId, { prompt: '', retryPrompt: setupTurnOf(step.context).sentence('bot.signInWaits') });
}

async function takeToken(step: WaterfallStepContext<AskedOptions>) {
  const isGiven = tokenSchema.safeParse(step.result).success;
  const { runId, askId } = step.options;
  if (isGiven) setupTurnOf(step.context).askedSignedIn(runId, askId);
  else await step.context.sendActivity(setupTurnOf(step.context).sentence('bot.askedSignInFailed'));
  return step.endDialog(isGiven);
}

/** Microsoft does not accept the token that the token service has: as long as it has one, it asks nobody. */
function wasRefused({ steps }: SetupRun, { about }: Ask): boolean {
  const state = about === 'partnerCenter' ? undefined : steps[about];
  if (state?.status === 'applying') return state.signInLost !== undefined;
  return state?.status === 'failed' && isSignInRefused(state.failure);
}

function optionsOf({ stack }: DialogContext): AskedOptions | undefined {
  return rootSchema.safeParse(stack[0]).data?.state.options;
}

function isSignedIn({ status, result }: { status: DialogTurnStatus; result?: unknown }): boolean {
  return status === DialogTurnStatus.complete && result === true;
}
