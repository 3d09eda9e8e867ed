import type { Activity } from 'botbuilder';
import { z } from 'zod';

/** Ids of the channel are some hundred characters long. */
const id = z.string().max(1_024);
const name = z.string().max(1_024).nullish();

const account = z.looseObject({ id: id.min(1), name, aadObjectId: z.string().max(128).nullish() });

/** The SDK reads mentions to take the bot's own name out of a text. */
const entity = z.union([
  z.looseObject({ type: z.string().regex(/^mention$/iu), mentioned: z.looseObject({ id, name }), text: z.string().nullish() }),
  z.looseObject({ type: z.string().regex(/^(?!mention$)/iu) }),
]);

/** What this bot and the SDK read of any activity, as Bot Framework's activity schema has it; `value` is looked at where it is used. */
const envelope = z.looseObject({
  type: z.string().min(1).max(128),
  id: id.nullish(),
  channelId: z.string().min(1).max(128),
  serviceUrl: z.string().min(1).max(2_048),
  conversation: z.looseObject({
    id: id.min(1),
    name,
    conversationType: z.string().max(128).nullish(),
    isGroup: z.boolean().nullish(),
    tenantId: z.string().max(128).nullish(),
  }),
  from: account,
  recipient: account,
  name,
  replyToId: id.nullish(),
  /** Teams takes some 28,000 characters of a person. */
  text: z.string().max(40_000).nullish(),
  locale: z.string().max(64).nullish(),
  localTimezone: z.string().max(128).nullish(),
  action: z.string().max(128).nullish(),
  channelData: z.looseObject({ eventType: z.string().max(128).nullish() }).nullish(),
  entities: z.array(entity).max(1_000).nullish(),
  attachments: z.array(z.looseObject({})).max(100).nullish(),
  membersAdded: z.array(account).max(1_000).nullish(),
  membersRemoved: z.array(account).max(1_000).nullish(),
  reactionsAdded: z.array(z.looseObject({})).max(100).nullish(),
  reactionsRemoved: z.array(z.looseObject({})).max(100).nullish(),
});

/** A body that is an activity of Bot Framework. It is passed on as it came: other fields are for the SDK. */
export const activitySchema = z.custom<Activity>((body) => envelope.safeParse(body).success);
