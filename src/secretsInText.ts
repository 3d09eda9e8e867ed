import { withoutNamedSecrets } from './namedSecrets.ts';
import { censored, greater, less, names, namesASecret, valueNames } from './secretSigns.ts';

/** What is a secret by its looks, and what is left of it. Each takes linear time: what repeats is bounded, or cannot fail after it has begun to match. */
const looks: readonly (readonly [RegExp, string])[] = [
  // A private key, with or without its end.
  [/-----BEGIN[\w+% ]{0,40}PRIVATE[\w+% ]{1,4}KEY[^]*?(?:-----END[\w+% ]{0,40}-----|$)/gu, censored],
  // A JSON web token.
  [/eyJ[\w-]{5,}(?:\.[\w-]*){0,4}/gu, censored],
  // Codes and refresh tokens of Entra, today's and older ones.
  [/(?<![\d.])(?:[01]\.A|0?AQABA)[\w-]{16,}(?:\.[\w-]*){0,4}/gu, censored],
  // Application passwords of Entra.
  [/[\w.~-]{3}\dQ~[\w.~-]{31,}/gu, censored],
  [/\b(Bearer|Basic|Negotiate)\s+[\w.~+/=-]+/giu, `$1 ${censored}`],
];

/** What an element of XML has in it, as far as its end. */
const elementOf = (named: string) => new RegExp(
  String.raw`(${less}(?:[\w.-]{1,40}:)?[\w.-]{0,40}(?:${named})[\w.-]{0,40}(?:\s[^<>]{0,200}?)?(?<!/)${greater})(?!${less}/)(?:\s{0,20}<!\[CDATA\[[^]*?(?:\]\]>|$)|[^]+?(?=${less}|$))`,
  'giu',
);
const element = elementOf(names);
const elementWithValues = elementOf(`${names}|${valueNames}`);

/** A name and password before the host of an address. */
const userOfAddress = /\b(\w{1,20}:\/\/)[^\s/?#]+@/gu;

/** A text without what looks like a secret in it. */
export function withoutSecrets(text: string): string {
  const clean = looks.reduce((left, [secret, instead]) => left.replace(secret, instead), text);
  const elements = namesASecret.test(clean) ? elementWithValues : element;
  return withoutNamedSecrets(clean.replace(elements, `$1${censored}`)).replace(userOfAddress, `$1${censored}@`);
}
