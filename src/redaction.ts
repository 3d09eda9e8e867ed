import { censored } from './secretSigns.ts';
import { withoutSecrets } from './secretsInText.ts';

const unreadable = '[unreadable]';

/** Names of what is secret, wherever they are part of a name: `access_token`, `X-Api-Key`, `set-cookie`. */
const secretName = /token|secret|password|passwd|authori[sz]ation|cookie|credential|assertion|passphrase|(?:api|account|access|private|sealing)key|signature|proof|verifier/u;
/** Names that are secret as a whole, or under which people's and cards' words stand. */
const hiddenNames = new Set([
  'key', 'sig', 'jwt', 'pwd', 'nonce', 'claims', 'state', 'pin',
  'value', 'text', 'attachments', 'card', 'body', 'content', 'data', 'html', 'summary', 'wanted', 'headers', 'query', 'form',
]);
/** A code of an error; an authorization code is longer or mixed. */
const errorCode = /^(?:[A-Za-z_-]{1,64}|0x[0-9a-f]{1,8}|(?:AADSTS|ERR_|E-)[\w.-]{1,48}|\d{1,10}|[A-Z]+_?\d{1,6})$/iu;

const longestText = 8_000;
/** Beyond it a text is not even looked at: what it takes to match millions of characters is not there at all times. */
const longestRead = 100_000;
/** At the end of what was read, where a secret may have been cut in two and look like none. */
const dubiousEnd = 10_000;
const deepest = 6;
const mostItems = 50;

/** What an error may say of itself: libraries hang whole requests, with their headers, on theirs. */
const ofErrors = ['name', 'code', 'status', 'statusCode', 'requestId', 'clientRequestId', 'stack'] as const;
/** What Microsoft said with an error, but for its words: they are in the error's own message. */
const ofUpstream = ['service', 'status', 'code', 'requestId', 'clientRequestId'] as const;

/**
 * A copy of anything for the log: plain objects, lists, texts and numbers only, without what is secret by its name or its looks. Never
 * throws, whatever is given. Instances of classes are told by their names, since requests and answers are among them.
 */
export function forTheLog(value: unknown, depth = 0): unknown {
  try {
    return copy(value, depth);
  } catch {
    return unreadable;
  }
}

function copy(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return textForTheLog(value);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : copyObject(value, depth);
    default:
      return undefined;
  }
}

function copyObject(value: object, depth: number): unknown {
  if (depth > deepest) return '[deep]';
  if (value instanceof Error) return copyError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return textForTheLog(value.origin + value.pathname);
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => forTheLog(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `[${nameOf(prototype)}]`;
  const entries = Object.keys(value).slice(0, mostItems).map((name) => [textForTheLog(name), property(value, name, depth)] as const);
  return Object.fromEntries(entries);
}

/** Read once, and not at all where the name says enough. */
function property(value: object, name: string, depth: number): unknown {
  if (isHidden(name)) return censored;
  try {
    const found: unknown = Reflect.get(value, name);
    if (plainName(name) === 'code') return codeOf(found);
    return forTheLog(found, depth + 1);
  } catch {
    return unreadable;
  }
}

function isHidden(name: string): boolean {
  const plain = plainName(name);
  return hiddenNames.has(plain) || secretName.test(plain);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function codeOf(code: unknown): unknown {
  if (typeof code === 'number') return code;
  return typeof code === 'string' && errorCode.test(code) ? code : censored;
}

function copyError(error: Error, depth: number): unknown {
  // The dialog library wraps errors and loses their stack.
  const wrapped: unknown = 'error' in error ? error.error : undefined;
  const inner = wrapped instanceof Error ? wrapped : error;
  const upstream: unknown = Reflect.get(inner, 'upstream');
  return {
    ...picked(inner, ofErrors, depth),
    ...(typeof upstream === 'object' && upstream !== null && { upstream: picked(upstream, ofUpstream, depth) }),
    ...(inner.cause !== undefined && { cause: inner.cause instanceof Error ? forTheLog(inner.cause, depth + 1) : { name: typeof inner.cause } }),
  };
}

/** Texts and numbers under these names, whether they are the object's own or inherited. */
function picked(from: object, names: readonly string[], depth: number): Record<string, unknown> {
  const found = names.map((name) => [name, Reflect.get(from, name) as unknown] as const);
  const shown = found.filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return Object.fromEntries(shown.map(([name, value]) => [name, name === 'code' ? codeOf(value) : forTheLog(value, depth + 1)]));
}

function nameOf(prototype: unknown): string {
  const constructor: unknown = typeof prototype === 'object' && prototype !== null ? Reflect.get(prototype, 'constructor') : undefined;
  return typeof constructor === 'function' && constructor.name ? textForTheLog(constructor.name) : 'object';
}

/** A text without what looks like a secret in it, and not longer than a log can bear; cut last, as half a secret looks like none. */
export function textForTheLog(text: string): string {
  const isCut = text.length > longestRead;
  const clean = withoutSecrets(text.slice(0, longestRead));
  const sure = isCut && !clean.endsWith(censored) ? clean.slice(0, -dubiousEnd) : clean;
  return isCut || sure.length > longestText ? `${sure.slice(0, longestText)}…` : sure;
}
