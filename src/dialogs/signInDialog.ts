import { OAuthPrompt, type WaterfallStepContext, WaterfallDialog } from 'botbuilder-dialogs';
import { z } from 'zod';

import type { SetupRun } from '../setup/run.ts';
import { type SetupOptions, setupTurnOf } from './setupTurn.ts';

export const signInDialogId = 'signIn';
export const signInPromptId = 'signIn.prompt';

/** The token service answers "no token" with all sorts of bodies: only a token counts. */
const tokenSchema = z.object({ token: z.string().min(1) });

/** Whether the person has to sign in (again) before anything else can be done for this setup. */
export function needsSignIn(run: SetupRun): boolean {
  const states = [run.discovery, run.prerequisites, ...Object.values(run.steps)];
  return !run.signedIn || states.some((state) => state.status === 'failed' && state.failure.code === 'E-SIGN-IN');
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
export function signInDialog(): WaterfallDialog<SetupOptions> {
  return new WaterfallDialog<SetupOptions>(signInDialogId, [askForToken, takeToken]);
}

async function askForToken(step: WaterfallStepContext<SetupOptions>) {
  const turn = setupTurnOf(step.context);
  const run = turn.load(step.options.runId);
  if (!run || !needsSignIn(run)) return step.endDialog();
  return step.prompt(signInPromptId, { prompt: '', retryPrompt: turn.sentence('bot.signInWaits') });
}

async function takeToken(step: WaterfallStepContext<SetupOptions>) {
  if (!tokenSchema.safeParse(step.result).success) return startOver(step);
  setupTurnOf(step.context).signedIn(step.options.runId);
  return step.endDialog();
}

/** `undefined` is the prompt's own time-out: ask anew. Anything else would end in a circle of questions. */
async function startOver(step: WaterfallStepContext<SetupOptions>) {
  if (step.result === undefined) return step.replaceDialog(signInDialogId, step.options);
  await step.context.sendActivity(setupTurnOf(step.context).sentence('bot.signInFailed'));
  return step.cancelAllDialogs();
}
