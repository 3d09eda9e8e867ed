import type { UserTokenClient } from 'botframework-connector';
import { z } from 'zod';

import type { UserAssertions } from '../microsoft/credentials.ts';
import { SetupError } from '../setup/errors.ts';
import type { Person } from '../setup/run.ts';
import type { Accounts } from './accounts.ts';

export interface UserTokens extends UserAssertions {
  signOut(person: Person): Promise<void>;
}

/** "No token" comes with all sorts of bodies: only a token counts. */
const tokenSchema = z.object({ token: z.string().min(1) });

/** People's sign-ins as the channel's token service keeps them, reachable without a message from the person. */
export function createUserTokens(client: () => Promise<UserTokenClient>, connectionName: string | undefined): UserTokens {
  if (connectionName === undefined) return { assertionFor: async () => undefined, signOut: async () => undefined };
  const signOut = async ({ channelUserId, channelId }: Person): Promise<void> => {
    await (await client()).signOutUser(channelUserId, connectionName, channelId);
  };
  return {
    assertionFor: async ({ channelUserId, channelId }) => {
      try {
        const answer: unknown = await (await client()).getUserToken(channelUserId, connectionName, channelId, '');
        return tokenSchema.safeParse(answer).data?.token;
      } catch (cause) {
        throw new SetupError('E-UNREACHABLE', { cause });
      }
    },
    discard: signOut,
    signOut,
  };
}

/** The same, where a sign-in that somebody made in a browser goes before what single sign-on gives. */
export function withBrowserAccounts(tokens: UserTokens, accounts: Accounts): UserTokens {
  return {
    assertionFor: (actor) => accounts.assertionFor(actor),
    refused: (actor) => accounts.refused?.(actor),
    discard: async (actor) => accounts.discard?.(actor),
    signOut: async (person) => {
      accounts.forget(person);
      await tokens.signOut(person);
    },
  };
}
