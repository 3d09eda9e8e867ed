import { ODataError } from './error.ts';
import { parseFilter, type Filter, type LambdaTest, type Path } from './filter.ts';

/** The query options of one request, or of one `$expand` item. Options that do not begin with `$` are left to the service. */
export interface Query {
  readonly filter?: Filter;
  readonly select?: readonly string[];
  readonly top?: number;
  readonly orderby?: readonly { readonly path: Path; readonly descending: boolean }[];
  readonly expand?: readonly { readonly property: string; readonly query: Query }[];
  readonly count?: boolean;
}

const readers: Readonly<Record<string, (text: string) => Query>> = {
  $filter: (text) => ({ filter: parseFilter(text) }),
  $select: (text) => ({ select: splitOutside(text, ',').map(name) }),
  $top: (text) => ({ top: wholeNumber(text) }),
  $orderby: (text) => ({ orderby: splitOutside(text, ',').map(parseOrder) }),
  $expand: (text) => ({ expand: splitOutside(text, ',').map(parseExpandItem) }),
  $count: (text) => ({ count: truth(text) }),
};

/** Promises the typed options; throws `ODataError` for an unknown or repeated `$` option and for a malformed value. */
export function parseQuery(parameters: URLSearchParams): Query {
  return parseOptions([...parameters].filter(([option]) => option.startsWith('$')));
}

/** The properties that a filter reads, a lambda's as `collection/property`, so that a service can refuse unknown ones. */
export function filteredProperties(filter: Filter): string[] {
  switch (filter.op) {
    case 'and':
    case 'or':
      return [...filteredProperties(filter.left), ...filteredProperties(filter.right)];
    case 'not':
      return filteredProperties(filter.operand);
    case 'any':
      return [filter.path.join('/'), ...lambdaProperties(filter)];
    default:
      return [filter.path.join('/')];
  }
}

function lambdaProperties({ path, variable, where }: LambdaTest): string[] {
  const inner = where === undefined ? [] : filteredProperties(where);
  return inner.map((used) => (used.split('/')[0] === variable ? path.join('/') + used.slice(variable.length) : used));
}

function parseOptions(options: readonly (readonly [string, string])[]): Query {
  const seen = new Set<string>();
  return options.reduce<Query>((query, [option, text]) => {
    const read = readers[option];
    if (read === undefined) throw new ODataError(`The query parameter '${option}' is not supported.`);
    if (seen.has(option)) throw new ODataError(`Query option '${option}' was specified more than once.`);
    seen.add(option);
    return { ...query, ...read(text) };
  }, {});
}

function parseExpandItem(item: string): { property: string; query: Query } {
  const [, property = '', inner] = /^(\w+)(?:\((.*)\))?$/s.exec(item.trim()) ?? [];
  if (property === '') throw new ODataError(`Could not find a property named '${item}' in $expand.`);
  const options = inner === undefined ? [] : splitOutside(inner, ';').map(parseOption);
  return { property, query: parseOptions(options) };
}

function parseOption(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 0) throw new ODataError(`Syntax error in the expand option '${text}'.`);
  return [text.slice(0, equals).trim(), text.slice(equals + 1)];
}

function parseOrder(item: string): { path: Path; descending: boolean } {
  const [path = '', direction = 'asc', ...rest] = item.trim().split(/\s+/);
  if (path === '' || !['asc', 'desc'].includes(direction) || rest.length > 0) throw new ODataError(`Syntax error in $orderby '${item}'.`);
  return { path: path.split('/'), descending: direction === 'desc' };
}

function name(text: string): string {
  const trimmed = text.trim();
  if (!/^(\*|[\w.@]+(\/[\w.]+)*)$/.test(trimmed)) throw new ODataError(`The $select item '${text}' is not a property name.`);
  return trimmed;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ODataError(`Invalid value '${text}' for $top query option found.`);
  return Number(text);
}

function truth(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new ODataError(`Invalid value '${text}' for $count query option found.`);
  return text === 'true';
}

/** Splits at a separator that stands outside quotes and parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const piece of text.match(/'(?:[^']|'')*'|[^]/g) ?? []) {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
