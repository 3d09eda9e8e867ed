import { randomUUID } from 'node:crypto';
import type { ApplicationRow } from '../directory/rows.ts';
import { toMilliseconds } from '../duration.ts';
import { tenant } from '../personas.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerCreated, answerEntity, type EntitySet } from './answers.ts';
import { requireApplicationRead, requireApplicationWrite, requireRegistration } from './authorisation.ts';
import { refusals } from './errors.ts';
import { isKey, keyOf, type EntityKey } from './keys.ts';
import { bodyOf, prefers, type GraphCall } from './request.ts';
import { checkBody } from './schema.ts';

const applications: EntitySet = {
  name: 'applications',
  type: 'application',
  resource: 'Application',
  filterable: {
    id: ['eq'],
    appId: ['eq'],
    createdDateTime: ['eq', 'ge', 'le', 'gt', 'lt'],
    displayName: ['eq', 'startswith'],
    identifierUris: ['any'],
    signInAudience: ['eq', 'startswith'],
    tags: ['any'],
    uniqueName: ['eq'],
  },
};

const alternateKeys = ['appId', 'uniqueName'];
const longestNameCharacters = 256;

const signInAudiences: readonly unknown[] = ['AzureADMyOrg', 'AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount', 'PersonalMicrosoftAccount'];

const readOnly: ReadonlySet<string> = new Set([
  'id', 'appId', 'applicationTemplateId', 'certification', 'createdByAppId', 'createdDateTime', 'deletedDateTime',
  'disabledByMicrosoftStatus', 'passwordCredentials', 'publisherDomain', 'verifiedPublisher',
]);

/** `GET /applications` */
export function listApplications(call: GraphCall): SandboxAnswer {
  requireApplicationRead(call);
  const known = call.directory.applications.olderThan(toMilliseconds(call.conditions.replication.filter));
  return answerCollection(call, applications, known.map((row) => asRead(call, row)));
}

/** `GET /applications/{id}`, `(appId='…')`, `(uniqueName='…')` */
export function getApplication(call: GraphCall): SandboxAnswer {
  requireApplicationRead(call);
  return answerEntity(call, applications, asRead(call, findApplication(call)));
}

/** Without the keys that are too new for it. */
function asRead({ directory, conditions, clock }: GraphCall, row: ApplicationRow): ApplicationRow {
  const delayMs = toMilliseconds(conditions.replication.keyToApplication);
  const isOld = (keyId: string) => clock.now() - (directory.secrets.get(keyId)?.createdAtMs ?? Number.NEGATIVE_INFINITY) >= delayMs;
  return { ...row, passwordCredentials: row.passwordCredentials.filter(({ keyId }) => isOld(keyId)) };
}

/** `POST /applications` */
export function createApplication(call: GraphCall): SandboxAnswer {
  requireRegistration(call);
  return answerCreated(call, applications, addApplication(call, checkedBody(call)));
}

/** `PATCH /applications…`; with `Prefer: create-if-missing` and a `uniqueName` key it also creates. */
export function patchApplication(call: GraphCall): SandboxAnswer {
  const key = keyOf(call, alternateKeys);
  const found = call.directory.applications.find((row) => isKey(row, key));
  const mayCreate = found === undefined && key.property === 'uniqueName' && prefers(call, 'create-if-missing');
  if (mayCreate) requireRegistration(call);
  else requireApplicationWrite(call, found?.id);
  const body = checkedBody(call);
  if (found !== undefined) return change(call, found, body);
  if (!mayCreate) throw refusals.notFound(key.value);
  return answerCreated(call, applications, addApplication(call, { ...body, uniqueName: key.value }));
}

const restorableMs = 30 * 24 * 3_600_000;

/** `DELETE /applications…`; in its home tenant the service principal goes with it. Entra keeps the application for 30 days, with its keys, which open nothing meanwhile. */
export function deleteApplication(call: GraphCall): SandboxAnswer {
  const application = findWritableApplication(call);
  const { id, appId, passwordCredentials } = application;
  const { directory, clock } = call;
  directory.deletedApplications.add({ ...application, deletedDateTime: new Date(clock.now()).toISOString().replace(/\.\d+/, '') });
  const principal = directory.servicePrincipals.find((row) => row.appId === appId);
  if (principal !== undefined) directory.servicePrincipals.remove(principal.id);
  for (const { keyId } of passwordCredentials) directory.secrets.delete(keyId);
  directory.applications.remove(id);
  return { status: 204 };
}

