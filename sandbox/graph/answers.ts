import { filteredProperties, matches, type Filter, type LambdaTest, type PropertyTest, type Query } from '../odata/index.ts';
import type { SandboxAnswer } from '../service.ts';
import { refusals } from './errors.ts';
import { hasEventualConsistency, queryOf, type GraphCall } from './request.ts';
import { hasProperty, type EntityType } from './schema.ts';

type Row = Readonly<Record<string, unknown>>;

/** Which operators a property may be filtered by without advanced query capabilities. */
export type Filterable = Readonly<Record<string, readonly Filter['op'][]>>;

export interface EntitySet {
  /** As in the address and in `@odata.context`. */
  readonly name: string;
  readonly type: EntityType;
  /** As in Graph's error texts. */
  readonly resource: string;
  readonly filterable: Filterable;
  /** The further operators that an advanced query may use: `ConsistencyLevel: eventual` with `$count=true`. */
  readonly advanced?: Filterable;
  /** What a row shows without `$select`, where that is not all of it. */
  readonly shown?: readonly string[];
}

const largestPage = 999;

/** One row, cut down to `$select`. */
export function answerEntity(call: GraphCall, set: Pick<EntitySet, 'name' | 'type' | 'shown'>, row: Row): SandboxAnswer {
  const query = queryOf(call);
  allowOnly(query, ['select']);
  checkSelect(query, set.type);
  const context = contextOf(call, set.name, query, '/$entity');
  return { status: 200, body: { '@odata.context': context, ...project(row, query, set) } };
}

/** The rows that the query asks for, with what they hold of `expandable`; throws Graph's 400 for what the entity set cannot be asked. */
export function answerCollection(call: GraphCall, set: EntitySet, rows: readonly Row[], expandable: readonly string[] = []): SandboxAnswer {
  const query = queryOf(call);
  allowOnly(query, ['select', 'filter', 'top', 'count', ...(expandable.length > 0 ? (['expand'] as const) : [])]);
  checkSelect(query, set.type);
  const expanded = checkedExpand(query, set.type, expandable);
  const { filter, top = 100, count } = query;
  if (count === true && !hasEventualConsistency(call)) throw refusals.needsConsistencyLevel();
  if (top < 1 || top > largestPage) throw refusals.malformed(`Invalid page size specified: '${top}'. Must be between 1 and ${largestPage} inclusive.`);
  if (filter !== undefined) checkFilter(call, filter, set);
  const found = rows.filter((row) => filter === undefined || matches(row, filter));
  const total = count === true ? { '@odata.count': found.length } : {};
  const value = found.slice(0, top).map((row) => ({ ...project(row, query, set), ...project(row, { select: expanded }, {}) }));
  return { status: 200, body: { '@odata.context': contextOf(call, set.name, query, ''), ...total, value } };
}

/** A new row, as the answer to a POST or to an upsert that created. */
export function answerCreated({ request }: GraphCall, { name, shown }: Pick<EntitySet, 'name' | 'shown'>, row: Row): SandboxAnswer {
  const root = `${request.origin}/graph/v1.0`;
  return {
    status: 201,
    headers: { location: `${root}/${name}/${String(row['id'])}` },
    body: { '@odata.context': `${root}/$metadata#${name}/$entity`, ...project(row, {}, shown === undefined ? {} : { shown }) },
  };
}

function allowOnly(query: Query, allowed: readonly (keyof Query)[]): void {
  const asked: readonly (keyof Query)[] = ['filter', 'select', 'top', 'orderby', 'expand', 'count'];
  const refused = asked.find((option) => query[option] !== undefined && !allowed.includes(option));
  if (refused !== undefined) throw refusals.malformed(`The query option '$${refused}' is not allowed here by the sandbox.`);
}

function checkSelect({ select = [] }: Query, type: EntityType): void {
  const unknown = select.find((name) => name !== '*' && !hasProperty(type, name));
  if (unknown !== undefined) throw refusals.invalidSelect(refusals.unknownProperty(unknown, type));
}

function checkedExpand({ expand = [] }: Query, type: EntityType, expandable: readonly string[]): string[] {
  const names = expand.map(({ property }) => property);
  const unknown = names.find((name) => !expandable.includes(name));
  if (unknown !== undefined) throw refusals.invalidSelect(refusals.unknownProperty(unknown, type));
  return names;
}

function checkFilter(call: GraphCall, filter: Filter, set: EntitySet): void {
  const [unknown] = filteredProperties(filter).filter((path) => !hasProperty(set.type, path.split('/')[0] ?? ''));
  if (unknown !== undefined) throw refusals.invalidFilter(refusals.unknownProperty(unknown, set.type));
  const isAdvanced = hasEventualConsistency(call) && queryOf(call).count === true;
  checkOperators(filter, isAdvanced ? withAdvanced(set) : set);
}

/** In an advanced query the further operators are as good as the others. */
function withAdvanced({ filterable, advanced = {}, ...set }: EntitySet): EntitySet {
  const names = new Set([...Object.keys(filterable), ...Object.keys(advanced)]);
  const both = [...names].map((name) => [name, [...(filterable[name] ?? []), ...(advanced[name] ?? [])]] as const);
  return { ...set, filterable: Object.fromEntries(both) };
}

function checkOperators(filter: Filter, set: EntitySet): void {
  switch (filter.op) {
    case 'and':
    case 'or':
      checkOperators(filter.left, set);
      return checkOperators(filter.right, set);
    case 'not':
      throw refusals.unsupportedFilter(filteredProperties(filter)[0] ?? '', set.resource);
    case 'any':
      return checkLambda(filter, set);
    default:
      return checkComparison(filter, set);
  }
}

function checkComparison({ op, path, literal }: PropertyTest, { filterable, advanced = {}, resource }: EntitySet): void {
  const property = path.join('/');
  if ((advanced[property] ?? []).includes(op)) throw refusals.needsConsistencyLevel();
  if (!(filterable[property] ?? []).includes(op)) throw refusals.unsupportedFilter(property, resource);
  if (!['string', 'datetime', 'null'].includes(literal.kind)) throw refusals.invalidFilter('A binary operator with incompatible types was detected.');
}

/** Collections of strings can only be asked for an equal member, or one that starts with a text. */
function checkLambda({ path, variable, where }: LambdaTest, { filterable, resource }: EntitySet): void {
  const property = path.join('/');
  const isAllowed = (filterable[property] ?? []).includes('any');
  const isSimple = where !== undefined && (where.op === 'eq' || where.op === 'startswith') && where.path.join('/') === variable;
  if (!isAllowed || !isSimple) throw refusals.unsupportedFilter(property, resource);
}

function project(row: Row, { select }: Pick<Query, 'select'>, { shown }: Pick<EntitySet, 'shown'>): Row {
  const names = select ?? shown;
  if (names === undefined || names.includes('*')) return row;
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

function contextOf({ request }: GraphCall, name: string, { select }: Query, suffix: string): string {
  const columns = select === undefined ? '' : `(${select.join(',')})`;
  return `${request.origin}/graph/v1.0/$metadata#${name}${columns}${suffix}`;
}
