import { between, blank, censored, closing, colon, names, namesASecret, opening, quote, saidNames, shortNames, valueNames } from './secretSigns.ts';

/** Names, and what may stand between one and its value: `user[password]=`, `"password" :`. */
const after = String.raw`(?:(?:\[|%5B)?\w{0,20}(?:\]|%5D))?(?<named>${quote})?${between}(?:[bfru]{1,2}(?=["']))?`;
const ending = '(?:[-_ ]?(?:value|text)|[0-9]{1,3})?';
interface Heads {
  readonly any: RegExp;
  readonly said: RegExp;
}
const headsOf = (more: string): Heads => ({
  any: new RegExp(String.raw`(?:(?<long>(?:${names}${more})(?: (?:value|text)|[\w-]{0,40}))|${shortNames})${after}`, 'giu'),
  said: new RegExp(`(?:${saidNames}${more})${ending}${blank}{0,40}${colon}`, 'iuy'),
});
const heads = headsOf('');
const headsWithValues = headsOf(`|${valueNames}`);
/** A header is secret to the end of its line, whatever stands in it. */
const header = /^(?:cookie|authori[sz]ation)(?![\w-])/iu;

const opened = new RegExp(`(?<quote>${quote})|${opening}`, 'iuy');
const mark = new RegExp(`(?<quote>${quote})|(?<opening>${opening})|${closing}`, 'giu');
/** Nothing, or the end of whatever a value in brackets stands in. */
const nothingMore = new RegExp(String.raw`${blank}{0,8}(?:$|[\r\n,;&)]|%(?:25){0,3}(?:0A|0D|2C|3B|26)|\\{1,15}[nr]|${quote}|${closing})`, 'iuy');

const line = /[^\r\n]+/uy;
/** A quote in the midst of a word is a part of the password. Lazy, as a greedy choice remembers each character of it. */
const field = /(?![&<>;,}\r\n]|["'](?!\w))[^]+?(?=[&<>;,}\r\n]|["'](?!\w)|$)/uy;
const word = /[^&\s"'<>;,}]+/uy;
const number = /[^\s"'<>;,}\]&]+/uy;

/**
 * A text without the values of what has the name of a secret: in quotes, in brackets, or as they are. In linear time for any text: a name and what follows it
 * is of bounded length, and what was read as a value is not read again.
 */
export function withoutNamedSecrets(text: string): string {
  const { any, said } = namesASecret.test(text) ? headsWithValues : heads;
  let [clean, from] = ['', 0];
  any.lastIndex = 0;
  for (let head = any.exec(text); head; head = any.exec(text)) {
    const at = head.index + head[0].length;
    const plain = plainValue(head, matchedAt(said, text, head.index) !== undefined);
    const value = endOfValue(text, at, plain);
    if (value === undefined) any.lastIndex = head.index + 1;
    else {
      clean += text.slice(from, value.from) + censored;
      from = any.lastIndex = value.to;
    }
  }
  return clean + text.slice(from);
}

/** How far a value goes that stands neither in quotes nor in brackets; `undefined` where such a thing is no secret. */
function plainValue({ 0: whole, groups }: RegExpExecArray, isSaid: boolean): RegExp | undefined {
  const isColon = !/=|%(?:25)*3D|u003d|&#?\w{0,6};|>/iu.test(whole);
  if (groups?.['named']) return groups['long'] === undefined ? undefined : number;
  if (header.test(whole) || (isColon && isSaid)) return line;
  if (isColon) return undefined;
  return groups?.['long'] === undefined ? word : field;
}

function endOfValue(text: string, at: number, plain: RegExp | undefined): { from: number; to: number } | undefined {
  const start = text.startsWith(censored, at) ? undefined : matchedAt(opened, text, at);
  if (start?.groups?.['quote']) return { from: at + start[0].length, to: endOfQuoted(text, at + start[0].length, start[0]) };
  const inside = start ? endOfGroup(text, at + start[0].length) : at;
  if (start && (plain === undefined || plain === number || matchedAt(nothingMore, text, inside))) return { from: at, to: inside };
  const rest = plain && matchedAt(plain, text, inside);
  return rest || start ? { from: at, to: inside + (rest?.[0].length ?? 0) } : undefined;
}

/** Where the quote stands that ends what `quoted` began, else the end of the text. Twice the same is one inside. */
function endOfQuoted(text: string, at: number, quoted: string): number {
  mark.lastIndex = at;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    if (!isSame(found[0], quoted)) continue;
    if (!isSame(text.slice(mark.lastIndex, mark.lastIndex + quoted.length), quoted)) return found.index;
    mark.lastIndex += quoted.length;
  }
  return text.length;
}

/** Behind the bracket that closes the one before `at`, else the end of the text. */
function endOfGroup(text: string, at: number): number {
  mark.lastIndex = at;
  for (let depth = 1; depth > 0;) {
    const found = mark.exec(text);
    if (!found) return text.length;
    if (found.groups?.['quote']) mark.lastIndex = endOfQuoted(text, mark.lastIndex, found[0]) + found[0].length;
    else depth += found.groups?.['opening'] ? 1 : -1;
  }
  return mark.lastIndex;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function matchedAt(sticky: RegExp, text: string, at: number): RegExpExecArray | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text) ?? undefined;
}
