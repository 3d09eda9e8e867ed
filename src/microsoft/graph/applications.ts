import type { Application as GraphApplication, RequiredResourceAccess } from '@microsoft/microsoft-graph-types';
import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { Application, Directory } from '../../setup/ports/microsoft.ts';
import { type RequestFailure, upstreamOf } from '../failure.ts';
import { isNotFound, nothing, when } from '../request.ts';
import { list, text } from './answers.ts';
import type { CallGraph } from './client.ts';
import { dynamicsAppId, impersonationScopeId, knownScopeId } from './dynamicsPermission.ts';

type Applications = Pick<
  Directory,
  'applicationsTagged' | 'applicationByUniqueName' | 'application' | 'applicationByAppId' | 'saveApplication' | 'completeApplication' | 'addKey' | 'removeKey'
>;

/**
 * Application registrations. Scope `Application.ReadWrite.All`; the person needs Application Administrator, Cloud Application Administrator or
 * Application Developer, or a tenant where every user may register applications.
 * Source: application-upsert, application-list, application-addpassword, application-removepassword of Graph v1.0.
 */
export function createApplications(graph: CallGraph): Applications {
  return {
    applicationsTagged: async (tag) => await Promise.all((await tagged(graph, tag)).map((row) => toApplication(graph, row))),
    applicationByUniqueName: async (uniqueName) => {
      const row = await rowAt(graph, byUniqueName(uniqueName));
      return row && (await toApplication(graph, row));
    },
    application: async (objectId) => {
      const row = await rowAt(graph, byObjectId(objectId));
      return row && (await toApplication(graph, row));
    },
    applicationByAppId: async (appId) => {
      const row = await rowAt(graph, byAppId(appId));
      return row && (await toApplication(graph, row));
    },
    saveApplication: (application) => save(graph, application),
    completeApplication: (objectId) => complete(graph, objectId),
    addKey: (objectId, key) => addKey(graph, objectId, key),
    removeKey: (objectId, keyId) => removeKey(graph, objectId, keyId),
  };
}

const accessSchema = z.object({
  resourceAppId: z.string(),
  resourceAccess: z.array(z.object({ id: z.string(), type: z.string() })),
});

const rowSchema = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  tags: z.array(z.string()).nullish(),
  signInAudience: z.string().nullish(),
  requiredResourceAccess: z.array(accessSchema).nullish(),
  passwordCredentials: z
    .array(z.object({ keyId: z.string(), displayName: z.string().nullish(), endDateTime: z.string().nullish() }))
    .nullish(),
});
type Row = z.infer<typeof rowSchema>;
const columns = Object.keys(rowSchema.shape);

const multitenant = 'AzureADMultipleOrgs';

function byUniqueName(uniqueName: string): string {
  return `/applications(uniqueName='${text(uniqueName)}')`;
}

function byAppId(appId: string): string {
  return `/applications(appId='${text(appId)}')`;
}

function byObjectId(objectId: string): string {
  return `/applications/${encodeURIComponent(objectId)}`;
}

async function tagged(graph: CallGraph, tag: string): Promise<Row[]> {
  return await list(graph, {
    name: 'GET /applications',
    scope: 'Application.ReadWrite.All',
    path: `/applications?$filter=tags/any(t:t eq '${text(tag)}')&$select=${columns.join(',')}`,
    row: rowSchema,
  });
}

async function rowAt(graph: CallGraph, path: string): Promise<Row | undefined> {
  return await graph({
    name: 'GET /applications/{id}',
    scope: 'Application.ReadWrite.All',
    path,
    kind: 'read',
    answer: rowSchema,
    send: (request) => request.select(columns).get(),
    instead: when(isNotFound, undefined),
  });
}

/** Repeatable: the unique name is an alternate key. Permissions that are listed already stay. No redirect address: nobody signs in to it. */
async function save(graph: CallGraph, application: Parameters<Directory['saveApplication']>[0]): Promise<void> {
  const path = byUniqueName(application.uniqueName);
  const existing = await rowAt(graph, path);
  const { displayName, tags, notes } = application;
  const body: GraphApplication = { displayName, tags, notes, ...(await required(graph, existing)) };
  await graph({
    name: 'PATCH /applications(uniqueName)',
    scope: 'Application.ReadWrite.All',
    path,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.header('Prefer', 'create-if-missing').patch(body),
  });
}

async function complete(graph: CallGraph, objectId: string): Promise<void> {
  const path = byObjectId(objectId);
  const existing = await graph({
    name: 'GET /applications/{id}',
    scope: 'Application.ReadWrite.All',
    path,
    kind: 'read',
    answer: rowSchema,
    send: (request) => request.select(columns).get(),
  });
  const body = await required(graph, existing);
  await graph({
    name: 'PATCH /applications/{id}',
    scope: 'Application.ReadWrite.All',
    path,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.patch(body),
  });
}

