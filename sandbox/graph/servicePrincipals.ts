import { randomUUID } from 'node:crypto';
import { toMilliseconds } from '../duration.ts';
import { servicePrincipal } from '../directory/seed.ts';
import type { ApplicationRow, ServicePrincipalRow } from '../directory/rows.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerCreated, answerEntity, type EntitySet } from './answers.ts';
import { requireApplicationRead, requireApplicationWrite } from './authorisation.ts';
import { refusals } from './errors.ts';
import { isKey, keyOf } from './keys.ts';
import { bodyOf, prefers, type GraphCall } from './request.ts';
import { checkBody } from './schema.ts';

const servicePrincipals: EntitySet = {
  name: 'servicePrincipals',
  type: 'servicePrincipal',
  resource: 'ServicePrincipal',
  filterable: { id: ['eq'], appId: ['eq'], displayName: ['eq', 'startswith'], servicePrincipalNames: ['any'], tags: ['any'] },
};

const settable: ReadonlySet<string> = new Set([
  'accountEnabled', 'appRoleAssignmentRequired', 'description', 'notes', 'notificationEmailAddresses', 'tags',
]);

/** `GET /servicePrincipals` */
export function listServicePrincipals(call: GraphCall): SandboxAnswer {
  requireApplicationRead(call);
  return answerCollection(call, servicePrincipals, call.directory.servicePrincipals.olderThan(toMilliseconds(call.conditions.replication.filter)));
}

/** `GET /servicePrincipals/{id}`, `(appId='…')` */
export function getServicePrincipal(call: GraphCall): SandboxAnswer {
  requireApplicationRead(call);
  const key = keyOf(call, ['appId']);
  const found = call.directory.servicePrincipals.find((row) => isKey(row, key));
  if (found === undefined) throw refusals.notFound(key.value);
  return answerEntity(call, servicePrincipals, found);
}

/** `POST /servicePrincipals` */
export function createServicePrincipal(call: GraphCall): SandboxAnswer {
  const { appId, ...rest } = bodyOf(call);
  requireApplicationWrite(call, applicationWith(call, appId)?.id);
  if (typeof appId !== 'string') throw refusals.required('appId', 'ServicePrincipal');
  return answerCreated(call, servicePrincipals, addServicePrincipal(call, appId, checked(rest)));
}

/** `PATCH /servicePrincipals…`; with `Prefer: create-if-missing` and an `appId` key it also creates. */
export function patchServicePrincipal(call: GraphCall): SandboxAnswer {
  const key = keyOf(call, ['appId']);
  const found = call.directory.servicePrincipals.find((row) => isKey(row, key));
  requireApplicationWrite(call, applicationWith(call, found?.appId ?? key.value)?.id);
  const { appId, ...rest } = bodyOf(call);
  if (appId !== undefined && appId !== key.value) throw refusals.readOnly('appId');
  const body = checked(rest);
  if (found === undefined && key.property === 'appId' && prefers(call, 'create-if-missing')) {
    return answerCreated(call, servicePrincipals, addServicePrincipal(call, key.value, body));
  }
  if (found === undefined) throw refusals.notFound(key.value);
  call.directory.servicePrincipals.change(found.id, body);
  return { status: 204 };
}

function applicationWith({ directory }: GraphCall, appId: unknown): ApplicationRow | undefined {
  return typeof appId === 'string' ? directory.applications.find((row) => isKey(row, { property: 'appId', value: appId })) : undefined;
}

function addServicePrincipal(call: GraphCall, appId: string, body: Readonly<Record<string, unknown>>): ServicePrincipalRow {
  const { directory, conditions } = call;
  const application = applicationWith(call, appId);
  const delayMs = toMilliseconds(conditions.replication.applicationToServicePrincipal);
  const isReplicated = application !== undefined && directory.applications.ageMs(application.id) >= delayMs;
  if (directory.servicePrincipals.find((row) => row.appId === appId) !== undefined) throw refusals.servicePrincipalExists(appId);
  if (!isReplicated) throw refusals.noBackingApplication(appId);
  const { displayName, signInAudience } = application;
  return directory.servicePrincipals.add(servicePrincipal({ id: randomUUID(), appId: application.appId, displayName, signInAudience, ...body }));
}

function checked(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  checkBody('servicePrincipal', body);
  const refused = Object.keys(body).find((name) => !settable.has(name));
  if (refused !== undefined) throw refusals.readOnly(refused);
  return body;
}
