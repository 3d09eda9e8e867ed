import { OAuthPrompt, type WaterfallStepContext, WaterfallDialog } from 'botbuilder-dialogs';
import { z } from 'zod';

import { actorOf, askAbout, samePerson } from '../setup/asking.ts';
import { isSignInRefused } from '../setup/errors.ts';
import { type SetupRun, stepIds } from '../setup/run.ts';
import { type SetupOptions, setupTurnOf } from './setupTurn.ts';

export const signInDialogId = 'signIn';
export const signInPromptId = 'signIn.prompt';

/** The token service answers "no token" with all sorts of bodies: only a token counts. */
const tokenSchema = z.object({ token: z.string().min(1) });

/** What the dialog has to know and do about the person's sign-ins, in one turn. */
export interface SignIns {
  /** Whether the person has to sign in (again) before anything else can be done for this setup. */
  areNeeded(run: SetupRun): Promise<boolean>;
  /** Makes the token service forget a token that Microsoft refuses: as long as it has one, it asks nobody. */
  forget(): Promise<void>;
  /** The person has signed in since these refusals. */
  wereGiven(refusals: readonly string[]): Promise<void>;
}

/** Where Microsoft did not accept the sign-in of whoever began the setup, by error id. */
export function refusedSignIns(run: SetupRun): string[] {
  // Another account signs in in a browser: what the token service has is not of it.
  if (run.startedBy.actingAs) return [];
  const own = stepIds.filter((id) => samePerson(actorOf(run, id), run.startedBy) && askAbout(run, id)?.status !== 'open');
  const undone = run.undo ? [run.undo.state] : [];
  const states = [run.discovery, run.prerequisites, ...own.map((id) => run.steps[id]), ...undone, ...(run.drift ? [run.drift] : [])];
  return states.flatMap((state) => {
    if (state.status === 'applying') return state.signInLost ? [state.signInLost.errorId] : [];
    return 'failure' in state && isSignInRefused(state.failure) ? [state.failure.errorId] : [];
  });
}

export interface SignInWording {
  readonly connectionName: string;
  readonly title: string;
  readonly text: string;
}

/** Shows nothing when the token service has a token already, as with single sign-on. */
export function signInPrompt({ connectionName, title, text }: SignInWording): OAuthPrompt {
  return new OAuthPrompt(signInPromptId, { connectionName, title, text });
}

/** Ends when the person is signed in. */
export function signInDialog(signIns: SignIns): WaterfallDialog<SetupOptions> {
  return new WaterfallDialog<SetupOptions>(signInDialogId, [
    async (step) => askForToken(step, signIns),
    async (step) => takeToken(step, signIns),
  ]);
}

async function askForToken(step: WaterfallStepContext<SetupOptions>, signIns: SignIns) {
  const turn = setupTurnOf(step.context);
  const run = turn.load(step.options.runId);
  if (!run || !(await signIns.areNeeded(run))) return step.endDialog();
  if (run.signedIn) await signIns.forget();
  return step.prompt(signInPromptId, { prompt: '', retryPrompt: turn.sentence('bot.signInWaits') });
}

async function takeToken(step: WaterfallStepContext<SetupOptions>, signIns: SignIns) {
  if (!tokenSchema.safeParse(step.result).success) return startOver(step);
  const turn = setupTurnOf(step.context);
  const run = turn.load(step.options.runId);
  if (run) await signIns.wereGiven(refusedSignIns(run));
  turn.signedIn(step.options.runId);
  return step.endDialog();
}

/** `undefined` is the prompt's own time-out: ask anew. Anything else would end in a circle of questions. */
async function startOver(step: WaterfallStepContext<SetupOptions>) {
  if (step.result === undefined) return step.replaceDialog(signInDialogId, step.options);
  await step.context.sendActivity(setupTurnOf(step.context).sentence('bot.signInFailed'));
  return step.cancelAllDialogs();
}