/** What Partner Center and the procedure need of the application. */
async function required(graph: CallGraph, existing: Row | undefined): Promise<GraphApplication> {
  const scopeId = await impersonationScopeId(graph);
  return { signInAudience: multitenant, requiredResourceAccess: withPermission(existing?.requiredResourceAccess ?? [], scopeId) };
}

function withPermission(present: NonNullable<Row['requiredResourceAccess']>, scopeId: string): RequiredResourceAccess[] {
  const others = present.filter(({ resourceAppId }) => resourceAppId !== dynamicsAppId);
  const dynamics = present.find(({ resourceAppId }) => resourceAppId === dynamicsAppId)?.resourceAccess ?? [];
  const missing = dynamics.some(({ id }) => id === scopeId) ? [] : [{ id: scopeId, type: 'Scope' }];
  return [...others, { resourceAppId: dynamicsAppId, resourceAccess: [...dynamics, ...missing] }];
}

/** The end is as Entra set it: a policy of the tenant may shorten it. */
const newKeySchema = z.object({ keyId: z.string(), secretText: z.string().min(1), endDateTime: z.string() });

/** Never repeated: every call makes another key. One whose answer is lost is `E-UNCLEAR`, and is found by its display name. */
async function addKey(graph: CallGraph, objectId: string, { displayName, endsAt }: { displayName: string; endsAt: string }) {
  const { keyId, secretText, endDateTime } = await graph({
    name: 'POST /applications/{id}/addPassword',
    scope: 'Application.ReadWrite.All',
    path: `${byObjectId(objectId)}/addPassword`,
    kind: 'once',
    answer: newKeySchema,
    send: (request) => request.post({ passwordCredential: { displayName, endDateTime: endsAt } }),
    instead: refuseByPolicy,
  });
  return { keyId, secret: secretText, endsAt: instant(endDateTime) };
}

/**
 * The tenant's app management policy forbids keys, or such long ones. Which codes Graph answers is unconfirmed: the two that circulate are told by their
 * names, others by what their text is about; a refusal about neither stays a plain refusal.
 */
function refuseByPolicy(failure: RequestFailure): undefined {
  const said = `${failure.code} ${failure.message}`;
  if (![400, 403].includes(failure.status ?? 0) || !/policy/i.test(said)) return;
  const code = /lifetime|maxLifetime|expir|too long/i.test(said) ? 'E-KEY-LIFETIME' : 'E-KEY-FORBIDDEN';
  throw new SetupError(code, { upstream: upstreamOf('graph', failure) });
}

/** Sent even when the key is not listed: one that was just made may not be yet. Graph answers 400 or 404 for one that the application does not have, which is no error. */
async function removeKey(graph: CallGraph, objectId: string, keyId: string): Promise<void> {
  try {
    await sendRemoval(graph, objectId, keyId);
  } catch (error) {
    const isRefused = error instanceof SetupError && error.upstream?.status === 400;
    if (!isRefused || (await hasKey(graph, objectId, keyId))) throw error;
  }
}

async function sendRemoval(graph: CallGraph, objectId: string, keyId: string): Promise<void> {
  await graph({
    name: 'POST /applications/{id}/removePassword',
    scope: 'Application.ReadWrite.All',
    path: `${byObjectId(objectId)}/removePassword`,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.post({ keyId }),
    instead: when(isNotFound, undefined),
  });
}

async function hasKey(graph: CallGraph, objectId: string, keyId: string): Promise<boolean> {
  const row = await rowAt(graph, byObjectId(objectId));
  return row?.passwordCredentials?.some((key) => key.keyId === keyId) === true;
}

async function toApplication(graph: CallGraph, row: Row): Promise<Application> {
  return {
    objectId: row.id,
    appId: row.appId,
    displayName: row.displayName,
    tags: row.tags ?? [],
    isMultitenant: row.signInAudience === multitenant,
    listsDynamicsPermission: await listsDynamics(graph, row),
    keys: (row.passwordCredentials ?? []).map((key) => ({
      keyId: key.keyId,
      displayName: key.displayName ?? '',
      endsAt: key.endDateTime ? instant(key.endDateTime) : '',
    })),
  };
}

async function listsDynamics(graph: CallGraph, { requiredResourceAccess }: Row): Promise<boolean> {
  const dynamics = requiredResourceAccess?.find(({ resourceAppId }) => resourceAppId === dynamicsAppId);
  const scopeIds = (dynamics?.resourceAccess ?? []).filter(({ type }) => type === 'Scope').map(({ id }) => id);
  if (scopeIds.length === 0 || scopeIds.includes(knownScopeId)) return scopeIds.length > 0;
  return scopeIds.includes(await impersonationScopeId(graph));
}

function instant(graphDate: string): string {
  return new Date(graphDate).toISOString();
}
