import type { TurnContext } from 'botbuilder';

import type { SetupRun } from '../setup/run.ts';

/** What a dialog may ask of the turn that it runs in. It decides nothing and calls nobody. */
export interface SetupTurn {
  load(runId: string): SetupRun | undefined;
  /** The person has a token now. */
  signedIn(runId: string): void;
  /** Whoever was asked has a token now. */
  askedSignedIn(runId: string, askId: string): void;
  /** The run's card is to be seen when this turn ends; how depends on what the turn answers. */
  showCard(runId: string): void;
  /** Whether some dialog wanted it shown. */
  cardIsWanted(runId: string): boolean;
  sentence(key: string): string;
}

const turnKey = Symbol('setupTurn');

export function provideSetupTurn(context: TurnContext, turn: SetupTurn): void {
  context.turnState.set(turnKey, turn);
}

export function setupTurnOf(context: TurnContext): SetupTurn {
  const turn = context.turnState.get<SetupTurn | undefined>(turnKey);
  if (!turn) throw new Error('This turn was begun without a SetupTurn.');
  return turn;
}

/** What every dialog of a setup carries: the rest is in the run. */
export interface SetupOptions {
  readonly runId: string;
}
