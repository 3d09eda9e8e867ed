/** What stands in the place of something that nobody may read in a log. */
export const censored = '[hidden]';

/** Names of what is secret, as a part of a longer name too: `client_secret`, `x-api-key`, `AccountKey`. */
const unlikeTokens =
  String.raw`secret|passw(?:or)?d|passphrase|mot(?:\s|\+|%20)de(?:\s|\+|%20)passe|assertion|signature|verifier|credential|authori[sz]ation|cookie|` +
  '(?:api|account|access|shared|primary|secondary|subscription|function|master|private|sealing|signing|encryption)s?[-_ ]?key';
export const names = `token|${unlikeTokens}`;
/** Names that are secret as a whole only. A SAS signature is `sig`. */
export const shortNames = String.raw`(?<![a-z\d])(?:code|state|claims|nonce|sig|pwd|key)`;
/** The names that a sentence may put before a colon; an error's code before its message is no such name. */
export const saidNames = String.raw`(?:(?<![a-z])|(?<=access|refresh|id|sas))token|${unlikeTokens}|(?<![a-z\d])pwd`;
/** What is said of a thing whose name stands beside it: `{ "name": "password", "value": "…" }`. */
export const valueNames = String.raw`(?<![a-z\d])(?:value|val|default|content|data|text)`;
const labels = String.raw`(?<![a-z\d])(?:name|key|id|type|field|header|param|parameter|property|label|variable)`;

/** As it is, or encoded for an address, however often. */
const encoded = (hex: string) => `%(?:25){0,3}(?:${hex})`;
/** As in JSON inside JSON, however often it was escaped, and in addresses and pages. */
export const quote = String.raw`(?:\\|${encoded('5C')}){0,15}(?:["'\x60]|u002[27]|${encoded('22|27|60')}|&(?:quot|apos|#3[49]|#x2[27]);)`;
export const blank = String.raw`(?:\s|\+|${encoded('20|09|0A|0D')}|\\{1,15}[nrt]|&nbsp;)`;
export const opening = String.raw`(?:[[{]|${encoded('5B|7B')})`;
export const closing = String.raw`(?:[\]}]|${encoded('5D|7D')})`;
export const less = String.raw`(?:<|${encoded('3C')}|\\{1,15}u003c|&(?:lt|#60|#x3c);)`;
export const greater = String.raw`(?:>|${encoded('3E')}|\\{1,15}u003e|&(?:gt|#62|#x3e);)`;
export const colon = String.raw`(?::|${encoded('3A')}|&(?:colon|#58|#x3a);)`;
const equals = String.raw`(?:=|${encoded('3D')}|\\{1,15}u003d|&(?:equals|#61|#x3d);)`;
/** Between a name and its value; `password => 'x'` too. */
export const between = String.raw`${blank}{0,40}(?:${colon}${equals}?|${equals}{1,3}${greater}?|-${greater})${blank}{0,40}`;

/** A text that gives the name of a secret as the value of something else. */
export const namesASecret = new RegExp(`${labels}${quote}?${between}${quote}?[\\w.-]{0,40}(?:${names})`, 'iu');
