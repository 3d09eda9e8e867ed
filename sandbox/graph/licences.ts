import { z } from 'zod';
import { seedId } from '../dataverse/seedId.ts';
import type { Directory } from '../directory/directory.ts';
import type { AssignedLicence, LicenceState, SubscribedSkuRow, UserRow } from '../directory/rows.ts';
import { withBought } from '../directory/subscriptions.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerEntity, type EntitySet } from './answers.ts';
import { requireScope } from './authorisation.ts';
import { refusals } from './errors.ts';
import { bodyOf, type GraphCall } from './request.ts';
import { checkBody } from './schema.ts';
import { requireLicenceWrite } from './userRights.ts';
import { findUser, users } from './userRows.ts';

const subscribedSkus: EntitySet = { name: 'subscribedSkus', type: 'subscribedSku', resource: 'SubscribedSku', filterable: {} };

const assignBody = z.strictObject({
  addLicenses: z.array(z.looseObject({ skuId: z.guid().toLowerCase(), disabledPlans: z.array(z.guid().toLowerCase()).default([]) })),
  removeLicenses: z.array(z.guid().toLowerCase()),
});
type Assignment = z.output<typeof assignBody>;

/** `GET /subscribedSkus` */
export function listSubscriptions(call: GraphCall): SandboxAnswer {
  requireScope(call, 'LicenseAssignment.Read.All', 'Organization.Read.All', 'Organization.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All');
  return answerCollection(call, subscribedSkus, subscriptionsOf(call));
}

/** The stock, with the numbers of units bought that were set from outside. */
export function subscriptionsOf({ directory, conditions }: Pick<GraphCall, 'directory' | 'conditions'>): SubscribedSkuRow[] {
  const { bought } = conditions.microsoft365;
  return directory.subscriptions.all().map((row) => {
    const units = bought[row.skuPartNumber];
    return units === undefined ? row : withBought(row, units);
  });
}

/** `GET /users/{id}/licenseDetails`: shows an assignment at once, long before it is in force. */
export function listLicenceDetails(call: GraphCall): SandboxAnswer {
  requireScope(call, 'LicenseAssignment.Read.All', 'User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All');
  const user = findUser(call);
  const held = call.directory.subscriptions.all().filter(({ skuId }) => holds(user, skuId));
  const rows = held.map(({ skuId, skuPartNumber, servicePlans }) => ({ id: seedId(user.id, skuId), skuId, skuPartNumber, servicePlans }));
  return answerCollection(call, { name: `users('${user.id}')/licenseDetails`, type: 'licenseDetails', resource: 'LicenseDetails', filterable: {} }, rows);
}

/** `POST /users/{id}/assignLicense`: all of it or nothing; what the user has already stays as it is. */
export function assignLicence(call: GraphCall): SandboxAnswer {
  requireLicenceWrite(call);
  const user = findUser(call);
  const body = readAssignment(call);
  const added = body.addLicenses.filter(({ skuId }) => !holds(user, skuId));
  if (body.addLicenses.length > 0 && user.usageLocation === null) throw refusals.noUsageLocation();
  for (const licence of body.addLicenses) checkLicence(call, licence);
  for (const { skuId } of added) checkFree(call, skuId);
  if (!body.removeLicenses.every((skuId) => holds(user, skuId))) throw refusals.licenceNotHeld();
  for (const { skuId } of added) consume(call.directory, skuId, 1);
  for (const skuId of body.removeLicenses) consume(call.directory, skuId, -1);
  call.directory.users.change(user.id, withLicences(user, body, call.clock.now()));
  return answerEntity(call, users, { ...user, ...withLicences(user, body, call.clock.now()) });
}

/** Gives the licences of a user back to the stock. */
export function releaseLicences(directory: Directory, { assignedLicenses }: UserRow): void {
  for (const { skuId } of assignedLicenses) consume(directory, skuId, -1);
}

function readAssignment(call: GraphCall): Assignment {
  const body = bodyOf(call);
  const missing = ['addLicenses', 'removeLicenses'].filter((name) => body[name] === undefined);
  if (missing.length > 0) throw refusals.missingParameters('assignLicense', missing);
  const parsed = assignBody.safeParse(body);
  if (!parsed.success) throw refusals.mismatch(String(parsed.error.issues[0]?.path[0] ?? 'addLicenses'));
  for (const licence of parsed.data.addLicenses) checkBody('assignedLicense', licence);
  return parsed.data;
}

function checkLicence(call: GraphCall, { skuId, disabledPlans }: AssignedLicence): void {
  const found = subscriptionsOf(call).find((row) => row.skuId === skuId);
  if (found === undefined) throw refusals.unknownLicence(skuId);
  const unknown = disabledPlans.find((plan) => !found.servicePlans.some(({ servicePlanId }) => servicePlanId === plan));
  if (unknown !== undefined) throw refusals.unknownPlan(unknown);
}

function checkFree(call: GraphCall, skuId: string): void {
  const found = subscriptionsOf(call).find((row) => row.skuId === skuId);
  if (found === undefined || found.prepaidUnits.enabled <= found.consumedUnits) throw refusals.noFreeLicence(skuId);
}

function consume({ subscriptions }: Directory, skuId: string, units: number): void {
  const found = subscriptions.find((row) => row.skuId === skuId);
  if (found !== undefined) subscriptions.change(found.id, { consumedUnits: found.consumedUnits + units });
}

function holds({ assignedLicenses }: UserRow, skuId: string): boolean {
  return assignedLicenses.some((licence) => licence.skuId === skuId);
}

function withLicences(user: UserRow, { addLicenses, removeLicenses }: Assignment, nowMs: number): Pick<UserRow, 'assignedLicenses' | 'licenseAssignmentStates'> {
  const named = new Set([...removeLicenses, ...addLicenses.map(({ skuId }) => skuId)]);
  const kept = user.licenseAssignmentStates.filter(({ skuId }) => !named.has(skuId));
  const states = [...kept, ...addLicenses.map((licence) => stateOf(user, licence, nowMs))];
  return { licenseAssignmentStates: states, assignedLicenses: states.map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans })) };
}

/** A licence that the user has already keeps the time from which it counts. */
function stateOf(user: UserRow, { skuId, disabledPlans }: AssignedLicence, nowMs: number): LicenceState {
  const held = user.licenseAssignmentStates.find((state) => state.skuId === skuId);
  const lastUpdatedDateTime = held?.lastUpdatedDateTime ?? new Date(nowMs).toISOString();
  return { skuId, disabledPlans, assignedByGroup: null, error: 'None', lastUpdatedDateTime, state: 'Active' };
}
