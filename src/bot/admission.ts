import type { Activity } from 'botbuilder';
import { z } from 'zod';

import { oneLine, shorten } from '../cards/escape.ts';
import { entraId, type Person } from '../setup/person.ts';
import { type Sentence, say } from '../setup/sentence.ts';

export type Admission = { readonly kind: 'person'; readonly person: Person } | { readonly kind: 'refused'; readonly why: Sentence };

const channelDataSchema = z.object({ tenant: z.object({ id: z.string() }) });

/** As Entra's own display names: the channel's go onto cards and into the record. */
const longestName = 256;

/** Entra's ids are GUIDs; whatever else stands there is nobody's, and would go into addresses. */
const objectIdSchema = entraId.pipe(z.guid());

/** The only channel that vouches for people's object ids: on others a client says who it is. */
export const teams = 'msteams';

/** Who speaks, by what the channel vouches for. The SDK lets in every tenant; this bot serves one. */
export function admit(activity: Activity, tenantId: string): Admission {
  const { from, channelId } = activity;
  const tenant = tenantOf(activity);
  const { data: objectId } = objectIdSchema.safeParse(from?.aadObjectId);
  if (channelId !== teams || !from?.id || !objectId || !tenant) return refused('bot.unknownPerson');
  if (tenant.toLowerCase() !== tenantId.toLowerCase()) return refused('bot.otherTenant');
  const name = shorten(oneLine(from.name ?? ''), longestName) || objectId;
  return { kind: 'person', person: { tenantId: tenant, objectId, channelUserId: from.id, channelId, name } };
}

export function isGroup({ conversation }: Activity): boolean {
  return conversation.isGroup || ['groupChat', 'channel'].includes(conversation.conversationType);
}

/** Of whose organization it is, where all that say so agree. */
export function tenantOf({ conversation, channelData }: Partial<Pick<Activity, 'conversation' | 'channelData'>>): string | undefined {
  const known = [conversation?.tenantId, channelDataSchema.safeParse(channelData).data?.tenant.id].filter((id) => id !== undefined && id !== null && id !== '');
  return known.every((id) => id?.toLowerCase() === known[0]?.toLowerCase()) ? known[0] : undefined;
}

function refused(key: string): Admission {
  return { kind: 'refused', why: say(key) };
}
