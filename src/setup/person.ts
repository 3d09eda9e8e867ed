import { z } from 'zod';

/** An Entra object id. It comes in either case; from here on in one, so that two of the same person are the same text. */
export const entraId = z.string().min(1).toLowerCase();

/** An account in Entra, of the tenant that the bot serves. */
export const accountSchema = z.object({
  objectId: entraId,
  /** User principal name, as people know it. */
  name: z.string(),
});
export type Account = z.infer<typeof accountSchema>;

/** Who acts: the Teams person, and how the channel's token service knows them. */
export const personSchema = z.object({
  tenantId: z.string().min(1),
  objectId: entraId,
  /** The channel's own id of the person (`29:…` in Teams): the key of the token service. */
  channelUserId: z.string().min(1),
  channelId: z.string().min(1),
  name: z.string(),
  /** The account that they have signed in as besides their own, with a code typed by them: its rights are used instead of theirs. */
  actingAs: accountSchema.optional(),
});
export type Person = z.infer<typeof personSchema>;
