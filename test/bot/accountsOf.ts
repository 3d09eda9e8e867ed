import type { Accounts } from '../../src/bot/accounts.ts';
import type { SignInPurpose } from '../../src/bot/pendingSignIns.ts';
import type { Account, Person } from '../../src/setup/run.ts';

/** A page in the browser that has shown one code, as the bot's own keeps it: for one person, once, and five tries long. */
export function accountsOf(person: Pick<Person, 'objectId'>, shown: { code: string; account: Account; runId?: string; askId?: string; purpose?: SignInPurpose }): Accounts & { readonly forgotten: string[]; readonly forgottenOthers: string[] } {
  let tries = 5;
  const forgotten: string[] = [];
  const forgottenOthers: string[] = [];
  const isFor = ({ objectId }: Pick<Person, 'objectId'>) => objectId === person.objectId && tries > 0;
  return {
    forgotten,
    forgottenOthers,
    assertionFor: async () => undefined,
    waitsForCode: isFor,
    triesLeft: (typer) => (isFor(typer) ? tries : undefined),
    redeem: (typer, code) => {
      if (!isFor(typer)) return undefined;
      tries = code === shown.code ? 0 : tries - 1;
      const { account, runId = 'id1', askId } = shown;
      return code === shown.code ? { account, purpose: shown.purpose ?? { kind: 'account', person: typer, runId, ...(askId !== undefined && { askId }) } } : undefined;
    },
    endOlder: () => undefined,
    forget: ({ objectId }) => void forgotten.push(objectId),
    forgetOthers: ({ objectId }) => void forgottenOthers.push(objectId),
  };
}
