import { WaterfallDialog } from 'botbuilder-dialogs';

import { commandPromptId, promptOptions } from './commandPrompt.ts';
import { hasPassed, type OpenSection } from './passed.ts';
import { type SetupOptions, setupTurnOf } from './setupTurn.ts';

/** One section of the procedure: its question stays open until the run is past it; what is done already is skipped. */
export function sectionDialog(section: OpenSection): WaterfallDialog<SetupOptions> {
  return new WaterfallDialog<SetupOptions>(section, [
    async (step) => {
      const run = setupTurnOf(step.context).load(step.options.runId);
      if (!run || hasPassed(section, run)) return step.endDialog();
      return step.prompt(commandPromptId(section), promptOptions(step.options));
    },
    async (step) => step.endDialog(),
  ]);
}
