import { type WaterfallStep, WaterfallDialog } from 'botbuilder-dialogs';

import { sections } from '../setup/sections.ts';
import { type SetupOptions, setupTurnOf } from './setupTurn.ts';
import { signInDialogId } from './signInDialog.ts';

/**
 * Stacks are stored by step index. Raise the number when steps are added, removed or moved:
 * a stack of another version is thrown away and built again from the run.
 */
export const setupDialogId = 'setup.2';

const begin =
  (dialogId: string): WaterfallStep<SetupOptions> =>
  async (step) =>
    step.beginDialog(dialogId, step.options);

/** The whole setup: sign-in, then every section in its order, then the receipt. */
export function setupDialog(): WaterfallDialog<SetupOptions> {
  return new WaterfallDialog<SetupOptions>(setupDialogId, [begin(signInDialogId), ...sections.map(begin), showReceipt]);
}

const showReceipt: WaterfallStep<SetupOptions> = async (step) => {
  setupTurnOf(step.context).showCard(step.options.runId);
  return step.endDialog();
};
