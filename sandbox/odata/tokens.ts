import { ODataError } from './error.ts';

export interface Token {
  readonly kind: 'string' | 'guid' | 'datetime' | 'number' | 'word' | 'mark';
  readonly text: string;
}

/** Walks over the tokens of one expression; every `take…` and `expect…` throws `ODataError` where the text does not fit. */
export interface Reader {
  peek(): Token | undefined;
  next(): Token;
  take(kind: Token['kind']): Token;
  /** True, and one token further, when the next token is this word. */
  takeWord(word: string): boolean;
  takeMark(mark: string): boolean;
  expectMark(mark: string): void;
  syntaxError(): ODataError;
}

const tokenPattern = new RegExp(
  [
    String.raw`(?<string>'(?:[^']|'')*')`,
    String.raw`(?<guid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)`,
    String.raw`(?<datetime>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)`,
    String.raw`(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)`,
    String.raw`(?<word>[a-z_@][\w.]*(?:/[a-z_][\w.]*)*)`,
    String.raw`(?<mark>[(),:])`,
    String.raw`(?<space>\s+)`,
  ].join('|'),
  'iy',
);

/** Promises the tokens in order, without white space; throws `ODataError` at the first character that fits none. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let position = 0; position < text.length; position = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = position;
    const groups = tokenPattern.exec(text)?.groups;
    if (groups === undefined) throw new ODataError(`Syntax error at position ${position} in '${text}'.`);
    const token = toToken(groups);
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

function toToken(groups: Record<string, string | undefined>): Token | undefined {
  for (const kind of ['string', 'guid', 'datetime', 'number', 'word', 'mark'] as const) {
    const text = groups[kind];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}

export function createReader(text: string, tokens: readonly Token[]): Reader {
  let position = 0;
  const syntaxError = () => new ODataError(`Syntax error in '${text}' at '${tokens[position]?.text ?? 'the end'}'.`);
  const peek = () => tokens[position];
  const next = () => {
    const token = peek();
    if (token === undefined) throw syntaxError();
    position += 1;
    return token;
  };
  const takeIf = (kind: Token['kind'], wanted: string) => {
    const found = peek()?.kind === kind && peek()?.text === wanted;
    if (found) position += 1;
    return found;
  };
  return {
    peek,
    next,
    take: (kind) => {
      if (peek()?.kind !== kind) throw syntaxError();
      return next();
    },
    takeWord: (word) => takeIf('word', word),
    takeMark: (mark) => takeIf('mark', mark),
    expectMark: (mark) => {
      if (!takeIf('mark', mark)) throw syntaxError();
    },
    syntaxError,
  };
}
