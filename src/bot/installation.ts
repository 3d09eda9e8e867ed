import type { Activity } from 'botbuilder';
import { z } from 'zod';

const teamSchema = z.object({ team: z.object({ id: z.string() }) });

/** What the bot was added to: a chat, or the whole team that a channel belongs to. */
export function installationOf({ conversation, channelData }: Pick<Activity, 'conversation' | 'channelData'>): string {
  return teamSchema.safeParse(channelData).data?.team.id ?? conversation.id;
}

/** Two such activities come when the bot is installed, and again when a client feels like it. */
export function isAddition({ type, action, membersAdded = [], recipient }: Activity): boolean {
  return type === 'installationUpdate' ? Boolean(action?.startsWith('add')) : membersAdded.some(({ id }) => id === recipient.id);
}

/** An update of the app (`remove-upgrade`) removes nothing. */
export function isRemoval({ type, action, membersRemoved = [], recipient }: Activity): boolean {
  return type === 'installationUpdate' ? action === 'remove' : membersRemoved.some(({ id }) => id === recipient.id);
}
