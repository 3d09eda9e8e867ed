import { type Activity, TurnContext } from 'botbuilder';
import { z } from 'zod';

import { type Intention, intentionOf, languageAsked, personAsked } from '../locales/words.ts';
import { type Command, commandSchema, type Verb, verbSchema } from '../setup/commands/command.ts';

/** What a person wants, before it is known whether they may have it. */
export type Wish =
  | { readonly kind: 'command'; readonly verb: Verb; readonly data: Command['data']; readonly typed: boolean }
  | { readonly kind: 'status' | 'help' | 'signOut' }
  /** `language French`; without one that is written here, the person is told which are. */
  | { readonly kind: 'language'; readonly language: string | undefined }
  /** Words that mean no command: to a question that waits for a click, or a sign-in code. */
  | { readonly kind: 'words' }
  /** Data that no card of this bot can have sent. */
  | { readonly kind: 'malformed' };

const dataSchema = commandSchema.shape.data;
const clickSchema = z.object({
  action: z.object({ type: z.literal('Action.Execute'), verb: verbSchema, data: dataSchema.default({}) }),
  trigger: z.string().optional(),
});
/** Clients without `Action.Execute` send the same verb and data as a message without text. */
const submitSchema = dataSchema.extend({ verb: verbSchema });
const taskSchema = z.object({ data: dataSchema.extend({ verb: z.literal('reveal') }) });

/** A click on an `Action.Execute`. What a client asks for by itself only ever reads. */
export function wishOfClick(value: unknown): Wish {
  const click = clickSchema.safeParse(value);
  if (!click.success) return { kind: 'malformed' };
  const { verb, data } = click.data.action;
  return { kind: 'command', verb: click.data.trigger === 'automatic' ? 'refresh' : verb, data, typed: false };
}

/** A button that opens a task module. */
export function wishOfTask(value: unknown): Wish {
  const task = taskSchema.safeParse(value);
  return task.success ? clicked(task.data.data) : { kind: 'malformed' };
}

/** A message: the fallback of a click, or what somebody typed. */
export function wishOfMessage(activity: Activity): Wish {
  if (activity.value === undefined || activity.value === null) return wishOfText(textOf(activity));
  const submit = submitSchema.safeParse(activity.value);
  return submit.success ? clicked(submit.data) : { kind: 'malformed' };
}

function clicked({ verb, ...data }: z.infer<typeof submitSchema>): Wish {
  return { kind: 'command', verb, data, typed: false };
}

/** Longer than this it is a question to the bot. */
const longestName = 80;

function wishOfText(text: string): Wish {
  const intention = intentionOf(text);
  if (intention) return wishOfIntention(intention);
  const asked = languageAsked(text);
  if (asked) return { kind: 'language', ...asked };
  const wanted = personAsked(text);
  if (wanted && wanted.length <= longestName) return typed('ask', { wanted });
  return isAddress(text) ? typed('submit', { address: text }) : { kind: 'words' };
}

function wishOfIntention(intention: Intention): Wish {
  switch (intention) {
    case 'status':
    case 'refresh':
      return { kind: 'status' };
    case 'help':
    case 'signOut':
      return { kind: intention };
    case 'confirmCancel':
      // As the card's button sends it with its toggle untouched.
      return typed('cancel', { confirmed: true, removeKey: 'true' });
    case 'confirmUndo':
      return typed('undo', { confirmed: true });
    case 'confirmTakeOver':
      return typed('takeOver', { confirmed: true, removeKey: 'true' });
    case 'chooseEntra':
      return typed('choose', { path: 'entra' });
    case 'chooseMicrosoft365':
      return typed('choose', { path: 'microsoft365' });
    default:
      return typed(intention);
  }
}

function typed(verb: Verb, data: Command['data'] = {}): Wish {
  return { kind: 'command', verb, data, typed: true };
}

/** A URL, a host name with a dot, or a port on localhost; one word either way. */
function isAddress(text: string): boolean {
  if (text.length > 2048) return false;
  return /^https?:\/\/\S+$/iu.test(text) || /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:[/?#]\S*)?$/iu.test(text);
}

/** Channels put the bot's own name before the words, and Teams at times a space of HTML between them. */
function textOf(activity: Activity): string {
  return (TurnContext.removeRecipientMention(activity) || activity.text || '').replaceAll('&nbsp;', ' ').trim();
}
