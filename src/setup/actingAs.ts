import { askOf, samePerson } from './asking.ts';
import type { Command } from './commands/command.ts';
import type { Account, Person, SetupRun } from './run.ts';

/** The account whose rights are used for a person: another of theirs, or their own. */
export function accountOf({ objectId, name, actingAs }: Person): Account {
  return actingAs ?? { objectId, name };
}

export function sameAccount(one: Person, other: Person): boolean {
  return accountOf(one).objectId.toLowerCase() === accountOf(other).objectId.toLowerCase();
}

/** One person, with the rights of another account than before. */
export function hasChangedAccount(before: Person, now: Person): boolean {
  return samePerson(before, now) && !sameAccount(before, now);
}

/** The person with this account's rights; their own account is no other. */
export function withAccountOf({ actingAs: _before, ...person }: Person, account: Account | undefined): Person {
  const isOther = account !== undefined && !sameAccount(person, { ...person, actingAs: account });
  return isOther ? { ...person, actingAs: account } : person;
}

/** Whoever commands, with the account that this setup uses for them: the run says which, never a client. */
export function withKnownAccount(run: SetupRun, command: Command): Command {
  const { actor, conversationId, data } = command;
  const known = samePerson(actor, run.startedBy) ? run.startedBy : askOf(run, { person: actor, conversationId, about: data.about ?? data.stepId })?.person;
  return { ...command, actor: withAccountOf(actor, known?.actingAs) };
}

/** The same person as the setup knows them now. */
export function asKnownIn(run: SetupRun, person: Person): Person {
  if (samePerson(person, run.startedBy)) return run.startedBy;
  return run.asks.findLast(({ person: asked, status }) => asked && status === 'open' && samePerson(asked, person))?.person ?? person;
}
