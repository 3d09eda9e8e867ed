import { ODataError } from './error.ts';
import { createReader, tokenize, type Reader, type Token } from './tokens.ts';

/**
 * The part of OData 4 `$filter` that the bot's APIs are asked with.
 *
 * Own code on purpose: of the packages on npm, `odata-filter-to-ast` knows neither guids nor lambdas, and `@odata/parser`
 * gives an untyped tree whose translation is longer than this file.
 */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'not'; readonly operand: Filter }
  | PropertyTest
  | LambdaTest;

/** A property compared with a literal. */
export interface PropertyTest {
  readonly op: ComparisonOperator | TextFunction;
  readonly path: Path;
  readonly literal: Literal;
}

/** `path/any(variable:where)`; without `where` the collection must only have a member. */
export interface LambdaTest {
  readonly op: 'any';
  readonly path: Path;
  readonly variable: string;
  readonly where: Filter | undefined;
}

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextFunction = 'startswith' | 'endswith' | 'contains';

/** Property names from the row inwards; inside `any(t: …)` the first name may be the variable `t`. */
export type Path = readonly string[];

export interface Literal {
  readonly kind: 'string' | 'guid' | 'number' | 'datetime' | 'boolean' | 'null';
  readonly value: string | number | boolean | null;
}

const comparisonOperators: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const textFunctions: readonly string[] = ['startswith', 'endswith', 'contains'];
const deepestNesting = 50;

/** Promises the typed filter, or throws `ODataError` for whatever is malformed or outside the supported part. */
export function parseFilter(text: string): Filter {
  const reader = createReader(text, tokenize(text));
  const filter = parseOr(reader, 0);
  if (reader.peek() !== undefined) throw reader.syntaxError();
  return filter;
}

function parseOr(reader: Reader, depth: number): Filter {
  let left = parseAnd(reader, depth);
  while (reader.takeWord('or')) left = { op: 'or', left, right: parseAnd(reader, depth) };
  return left;
}

function parseAnd(reader: Reader, depth: number): Filter {
  let left = parseUnary(reader, depth);
  while (reader.takeWord('and')) left = { op: 'and', left, right: parseUnary(reader, depth) };
  return left;
}

function parseUnary(reader: Reader, depth: number): Filter {
  if (depth > deepestNesting) throw new ODataError('The node count limit of the filter has been exceeded.');
  if (reader.takeWord('not')) return { op: 'not', operand: parseUnary(reader, depth + 1) };
  if (reader.takeMark('(')) return closing(reader, parseOr(reader, depth + 1));
  const word = reader.take('word').text;
  if (reader.takeMark('(')) return closing(reader, parseCall(reader, word, depth));
  return parseComparison(reader, toPath(word));
}

function parseCall(reader: Reader, name: string, depth: number): Filter {
  if (name.endsWith('/any')) return parseAny(reader, toPath(name.slice(0, -'/any'.length)), depth);
  if (!isTextFunction(name)) throw new ODataError(`An unknown function with name '${name}' was found.`);
  const path = toPath(reader.take('word').text);
  reader.expectMark(',');
  return { op: name, path, literal: toLiteral(reader.take('string')) };
}

function parseAny(reader: Reader, path: Path, depth: number): Filter {
  if (reader.peek()?.text === ')') return { op: 'any', path, variable: '', where: undefined };
  const variable = reader.take('word').text;
  reader.expectMark(':');
  return { op: 'any', path, variable, where: parseOr(reader, depth + 1) };
}

function parseComparison(reader: Reader, path: Path): Filter {
  const operator = reader.take('word').text;
  if (!isComparisonOperator(operator)) throw reader.syntaxError();
  return { op: operator, path, literal: toLiteral(reader.next()) };
}

function closing(reader: Reader, filter: Filter): Filter {
  reader.expectMark(')');
  return filter;
}

function toPath(word: string): Path {
  return word.split('/');
}

function toLiteral({ kind, text }: Token): Literal {
  if (kind === 'string') return { kind, value: text.slice(1, -1).replaceAll("''", "'") };
  if (kind === 'number') return { kind, value: Number(text) };
  if (kind === 'guid' || kind === 'datetime') return { kind, value: text };
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  if (text === 'null') return { kind: 'null', value: null };
  throw new ODataError(`A literal was expected where '${text}' stands.`);
}

function isComparisonOperator(word: string): word is ComparisonOperator {
  return comparisonOperators.includes(word);
}

function isTextFunction(word: string): word is TextFunction {
  return textFunctions.includes(word);
}
