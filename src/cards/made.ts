import { type Sentence, say } from '../setup/sentence.ts';
import type { SetupRun } from '../setup/run.ts';
import { licenceName } from '../setup/steps/dynamicsLicences.ts';
import { secretAddress } from './handedOver.ts';
import { applicationKeysLink, applicationLink, environmentLink, licencesLink, type Portals, solutionLink, userLink, vaultSecretLink } from './portals.ts';
import type { Words } from './words.ts';

/** One thing in the tenant that a setup made or used: what it is, where to see it, how to remove it by hand. */
export interface Made {
  readonly label: string;
  readonly remove: string;
  readonly link: { readonly title: string; readonly url: string };
  readonly hasLink: boolean;
  /** Still in the tenant, as far as this setup knows. */
  readonly stays: boolean;
  /** Made by this setup: undo takes it back. */
  readonly isOurs: boolean;
}

interface Thing {
  readonly what: Sentence;
  readonly origin: 'made' | 'found';
  /** Absent where it is gone already. */
  readonly remove?: Sentence;
  readonly link?: { readonly title: Sentence; readonly url: string };
}

/** Everything that a setup has made or used so far, in the order in which it was made. */
export function madeBy(run: SetupRun, portals: Portals, words: Words): Made[] {
  const things = [
    solution(run, portals),
    application(run, portals),
    applicationUser(run, portals),
    key(run, portals, words),
    vaultSecret(run, portals),
    serviceUser(run, portals),
    licence(run, portals),
    userRole(run, portals),
    companionRole(run, portals),
    testLead(run),
  ];
  return things.filter((thing) => thing !== undefined).map((thing) => described(thing, words));
}

function described({ what, origin, remove, link }: Thing, words: Words): Made {
  const label = words.text(what);
  return {
    label: origin === 'made' ? label : words.text(say('card.made.notMade', { what: words.plain(what) })),
    remove: remove ? words.text(origin === 'made' ? remove : say('card.made.leftAlone')) : '',
    stays: remove !== undefined,
    isOurs: origin === 'made',
    link: { title: link ? words.text(link.title) : '', url: link?.url ?? '' },
    hasLink: link !== undefined,
  };
}

/** Facts about the solution are known before it is there; only its row proves that it is. */
function solution(run: SetupRun, portals: Portals): Thing | undefined {
  const fact = run.facts.solution;
  if (!fact?.solutionId) return undefined;
  return {
    what: say('card.made.solution', { name: fact.friendlyName, version: fact.version }),
    origin: fact.origin,
    remove: say('card.made.solutionRemove', { name: fact.friendlyName }),
    link: { title: say('card.made.solutionLink'), url: solutionLink(portals, run) },
  };
}

function application({ facts }: SetupRun, portals: Portals): Thing | undefined {
  if (!facts.application) return undefined;
  const { displayName: name, appId, origin } = facts.application;
  return {
    what: say('card.made.application', { name }),
    origin,
    remove: say('card.made.applicationRemove', { name }),
    link: { title: say('card.made.applicationLink'), url: applicationLink(portals, appId) },
  };
}

function applicationUser({ facts, environment }: SetupRun, portals: Portals): Thing | undefined {
  if (!facts.applicationUser) return undefined;
  return {
    what: say('card.made.applicationUser', { role: facts.applicationUser.roleName }),
    origin: facts.applicationUser.origin,
    remove: say('card.made.applicationUserRemove'),
    link: { title: say('card.made.applicationUserLink'), url: environmentLink(portals, environment) },
  };
}

function key({ facts }: SetupRun, portals: Portals, words: Words): Thing | undefined {
  if (!facts.key || !facts.application) return undefined;
  const name = facts.key.displayName;
  return {
    what: say(facts.key.isByHand ? 'card.made.keyByHand' : 'card.made.key', { name, date: words.date(facts.key.endsAt) }),
    origin: 'made',
    remove: say('card.made.keyRemove', { name }),
    link: { title: say('card.made.keyLink'), url: applicationKeysLink(portals, facts.application.appId) },
  };
}

/** It keeps the key's value when the key itself is gone. */
function vaultSecret({ facts, startedBy }: SetupRun, portals: Portals): Thing | undefined {
  const vault = facts.vaultSecret;
  if (!vault?.version) return undefined;
  const values = { name: vault.name, vault: vault.address };
  return {
    what: say('card.made.vaultSecret', values),
    origin: 'made',
    remove: say('card.made.vaultSecretRemove', values),
    link: { title: say('card.made.vaultSecretLink'), url: vaultSecretLink(portals, startedBy.tenantId, secretAddress(vault)) },
  };
}

/** Its name is known before it is made, and may be somebody else's: it counts once its making was answered, or it was found as ours. */
function serviceUser({ facts }: SetupRun, portals: Portals): Thing | undefined {
  if (!facts.serviceUser?.objectId) return undefined;
  const { displayName: name, userPrincipalName: userName, origin, objectId } = facts.serviceUser;
  return {
    what: say('card.made.serviceUser', { name, userName }),
    origin,
    remove: say('card.made.serviceUserRemove', { name }),
    link: { title: say('card.made.serviceUserLink'), url: userLink(portals, objectId) },
  };
}

function licence({ facts }: SetupRun, portals: Portals): Thing | undefined {
  if (!facts.licence) return undefined;
  return {
    what: say('card.made.licence', { name: licenceName(facts.licence.skuPartNumber) }),
    origin: facts.licence.origin,
    remove: say('card.made.licenceRemove'),
    link: { title: say('card.made.licenceLink'), url: licencesLink(portals) },
  };
}

/** Whether it had the role before is not kept: what this setup sent says whether it gave it. */
function userRole({ facts, environment, journal }: SetupRun, portals: Portals): Thing | undefined {
  const role = facts.dataverseUser?.roleName;
  if (!role) return undefined;
  return {
    what: say('card.made.userRole', { role }),
    origin: journal.some(({ stepId }) => stepId === 'userRole') ? 'made' : 'found',
    remove: say('card.made.userRoleRemove', { role }),
    link: { title: say('card.made.applicationUserLink'), url: environmentLink(portals, environment) },
  };
}

function companionRole({ facts, environment }: SetupRun, portals: Portals): Thing | undefined {
  if (!facts.companionRole) return undefined;
  const { name, origin } = facts.companionRole;
  return {
    what: say('card.made.companionRole', { name }),
    origin,
    remove: say('card.made.companionRoleRemove', { name }),
    link: { title: say('card.made.applicationUserLink'), url: environmentLink(portals, environment) },
  };
}

/** Its id is chosen before it is written: it counts once a write was journalled. */
function testLead({ facts, journal }: SetupRun): Thing | undefined {
  const isWritten = journal.some(({ request }) => request === 'POST dataverse /leads');
  if (!facts.testLead || !isWritten) return undefined;
  return facts.testLead.removedAt
    ? { what: say('card.made.testLead'), origin: 'made' }
    : { what: say('card.made.testLeadLeft'), origin: 'made', remove: say('card.made.testLeadRemove') };
}

/** The import was begun and its end is not known: it cannot be called back. */
export function isImportOpen({ facts }: SetupRun): boolean {
  return facts.solution?.importJobsBefore !== undefined && facts.solution.solutionId === undefined;
}