/** `GET /directory/deletedItems/microsoft.graph.application` */
export function listDeletedApplications(call: GraphCall): SandboxAnswer {
  requireApplicationRead(call);
  return answerCollection(call, applications, restorable(call));
}

function restorable({ clock, directory }: GraphCall): ApplicationRow[] {
  return directory.deletedApplications.all().filter(({ deletedDateTime }) => clock.now() - Date.parse(String(deletedDateTime)) < restorableMs);
}

/** The application that the address names, for whoever may change it; else Graph's 403, and its 404 for one that is not there. */
export function findWritableApplication(call: GraphCall): ApplicationRow {
  const key: EntityKey = keyOf(call, alternateKeys);
  requireApplicationWrite(call, call.directory.applications.find((row) => isKey(row, key))?.id);
  return findApplication(call);
}

function findApplication(call: GraphCall): ApplicationRow {
  const key: EntityKey = keyOf(call, alternateKeys);
  const found = call.directory.applications.find((row) => isKey(row, key));
  if (found === undefined) throw refusals.notFound(key.value);
  return found;
}

function change({ directory }: GraphCall, row: ApplicationRow, body: Readonly<Record<string, unknown>>): SandboxAnswer {
  const isRenamed = body['uniqueName'] !== undefined && body['uniqueName'] !== row.uniqueName;
  if (isRenamed) throw refusals.readOnly('uniqueName');
  directory.applications.change(row.id, body);
  return { status: 204 };
}

function checkedBody(call: GraphCall): Readonly<Record<string, unknown>> {
  const body = bodyOf(call);
  checkBody('application', body);
  const refused = Object.keys(body).find((name) => readOnly.has(name));
  if (refused !== undefined) throw refusals.readOnly(refused);
  if (body['signInAudience'] !== undefined && !signInAudiences.includes(body['signInAudience'])) throw refusals.invalidValue('signInAudience');
  const { displayName } = body;
  if (displayName !== undefined && !isName(displayName)) throw refusals.invalidValue('displayName');
  return body;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= longestNameCharacters;
}

/** Whether a deleted application holds its unique name is not documented: here it does, as long as it can be restored, which is the stricter reading. */
function addApplication(call: GraphCall, body: Readonly<Record<string, unknown>>): ApplicationRow {
  const { clock, directory, caller } = call;
  const { displayName, uniqueName } = body;
  if (typeof displayName !== 'string') throw refusals.required('displayName', 'Application');
  const holders = [directory.applications.find((row) => row.uniqueName === uniqueName), ...restorable(call).filter((row) => row.uniqueName === uniqueName)];
  if (typeof uniqueName === 'string' && holders.some((row) => row !== undefined)) throw refusals.taken('uniqueName');
  const row = directory.applications.add({ ...defaults(clock.now()), ...body, displayName });
  directory.owners.set(row.id, caller.oid);
  return row;
}

/** What Graph fills in when a request does not say it; note the audience. */
function defaults(nowMs: number): ApplicationRow {
  return {
    id: randomUUID(),
    deletedDateTime: null,
    appId: randomUUID(),
    applicationTemplateId: null,
    disabledByMicrosoftStatus: null,
    createdByAppId: null,
    createdDateTime: new Date(nowMs).toISOString().replace(/\.\d+/, ''),
    displayName: '',
    description: null,
    groupMembershipClaims: null,
    identifierUris: [],
    isDeviceOnlyAuthSupported: null,
    isFallbackPublicClient: null,
    nativeAuthenticationApisEnabled: null,
    notes: null,
    publisherDomain: tenant.domain,
    serviceManagementReference: null,
    signInAudience: 'AzureADandPersonalMicrosoftAccount',
    tags: [],
    tokenEncryptionKeyId: null,
    uniqueName: null,
    samlMetadataUrl: null,
    defaultRedirectUri: null,
    certification: null,
    optionalClaims: null,
    requestSignatureVerification: null,
    addIns: [],
    api: { acceptMappedClaims: null, knownClientApplications: [], requestedAccessTokenVersion: null, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    appRoles: [],
    info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
    keyCredentials: [],
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
    passwordCredentials: [],
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    servicePrincipalLockConfiguration: null,
    spa: { redirectUris: [] },
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
    web: { homePageUrl: null, logoutUrl: null, redirectUris: [], implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false }, redirectUriSettings: [] },
  };
}
