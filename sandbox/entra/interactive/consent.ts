import { z } from 'zod';
import type { Directory } from '../../directory/directory.ts';
import { directoryRoles } from '../../directory/roles.ts';
import { personaNames, personas, tenant, type Persona } from '../../personas.ts';
import { registrations } from '../../registrations.ts';
import type { SandboxAnswer, SandboxRequest } from '../../service.ts';
import { refusals } from '../errors.ts';
import { parseScope, type Resource } from '../scopes.ts';
import { choicesForm, escapeHtml, page, redirect } from './pages.ts';

export interface ConsentTools {
  readonly directory: Directory;
  readonly redirectUris: readonly string[];
  readonly resources: () => readonly Resource[];
}

interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly scope: string;
  /** Permissions by the application that stands behind their API. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
}

const { signIn } = registrations;
const accountSchema = z.object({ account: z.enum([...personaNames, 'cancel']) });
/** Delegated permissions for everybody: roles that may consent to them, Graph's among them. */
const mayConsent: readonly string[] = [
  directoryRoles['Global Administrator'],
  directoryRoles['Privileged Role Administrator'],
  directoryRoles['Application Administrator'],
  directoryRoles['Cloud Application Administrator'],
];

/** `/v2.0/adminconsent`: consents to exactly the permissions in `scope`, for everybody in the tenant. */
export function answerAdminConsent(tools: ConsentTools, { method, query, body }: SandboxRequest): SandboxAnswer {
  const request = readRequest(tools, query);
  if (method === 'GET') return page(200, 'Permissions requested', consentPage(request));
  const chosen = accountSchema.safeParse(body);
  if (!chosen.success) return page(400, 'Permissions requested', '<p>Choose one of the accounts.</p>');
  const { redirectUri, state, scope } = request;
  if (chosen.data.account === 'cancel') return redirect(redirectUri, { error: 'access_denied', error_description: 'AADSTS65004: User declined to consent to access the app.', state });
  if (!isAdministrator(tools, personas[chosen.data.account])) throw refusals.needsAdministrator(signIn.displayName);
  for (const [appId, permissions] of request.asked) grant(tools.directory, appId, permissions);
  return redirect(redirectUri, { admin_consent: 'True', tenant: tenant.id, scope, state });
}

function readRequest({ redirectUris, resources }: ConsentTools, query: URLSearchParams): ConsentRequest {
  const clientId = required(query, 'client_id');
  if (clientId !== signIn.appId) throw refusals.unknownApplication(clientId, tenant.displayName);
  const redirectUri = required(query, 'redirect_uri');
  if (!redirectUris.includes(redirectUri)) throw refusals.redirectMismatch(redirectUri, clientId);
  const scope = required(query, 'scope');
  return { redirectUri, scope, state: query.get('state') ?? undefined, asked: permissionsIn(scope, resources()) };
}

/** One after the other: unlike a token, a consent may be about several APIs. */
function permissionsIn(scope: string, resources: readonly Resource[]): ConsentRequest['asked'] {
  const asked = new Map<string, string[]>();
  for (const one of scope.split(' ').filter((part) => part !== '' && !['openid', 'profile', 'offline_access', 'email'].includes(part))) {
    const { resource, permissions } = parseScope(one, resources);
    if (permissions.includes('.default')) throw refusals.invalidScope(one);
    if (resource.appId !== undefined) asked.set(resource.appId, [...(asked.get(resource.appId) ?? []), ...permissions]);
  }
  return asked;
}

function consentPage({ scope }: ConsentRequest): string {
  const items = scope.split(' ').map((one) => `<li>${escapeHtml(one)}</li>`);
  const choices = personaNames.map((name) => ({ value: name, label: `Accept as ${personas[name].displayName}` }));
  return `<p>${escapeHtml(signIn.displayName)} asks on behalf of everybody in ${escapeHtml(tenant.displayName)} for:</p>\n<ul>\n${items.join('\n')}\n</ul>\n${choicesForm([...choices, { value: 'cancel', label: 'Cancel' }])}`;
}

function isAdministrator({ directory }: ConsentTools, person: Persona): boolean {
  return [...person.directoryRoles, ...directory.roleActivations.active(person)].some((role) => mayConsent.includes(role));
}

/** Adds to what was granted before. */
function grant(directory: Directory, appId: string, permissions: readonly string[]): void {
  const resource = directory.servicePrincipals.find((row) => row.appId === appId);
  if (resource === undefined) throw refusals.unknownResource(appId, tenant.displayName);
  const clientId = signIn.servicePrincipalId;
  const known = directory.grants.find((row) => row.clientId === clientId && row.resourceId === resource.id && row.consentType === 'AllPrincipals');
  const scope = [...new Set([...(known?.scope.split(' ') ?? []), ...permissions])].join(' ');
  const others = directory.grants.all().filter((row) => row !== known && row.id !== known?.id);
  directory.grants.replaceAll([...others, { id: known?.id ?? `${clientId}.${resource.id}`, clientId, consentType: 'AllPrincipals', principalId: null, resourceId: resource.id, scope }]);
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw refusals.missingParameter(name);
  return value;
}
