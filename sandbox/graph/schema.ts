import { z } from 'zod';
import slice from './graph-v1.0-slice.json' with { type: 'json' };
import { refusals } from './errors.ts';

/** The types that this sandbox has rows of. */
export type EntityType =
  | 'application' | 'servicePrincipal' | 'organization' | 'user' | 'directoryRole' | 'unifiedRoleEligibilityScheduleInstance' | 'unifiedRoleAssignment'
  | 'subscribedSku' | 'domain' | 'licenseDetails';

/** A type that the slice of the metadata leaves out, from its reference page (graph/api/resources/unifiedroleeligibilityscheduleinstance). */
const unifiedRoleEligibilityScheduleInstance = {
  base: 'graph.entity',
  properties: {
    appScopeId: 'Edm.String', directoryScopeId: 'Edm.String', endDateTime: 'Edm.DateTimeOffset', memberType: 'Edm.String', principalId: 'Edm.String',
    roleDefinitionId: 'Edm.String', roleEligibilityScheduleId: 'Edm.String', startDateTime: 'Edm.DateTimeOffset',
  },
};

/** The same (graph/api/resources/licensedetails). */
const licenseDetails = {
  base: 'graph.entity',
  properties: { servicePlans: 'Collection(graph.servicePlanInfo)', skuId: 'Edm.Guid', skuPartNumber: 'Edm.String' },
};

const types = z
  .record(z.string(), z.object({ base: z.string().nullable(), properties: z.record(z.string(), z.string()) }))
  .parse({ ...slice.types, unifiedRoleEligibilityScheduleInstance, licenseDetails });
const enums = z.record(z.string(), z.array(z.string())).parse(slice.enums);

/** The properties of a type and of those it derives from, with their Edm types, as Graph's v1.0 metadata has them. */
export function propertiesOf(type: string): Readonly<Record<string, string>> {
  const found = types[type];
  if (found === undefined) return {};
  return { ...(found.base === null ? {} : propertiesOf(localName(found.base))), ...found.properties };
}

export function hasProperty(type: EntityType, name: string): boolean {
  return Object.hasOwn(propertiesOf(type), name);
}

/** Throws Graph's 400 for a property that the type does not have and for a value that does not fit it, at any depth. */
export function checkBody(type: string, body: Readonly<Record<string, unknown>>): void {
  const properties = propertiesOf(type);
  for (const [name, value] of Object.entries(body)) {
    if (name === '@odata.type') continue;
    const edmType = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (edmType === undefined) throw refusals.invalidProperty(name);
    checkValue(name, edmType, value);
  }
}

function checkValue(name: string, edmType: string, value: unknown): void {
  if (value === null && !edmType.startsWith('Collection(')) return;
  const [, itemType] = /^Collection\((.*)\)$/.exec(edmType) ?? [];
  if (itemType === undefined) checkSingle(name, edmType, value);
  else if (Array.isArray(value)) value.forEach((item) => checkSingle(name, itemType, item));
  else throw refusals.mismatch(name);
}

function checkSingle(name: string, edmType: string, value: unknown): void {
  const primitive = primitives[edmType];
  if (primitive !== undefined) return assertFits(name, primitive.safeParse(value).success);
  const typeName = localName(edmType);
  const allowed = enums[typeName];
  if (allowed !== undefined) return assertFits(name, typeof value === 'string' && allowed.includes(value));
  const nested = z.record(z.string(), z.unknown()).safeParse(value);
  assertFits(name, nested.success);
  if (nested.success && types[typeName] !== undefined) checkBody(typeName, nested.data);
}

const primitives: Readonly<Record<string, z.ZodType>> = {
  'Edm.String': z.string(),
  'Edm.Boolean': z.boolean(),
  'Edm.Guid': z.guid(),
  'Edm.DateTimeOffset': z.iso.datetime({ offset: true }),
  'Edm.Int32': z.int32(),
  'Edm.Int64': z.int(),
  'Edm.Binary': z.base64(),
};

function assertFits(name: string, fits: boolean): void {
  if (!fits) throw refusals.mismatch(name);
}

/** `graph.webApplication` and `microsoft.graph.webApplication` are both written for `webApplication`. */
function localName(qualified: string): string {
  return qualified.slice(qualified.lastIndexOf('.') + 1);
}
