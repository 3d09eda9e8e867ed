import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { PasswordCredential } from '../directory/rows.ts';
import { toMilliseconds } from '../duration.ts';
import type { SandboxAnswer } from '../service.ts';
import { findWritableApplication } from './applications.ts';
import { refusals } from './errors.ts';
import { bodyOf, type GraphCall } from './request.ts';
import { checkBody } from './schema.ts';

/** How long a key lives when nothing is said, and may live at most: Graph's own limit is not known, the portal stops at the same 24 months. */
const longestLifeMonths = 24;

const addBody = z.strictObject({ passwordCredential: z.record(z.string(), z.unknown()).optional() });
const removeBody = z.strictObject({ keyId: z.guid() });
const settable: ReadonlySet<string> = new Set(['displayName', 'startDateTime', 'endDateTime']);

/** `POST …/addPassword`: the only answer that ever holds the secret. */
export function addPassword(call: GraphCall): SandboxAnswer {
  const application = findWritableApplication(call);
  const asked = checkedCredential(call);
  const text = makeSecret();
  const credential = toCredential(asked, text, call.clock.now());
  checkPolicy(call, credential);
  call.directory.handedOut.push(text);
  call.directory.secrets.set(credential.keyId, { text, createdAtMs: call.clock.now() });
  call.directory.applications.change(application.id, { passwordCredentials: [...application.passwordCredentials, credential] });
  const context = `${call.request.origin}/graph/v1.0/$metadata#microsoft.graph.passwordCredential`;
  return { status: 200, body: { '@odata.context': context, ...credential, secretText: text } };
}

/** `POST …/removePassword` */
export function removePassword(call: GraphCall): SandboxAnswer {
  const application = findWritableApplication(call);
  const body = removeBody.safeParse(bodyOf(call));
  if (!body.success) throw refusals.mismatch('keyId');
  const { keyId } = body.data;
  const rest = application.passwordCredentials.filter((credential) => credential.keyId !== keyId);
  if (rest.length === application.passwordCredentials.length) throw refusals.noSuchCredential(keyId);
  call.directory.secrets.delete(keyId);
  call.directory.applications.change(application.id, { passwordCredentials: rest });
  return { status: 204 };
}

function checkedCredential(call: GraphCall): Readonly<Record<string, unknown>> {
  const body = addBody.safeParse(call.request.body === undefined ? {} : bodyOf(call));
  if (!body.success) throw refusals.mismatch('passwordCredential');
  const credential = body.data.passwordCredential ?? {};
  checkBody('passwordCredential', credential);
  const refused = Object.keys(credential).find((name) => !settable.has(name) && credential[name] !== null);
  if (refused !== undefined) throw refusals.readOnly(refused);
  return credential;
}

/** What a tenant's app management policy forbids or shortens; a key without an end would live for 24 months, and is refused like one that asks for them. */
function checkPolicy({ conditions: { keyPolicy } }: GraphCall, { startDateTime, endDateTime }: PasswordCredential): void {
  if (keyPolicy === 'none') return;
  if ('forbidden' in keyPolicy) throw refusals.credentialsForbidden();
  const lifeMs = Date.parse(endDateTime) - Date.parse(startDateTime);
  if (lifeMs > toMilliseconds(keyPolicy.maxLifetime)) throw refusals.credentialTooLongForPolicy(keyPolicy.maxLifetime);
}

function toCredential(asked: Readonly<Record<string, unknown>>, text: string, nowMs: number): PasswordCredential {
  const startMs = dateOr(asked['startDateTime'], nowMs);
  const latestMs = addMonths(startMs, longestLifeMonths);
  const endMs = dateOr(asked['endDateTime'], latestMs);
  if (endMs <= Math.max(startMs, nowMs)) throw refusals.invalidValue('endDateTime');
  if (endMs > latestMs) throw refusals.credentialTooLong();
  return {
    customKeyIdentifier: null,
    displayName: typeof asked['displayName'] === 'string' ? asked['displayName'] : null,
    endDateTime: new Date(endMs).toISOString(),
    hint: text.slice(0, 3),
    keyId: randomUUID(),
    secretText: null,
    startDateTime: new Date(startMs).toISOString(),
  };
}

function dateOr(value: unknown, otherwiseMs: number): number {
  return typeof value === 'string' ? Date.parse(value) : otherwiseMs;
}

function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  return date.setUTCMonth(date.getUTCMonth() + months);
}

/** 40 characters with the mark that Microsoft's own secrets carry, so that secret scanners know them. */
function makeSecret(): string {
  const random = randomBytes(30).toString('base64url');
  return `${random.slice(0, 3)}8Q~${random.slice(3, 37)}`;
}
