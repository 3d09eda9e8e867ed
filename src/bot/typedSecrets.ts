import type { Activity } from 'botbuilder';

/** A key of an Entra application, as secret scanners know it: three characters, a digit, `Q~`, the rest. */
const entraKey = /[\w~.-]{3}\dQ~[\w~.-]{31,34}/u;
/** 32 bytes in base64, as a sealing key is. */
const bytesInBase64 = /(?<![\w+/])[A-Za-z0-9+/]{43}=(?!=)/u;

/** Whether a person has written something that looks like a key, in a message or in a field of a card; `isKnown`: or is one that is known here. */
export function hasTypedSecret({ text, value }: Pick<Activity, 'text' | 'value'>, isKnown: (text: string) => boolean): boolean {
  return [...textsIn(text), ...textsIn(value)].some((one) => entraKey.test(one) || bytesInBase64.test(one) || isKnown(one));
}

/** Every text, however deep; names of fields are ours. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
