import { apiRoot } from './answer.ts';
import type { Environment } from './environment.ts';
import { badPayload, noSuchRow } from './errors.ts';
import { isGuid, type Row, type Value } from './row.ts';
import { tableOfSet, tables, type Table } from './tables.ts';

const bindSuffix = '@odata.bind';

/** Columns that the platform keeps itself: a value for one of them is taken and ignored. */
const maintained: ReadonlySet<string> = new Set([
  'createdon', 'modifiedon', 'versionnumber', 'organizationid', 'fullname', 'yomifullname', 'deletedstate', 'islicensed', 'identityid',
  'azureactivedirectoryobjectid', 'ismanaged', 'iscustomizable', 'canbedeleted', 'solutionid', 'roleidunique', 'componentstate',
]);

/**
 * The columns that a body sets, with `…@odata.bind` turned into the lookup's column. A property that the table lacks, a value of another
 * type, a bind to something else than the lookup's table and a direct `_…_value` are refused, as Dataverse refuses them.
 */
export function readPayload(environment: Environment, table: Table, body: Readonly<Record<string, unknown>>): Row {
  const entries = Object.entries(body).flatMap(([name, value]) => entry(environment, table, name, value));
  return Object.fromEntries(entries);
}

function entry(environment: Environment, table: Table, name: string, value: unknown): [string, Value][] {
  if (name.endsWith(bindSuffix)) return [bind(environment, table, name.slice(0, -bindSuffix.length), value)];
  if (name.startsWith('@') || name.includes('@')) return [];
  if (/^_\w+_value$/.test(name)) {
    const detail = 'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.';
    throw badPayload(table.entitySet, detail);
  }
  const types = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (types === undefined) throw undeclared(table, name);
  const column = checked(table, name, types, value);
  return maintained.has(name) ? [] : [[name, column]];
}

function undeclared(table: Table, name: string): Error {
  const type = `Microsoft.Dynamics.CRM.${table.logicalName}`;
  return badPayload(table.entitySet, `Invalid property '${name}' was found in entity '${type}'. Does not support untyped value in non-open type.`);
}

function bind(environment: Environment, table: Table, navigation: string, value: unknown): [string, Value] {
  const target = Object.hasOwn(table.lookups, navigation) ? table.lookups[navigation] : undefined;
  if (target === undefined) {
    throw badPayload(
      table.entitySet,
      `An undeclared property '${navigation}' which only has property annotations in the payload but no property value was found in the payload. In ` +
        'OData, only declared navigation properties and declared named streams can be represented as properties without values.',
    );
  }
  const reference = referencedRow(environment, value);
  if (reference?.table !== tables[target]) throw badPayload(table.entitySet, `The value of '${navigation}${bindSuffix}' does not name a ${target}.`);
  if (environment.store.find(target, reference.id) === undefined) throw noSuchRow(target, reference.id);
  return [`_${navigation}_value`, reference.id];
}

/** What `/roles(…)`, `roles(…)` or the same with this environment's own address names; undefined for anything else. */
export function referencedRow(environment: Environment, reference: unknown): { table: Table; id: string } | undefined {
  if (typeof reference !== 'string') return undefined;
  const own = `${apiRoot(environment)}/`;
  const relative = reference.startsWith(own) ? reference.slice(own.length) : reference.replace(/^\//, '');
  const [, set = '', id] = /^(\w+)\(([^)]+)\)$/.exec(relative) ?? [];
  const table = tableOfSet(set);
  return table === undefined || !isGuid(id) ? undefined : { table, id: id.toLowerCase() };
}

function checked(table: Table, name: string, types: string, value: unknown): Value {
  const valid = value === null || types.split(' | ').some((type) => isOfType(type, value));
  if (!valid || !isValue(value)) throw badPayload(table.entitySet, `Cannot convert the value of '${name}' to the expected type.`);
  const isWrongKey = name === table.key && !isGuid(value);
  if (isWrongKey) throw badPayload(table.entitySet, `Cannot convert the value of '${name}' to the expected type 'Edm.Guid'.`);
  return value;
}

/** "null" says that the recorded answers had no value in the column, so anything plain fits. */
function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return typeof value !== 'object';
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'managedProperty') return typeof value === 'object';
  return typeof value === type;
}

function isValue(value: unknown): value is Value {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return typeof value === 'object' && Object.values(value).every(isValue);
}
