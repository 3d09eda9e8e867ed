// The package's main types pull in TypeScript source that this project's settings refuse; the engine is all that is needed.
import { Template } from 'adaptivecards-templating/lib/template-engine.js';

export type CardElement = Readonly<Record<string, unknown>>;
export type CardAction = Readonly<Record<string, unknown>>;

/** A finished Adaptive Card: plain JSON, ready to be sent. */
export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly body: readonly CardElement[];
  readonly [property: string]: unknown;
}

const prepared = new WeakMap<object, Template>();

/** Fills a template of a whole card. Data is shown as it is: `${…}` inside data is not evaluated. */
export function bindCard(template: object, data: object): AdaptiveCard {
  return prepare(template).expand({ $root: data });
}

/** Fills a template that is a list of elements. */
export function bindElements(template: object, data: object): CardElement[] {
  return prepare(template).expand({ $root: data });
}

export function bindCardAction(template: object, data: object): CardAction {
  return prepare(template).expand({ $root: data });
}

/** Templates are parsed once. */
function prepare(template: object): Template {
  const known = prepared.get(template) ?? new Template(template);
  prepared.set(template, known);
  return known;
}
