import type { Environment, SetupRun } from '../setup/run.ts';

/** Root addresses of Microsoft's web pages in one cloud, without a trailing slash. */
export interface Portals {
  /** https://entra.microsoft.com */
  readonly entra: string;
  /** https://portal.azure.com */
  readonly azure: string;
  /** https://admin.powerplatform.microsoft.com */
  readonly powerPlatformAdmin: string;
  /** https://make.powerapps.com */
  readonly powerApps: string;
  /** https://admin.microsoft.com */
  readonly microsoft365Admin: string;
  /** https://partner.microsoft.com/dashboard */
  readonly partnerCenter: string;
  /** Where Microsoft offers the solution file; for people, never fetched from there by the bot. */
  readonly leadWriterSolution: string;
  /** https://teams.microsoft.com */
  readonly teams: string;
}

export function applicationLink(portals: Portals, appId: string): string {
  return applicationPage(portals, 'Overview', appId);
}

/** All applications of the directory, and the button to register one. */
export function applicationsLink(portals: Portals): string {
  return `${portals.entra}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade`;
}

export function applicationKeysLink(portals: Portals, appId: string): string {
  return applicationPage(portals, 'Credentials', appId);
}

function applicationPage(portals: Portals, page: string, appId: string): string {
  return `${portals.entra}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/${page}/appId/${encodeURIComponent(appId)}`;
}

/** *My roles* in Privileged Identity Management, where a role that one is eligible for is activated. */
export function myRolesLink(portals: Portals): string {
  return `${portals.entra}/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles`;
}

/** The environment's page, from which users and security roles are reached; the list when its id is unknown. */
export function environmentLink(portals: Portals, environment: Environment | undefined): string {
  const id = environment?.environmentId;
  const list = `${portals.powerPlatformAdmin}/environments`;
  return id ? `${list}/environment/${encodeURIComponent(id)}/hub` : list;
}

export function solutionLink(portals: Portals, { environment, facts }: SetupRun): string {
  const id = environment?.environmentId;
  if (!id) return portals.powerApps;
  const solutions = `${portals.powerApps}/environments/${encodeURIComponent(id)}/solutions`;
  const solutionId = facts.solution?.solutionId;
  return solutionId ? `${solutions}/${encodeURIComponent(solutionId)}` : solutions;
}

/** The user's own page; the list of all while its id is unknown. */
export function userLink(portals: Portals, objectId: string | undefined): string {
  return centreLink(portals, objectId ? `users/:/UserDetails/${encodeURIComponent(objectId)}` : 'users');
}

export function licencesLink(portals: Portals): string {
  return centreLink(portals, 'licenses');
}

/** From there a user can be restored, or removed for good, for thirty days. */
export function deletedUsersLink(portals: Portals): string {
  return centreLink(portals, 'deletedusers');
}

function centreLink(portals: Portals, page: string): string {
  return `${portals.microsoft365Admin}/Adminportal/Home#/${page}`;
}

export function offersLink(portals: Portals): string {
  return `${portals.partnerCenter}/marketplace-offers/overview`;
}

/** The personal chat with the bot that has this channel id (`28:…`). Works in every client, and where no such chat is open yet. */
export function chatLink(portals: Pick<Portals, 'teams'>, botId: string): string {
  return `${portals.teams}/l/chat/0/0?users=${encodeURIComponent(botId).replace('%3A', ':')}`;
}

/** One version of a secret in the Azure portal. The form of the link is unconfirmed; the portal opens at least. */
export function vaultSecretLink({ azure }: Portals, tenantId: string, secretId: string): string {
  return `${azure}/#@${encodeURIComponent(tenantId)}/asset/Microsoft_Azure_KeyVault/Secret/${secretId}`;
}
