import type { Setups } from '../setup/setups.ts';
import type { Accounts } from './accounts.ts';
import type { SignOutParts } from './signOut.ts';

/** The same domain; whoever says that their own account is to be used again leaves no sign-in of another here. */
export function lettingGoOfOthers(setups: Setups, { accounts, forgetTokens }: Pick<SignOutParts, 'forgetTokens'> & { readonly accounts?: Accounts | undefined }): Setups {
  return {
    ...setups,
    handle: (command) => {
      const outcome = setups.handle(command);
      if (command.verb === 'actAsMyself' && outcome.kind === 'moved') {
        accounts?.forgetOthers(command.actor);
        forgetTokens(command.actor);
      }
      return outcome;
    },
  };
}
