import type { Directory, VerifiedDomain } from '../ports/microsoft.ts';
import type { Choices } from '../run.ts';
import { say } from '../sentence.ts';
import { isUndone } from '../undo/underWay.ts';
import type { Look, StepContext } from './step.ts';

type Blocked = Look & { kind: 'blocked' };

/** Where the user is to be made, or why it cannot be there. */
export type Place =
  | { readonly kind: 'usable'; readonly userName: string; readonly domain: string; readonly usageLocation: string; readonly managed: readonly VerifiedDomain[] }
  | { readonly kind: 'unusable'; readonly look: Blocked };

/** The domain and the country that were chosen, else those that the organization says of itself. */
export async function readPlace({ inputs }: StepContext, directory: Directory): Promise<Place> {
  const { domains, country } = await directory.organizationDetails();
  const managed = domains.filter(({ isManaged }) => isManaged);
  const [first] = managed;
  if (!first) return unusable({ kind: 'blocked', reason: say('serviceUser.noDomain'), cure: say('serviceUser.noDomainCure') });
  const suggested = managed.find(({ isDefault }) => isDefault) ?? first;
  const domain = inputs['domain'] || suggested.name;
  const trouble = domainTrouble(domains, domain);
  const choices = choicesOf({ managed });
  if (trouble) {
    const cure = say('serviceUser.domainCure', { domain: suggested.name });
    return unusable({ kind: 'blocked', reason: say(`serviceUser.${trouble}`, { domain }), cure, choices });
  }
  const usageLocation = inputs['usageLocation'] || country;
  if (!usageLocation) {
    return unusable({ kind: 'blocked', reason: say('serviceUser.usageLocationMissing'), cure: say('serviceUser.usageLocationCure'), choices });
  }
  return { kind: 'usable', userName: `${inputs['userName']}@${domain}`, domain, usageLocation, managed };
}

function unusable(look: Blocked): Place {
  return { kind: 'unusable', look };
}

function domainTrouble(domains: readonly VerifiedDomain[], domain: string): 'domainUnknown' | 'federated' | undefined {
  const known = domains.find(({ name }) => name.toLowerCase() === domain);
  if (!known) return 'domainUnknown';
  return known.isManaged ? undefined : 'federated';
}

export function choicesOf({ managed }: { managed: readonly VerifiedDomain[] }): Choices {
  return { domain: managed.map(({ name }) => ({ value: name, title: say('serviceUser.domainChoice', { domain: name }) })) };
}

interface Occupied {
  readonly userName: string;
  readonly choices: Choices;
  readonly free: string;
}

export function blockedBy(trouble: 'taken' | 'takenByDeleted', { userName, choices, free }: Occupied): Blocked {
  return { kind: 'blocked', reason: say(`serviceUser.${trouble}`, { userName }), cure: say('serviceUser.takenCure', { free }), choices };
}

const mostTries = 9;
const longestName = 64;

/** The first of `name-2`, `name-3` … that nobody has or had. */
export async function freeName(context: StepContext, directory: Directory, domain: string): Promise<string> {
  const wanted = context.inputs['userName'] ?? '';
  for (let number = 2; number <= mostTries; number += 1) {
    const name = withSuffix(wanted, number.toString());
    const userName = `${name}@${domain}`;
    // One after the other: the first is mostly free.
    if (!(await directory.user(userName)) && !(await isNameOfDeleted(context, directory, userName))) return name;
  }
  return withSuffix(wanted, context.run().id);
}

/** Entra lets a name be given again; somebody else's deleted user could then not be restored under it. One that a setup had made and took back is nobody's loss. */
export async function isNameOfDeleted(context: StepContext, directory: Directory, userName: string): Promise<boolean> {
  const takenBack = context.earlierRuns().filter(isUndone).map(({ facts }) => facts.serviceUser?.objectId);
  return (await directory.deletedUsersNamed(userName)).some((objectId) => !takenBack.includes(objectId));
}

function withSuffix(name: string, suffix: string): string {
  return `${name.slice(0, longestName - suffix.length - 1)}-${suffix}`;
}
