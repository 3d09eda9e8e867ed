import type { Verb } from '../setup/commands/command.ts';
import type { Ask, Path, SetupRun, StepId } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import { bindCardAction, type CardAction } from './card.ts';
import template from './templates/action.json' with { type: 'json' };
import type { Words } from './words.ts';

/** What a button sends. The client merges the card's inputs into it: `address`, `environment`, `displayName`, `email`, `months`, `removeKey`, `hasSeen`, … */
export interface ActionData {
  readonly verb: Verb;
  /** On every button but *Set up leads*. */
  readonly runId?: string;
  readonly stepId?: StepId;
  readonly planHash?: string;
  readonly shownHash?: string;
  /** Address of the chosen environment. */
  readonly environment?: string;
  readonly path?: Path;
  /** Whom and about what to ask, where that is not a step. */
  readonly objectId?: string;
  readonly about?: 'partnerCenter';
  /** The name or address that was looked for: the same once more. */
  readonly wanted?: string;
  /** The setup that is taken over. */
  readonly lockRunId?: string;
  /** How the history is to be written. */
  readonly format?: 'csv' | 'json';
  /** *Cancel* asks first; its own card sends the answer. */
  readonly confirmed?: true;
}

export interface ButtonLook {
  /** The main button of a card is `positive`. */
  readonly style?: 'positive' | 'destructive';
  /** Send the card's inputs along, after checking them; without it they neither travel nor stand in the way. */
  readonly withInputs?: boolean;
  readonly tooltip?: string;
}

/** Who speaks, and about which setup. */
export interface Speaking {
  readonly run: SetupRun;
  readonly words: Words;
  /** They were asked: the setup is somebody else's. */
  readonly ask?: Ask | undefined;
}

/** A button about a setup; `name` is its title's key under `card.button`. */
export function button(view: Speaking, name: string, data: ActionData, look?: ButtonLook): CardAction {
  return execute(titleOf(view.words, name), { ...data, runId: view.run.id }, look);
}

/** Leaves: the setup for whoever began it, the ask for whoever was asked. */
export function cancelButton(view: Speaking): CardAction {
  return view.ask ? button(view, 'decline', { verb: 'decline' }) : button(view, 'cancel', { verb: 'cancel' });
}

/** An `Action.Execute` with an `Action.Submit` of the same data for clients that lack it. */
export function execute(title: string, data: ActionData, look: ButtonLook = {}): CardAction {
  const { style, withInputs = false, tooltip = title } = look;
  return bindCardAction(template, { title, tooltip, style: style ?? 'default', data, associatedInputs: withInputs ? 'auto' : 'none' });
}

/** Opens and closes a part of the card that is on it already; asks nobody. */
export function toggle(words: Words, name: string, elementId: string): CardAction {
  return { type: 'Action.ToggleVisibility', title: titleOf(words, name), targetElements: [elementId] };
}

export function openLink(words: Words, name: string, url: string, { style }: Pick<ButtonLook, 'style'> = {}): CardAction {
  return { type: 'Action.OpenUrl', title: titleOf(words, name), url, ...(style && { style }) };
}

/** Opens a Teams task module, which leaves nothing in the chat. */
export function openTask(view: Speaking, name: string, data: ActionData, look: ButtonLook = {}): CardAction {
  return {
    type: 'Action.Submit',
    title: titleOf(view.words, name),
    style: look.style ?? 'default',
    data: { ...data, runId: view.run.id, msteams: { type: 'task/fetch' } },
    associatedInputs: 'none',
  };
}

function titleOf(words: Words, name: string): string {
  return words.plain(say(`card.button.${name}`));
}
