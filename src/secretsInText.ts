/** What stands in the place of something that nobody may read in a log. */
export const censored = '[hidden]';

/** Names of what is secret, as a part of a longer name too: `client_secret`, `x-api-key`, `AccountKey`. */
const names =
  String.raw`token|secret|passw(?:or)?d|passphrase|mot\sde\spasse|assertion|signature|verifier|credential|authori[sz]ation|cookie|` +
  '(?:api|account|access|shared|primary|secondary|subscription|function|master|private|sealing|signing|encryption)s?[-_ ]?key';
/** Names that are secret as a whole only. A SAS signature is `sig`. */
const shortNames = String.raw`(?<![a-z\d])(?:code|state|claims|nonce|sig|pwd|key)`;
/** The names that a sentence may put before a colon; an error's code before its message is no such name. */
const saidNames = String.raw`(?:(?<![a-z])|access[-_ ]?|refresh[-_ ]?|id[-_ ]?|sas[-_ ]?)token|${names.replace('token|', '')}|(?<![a-z\d])pwd`;
/** As in JSON inside JSON, however often it was escaped, and in addresses and pages. */
const quote = String.raw`(?:\\{0,15}(?:["'\x60]|u0022)|%22|&(?:quot|#34|#x22);)`;

const pattern = (source: string) => new RegExp(source, 'giu');

/**
 * What may be a secret inside a text, and what is left of it; in this order. Each takes linear time for any text: what repeats is bounded, or cannot fail
 * after it has begun to match.
 */
const secrets: readonly (readonly [RegExp, string])[] = [
  // A private key, with or without its end.
  [/-----BEGIN[\w+% ]{0,40}PRIVATE[\w+% ]{1,4}KEY[^]*?(?:-----END[\w+% ]{0,40}-----|$)/gu, censored],
  // A JSON web token.
  [/eyJ[\w-]{5,}(?:\.[\w-]*){0,4}/gu, censored],
  // Codes and refresh tokens of Entra, today's and older ones.
  [/(?<![\d.])(?:[01]\.A|0?AQABA)[\w-]{16,}(?:\.[\w-]*){0,4}/gu, censored],
  // Application passwords of Entra.
  [/[\w.~-]{3}\dQ~[\w.~-]{31,}/gu, censored],
  [/\b(Bearer|Basic|Negotiate)\s+[\w.~+/=-]+/giu, `$1 ${censored}`],
  // A value in quotes, up to the quote that ends it, else to the end of the text.
  [pattern(String.raw`(?<head>(?:(?:${names})[\w-]{0,40}|${shortNames})${quote}?\s{0,4}(?:=|:|%3D|%3A)\s{0,4})(?<open>${quote})[^]*?(?<close>(?<!\\)\k<open>|$)`), `$<head>$<open>${censored}$<close>`],
  // What an element of XML has in it, as far as its end.
  [pattern(String.raw`(<(?:[\w.-]{1,40}:)?[\w.-]{0,40}(?:${names})[\w.-]{0,40}(?:\s[^<>]{0,200})?(?<!/)>)(?!</)(?:\s{0,20}<!\[CDATA\[[^]*?(?:\]\]>|$)|[^<]+)`), `$1${censored}`],
  // A header, to the end of its line.
  [/((?:cookie|authori[sz]ation)\s{0,4}[:=]\s{0,4})[^\r\n]+/giu, `$1${censored}`],
  // In a sentence or a list, to the end of the line: a password may have blanks and anything else in it.
  [pattern(String.raw`((?:${saidNames})(?:[-_ ]?(?:value|text)|\d{1,3})?\s{0,4}:(?!\s{0,4}${quote}))[^\r\n]+`), `$1 ${censored}`],
  // In forms, connection strings and addresses.
  [pattern(String.raw`((?:${names})[\w-]{0,40}\s{0,4}(?:=|%3D)\s{0,4})[^&"'<>;,}\r\n]+`), `$1${censored}`],
  [pattern(String.raw`(${shortNames}\s{0,4}(?:=|%3D)\s{0,4})[^&\s"'<>;,}]+`), `$1${censored}`],
  // A name and password before the host of an address.
  [/\b(\w{1,20}:\/\/)[^\s/?#]+@/gu, `$1${censored}@`],
];

/** A text without what looks like a secret in it. */
export function withoutSecrets(text: string): string {
  return secrets.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text);
}
