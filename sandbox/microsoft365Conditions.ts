import { z } from 'zod';
import { duration, toMilliseconds } from './duration.ts';

const upTo = (longest: string, usual: string) =>
  duration.refine((text) => toMilliseconds(text) <= toMilliseconds(longest), `At most ${longest}.`).default(usual);

/**
 * What can be set about licences and about how people come into environments; times are on the tenant's clock.
 *
 * Microsoft promises no times here either: its Terraform provider waits up to nine minutes for a licence. The usual ones are short, so
 * that a demo does not drag, and long enough that code that does not wait fails.
 */
export const microsoft365Conditions = z.strictObject({
  /** An assigned licence, until the Power Platform counts it (`userNotLicensed` before). */
  licenceEffective: upTo('PT15M', 'PT20S'),
  /** A person who was added by force, until the environment has them as a user. */
  userSync: upTo('PT15M', 'PT15S'),
  /** A licensed person, until an environment has them as a user without anybody's force. */
  userSyncUnforced: upTo('P1D', 'PT30M'),
  /** Units bought of a subscription, by `skuPartNumber`, in place of the usual number. */
  bought: z.record(z.string(), z.int().min(0).max(100_000)).default({}),
  /** Who is in an environment's security group, by the environment's name: object ids. An environment that is not named has none. */
  securityGroups: z.record(z.string(), z.array(z.guid().toLowerCase())).default({}),
});

export type Microsoft365Conditions = z.output<typeof microsoft365Conditions>;
