import { setTimeout as soon } from 'node:timers/promises';

import type { TenantHarness } from '../sandbox/tenantHarness.ts';
import type { Message, TeamsChat } from '../scenario/teams.ts';
import type { Played } from './play.ts';
import type { Way } from './ways.ts';

const againMs = 50;
const mostTries = 40;
const showing = 'Show the values';
const entered = 'I have entered the values';

/** What is said first, and what the chat says at the end. */
const spoken: Readonly<Record<Way['during'], { readonly first: string; readonly last: RegExp }>> = {
  setup: { first: 'set up leads', last: /can receive leads/u },
  undo: { first: 'undo', last: /This setup was undone/u },
  mend: { first: 'check', last: /can receive leads|Everything is as it was set up/u },
};
const choices = { entra: 'Use Microsoft Entra', microsoft365: 'Use a Microsoft 365 user' } as const;

/** Clicks whatever the card asks for, to the end. A click that the dying bot never answered is made again. */
export async function throughChat(chat: TeamsChat, tenant: TenantHarness, way: Way): Promise<Played> {
  const { first, last } = spoken[way.during];
  const wanted = new RegExp(`^(?:Contoso|${choices[way.path]}|Approve: .*|Put it right|Retry|${showing}|${entered})$`, 'u');
  const inputs = Object.entries(way.inputs(tenant));
  const failures = new Set<string>();
  let secret: string | undefined;
  await say(chat, first);
  for (;;) {
    const message = await Promise.race([chat.until({ text: last }), chat.until({ button: wanted })]);
    if (last.test(message.text)) return { retries: failures.size, secret };
    const title = message.actions.find((action) => wanted.test(action.title))?.title ?? '';
    // A card that was drawn before the click may come after it: the same failure counts once.
    if (title === 'Retry') failures.add(message.text);
    if (title === showing) secret = await shownSecret(chat, tenant);
    else await click(chat, message, title, inputs).catch(() => soon(againMs));
  }
}

/** The channel tells whoever writes that the bot did not hear it; then it is said again. */
async function say(chat: TeamsChat, text: string, left = mostTries): Promise<void> {
  try {
    await chat.say(text);
  } catch (error) {
    if (left === 0) throw error;
    await soon(againMs);
    await say(chat, text, left - 1);
  }
}

async function click(chat: TeamsChat, message: Message, title: string, inputs: [string, Record<string, string> | undefined][]): Promise<void> {
  const action = message.actions.find((one) => one.title === title);
  const given = inputs.find(([stepId]) => stepId === action?.data?.['stepId']);
  if (!given) return void (await chat.click(title, { on: message }));
  const { isCard } = await chat.send({ verb: 'submit', data: { ...action?.data, ...given[1] } }, message.id);
  if (isCard) inputs.splice(inputs.indexOf(given), 1);
}

async function shownSecret(chat: TeamsChat, tenant: TenantHarness): Promise<string | undefined> {
  const { text } = await chat.click(showing);
  const handedOut: string[] = (await tenant.control('secrets')).json;
  return handedOut.findLast((secret) => text.includes(secret));
}
