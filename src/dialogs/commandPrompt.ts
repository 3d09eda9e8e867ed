import type { TurnContext } from 'botbuilder';
import { ActivityPrompt, type PromptOptions } from 'botbuilder-dialogs';

import { hasPassed, type OpenSection } from './passed.ts';
import { type SetupOptions, setupTurnOf } from './setupTurn.ts';

export function commandPromptId(section: OpenSection): string {
  return `waitFor.${section}`;
}

/**
 * Waits until a section is behind the setup. A click, a typed word and news from the worker all look the same to it:
 * by the time it is asked, the domain has decided, and the run says whether the section has passed.
 */
export class CommandPrompt extends ActivityPrompt {
  constructor(section: OpenSection) {
    super(commandPromptId(section), async ({ context, options }) => {
      const { runId } = optionsOf(options);
      const run = setupTurnOf(context).load(runId);
      if (!run || hasPassed(section, run)) return true;
      setupTurnOf(context).showCard(runId);
      return false;
    });
  }

  /** The question stands on the run's card. */
  protected override async onPrompt(context: TurnContext, _state: object, options: PromptOptions): Promise<void> {
    setupTurnOf(context).showCard(optionsOf(options).runId);
  }
}

export function promptOptions(options: SetupOptions): PromptOptions {
  return { validations: options };
}

function optionsOf({ validations }: PromptOptions): SetupOptions {
  if (validations && 'runId' in validations && typeof validations.runId === 'string') return { runId: validations.runId };
  throw new Error('A command prompt was begun without a run.');
}
