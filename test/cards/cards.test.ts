import { z } from 'zod';

import { languages } from '../../src/locales/written.ts';
import { verbSchema } from '../../src/setup/commands/command.ts';
import { pathSchema, stepIdSchema } from '../../src/setup/run.ts';
import { gallery } from './gallery.ts';
import { complaintsAbout } from './parse.ts';
import { longTexts, realisticTexts, secret, shortTexts } from './runs.ts';
import { actionsOf, inputsOf, isNode, nodes } from './walk.ts';

const longestCard = 25 * 1024;

/** What a button may send; `msteams` asks Teams to open a task module. */
const buttonData = z.strictObject({
  verb: verbSchema,
  runId: z.string(),
  stepId: stepIdSchema.optional(),
  planHash: z.string().optional(),
  shownHash: z.string().optional(),
  environment: z.url().optional(),
  path: pathSchema.optional(),
  objectId: z.string().optional(),
  about: z.literal('partnerCenter').optional(),
  wanted: z.string().min(1).optional(),
  lockRunId: z.string().optional(),
  format: z.enum(['csv', 'json']).optional(),
  confirmed: z.literal(true).optional(),
  msteams: z.strictObject({ type: z.literal('task/fetch') }).optional(),
});

const exhibits = languages.flatMap((language) => [
  ...gallery(shortTexts, language).map((exhibit) => ({ ...exhibit, language, name: `${exhibit.name}, ${language}, short` })),
  ...gallery(realisticTexts, language).map((exhibit) => ({ ...exhibit, language, name: `${exhibit.name}, ${language}, realistic` })),
  ...gallery(longTexts, language).map((exhibit) => ({ ...exhibit, language, name: `${exhibit.name}, ${language}, long` })),
]);

/** Each is looked at on every card: a test apiece for each of the thousand cards would take most of its time to begin and end. */
const checks: Readonly<Record<string, (exhibit: (typeof exhibits)[number]) => void>> = {
  'is a valid Adaptive Card 1.5': ({ language, card }) => {
    expect(complaintsAbout(card, 'ProgressBar')).toEqual([]);
    expect(card.version).toBe('1.5');
    expect(card).toMatchObject({ lang: language });
  },

  'is small': ({ card }) => {
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(longestCard);
  },

  'has nothing left unbound, and takes nothing from its data as a template': ({ name, card }) => {
    const json = name.endsWith('long') ? JSON.stringify(card).replaceAll('${runId}', '') : JSON.stringify(card);
    expect(json).not.toMatch(/\$\{/u);
    expect(JSON.stringify(card)).not.toMatch(/\b(?:undefined|null)\b/u);
  },

  'has every value that its sentences name': ({ card }) => {
    const texts = nodes(card, true).flatMap(({ text, title, label }) => [text, title, label]);
    expect(texts.filter((text) => typeof text === 'string' && /(?:^|\s)…|\{\{[a-z]/u.test(text))).toEqual([]);
  },

  'has at most six buttons, each with a short title of its own': ({ card }) => {
    const titles = actionsOf(card).map(({ title }) => String(title));
    expect(titles.length).toBeLessThanOrEqual(6);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.filter((title) => title.length === 0 || title.length > 50)).toEqual([]);
  },

  'has at most one main button in sight': ({ card }) => {
    expect(actionsOf(card).filter(({ style }) => style === 'positive').length).toBeLessThanOrEqual(1);
  },

  'sends what was agreed, with a fallback that sends the same': ({ card }) => {
    for (const action of actionsOf(card).filter(({ type }) => type === 'Action.Execute' || type === 'Action.Submit')) {
      const { data, verb, type, fallback } = action;
      const sent = buttonData.extend(isStart(data) ? { runId: z.undefined().optional() } : {}).parse(data);
      if (type === 'Action.Submit') continue;
      expect(verb).toBe(sent.verb);
      expect(fallback).toMatchObject({ type: 'Action.Submit', title: action['title'], data, associatedInputs: action['associatedInputs'] });
    }
  },

  'labels every input, and says what is wrong with a required one': ({ card }) => {
    for (const { label } of inputsOf(card)) expect(label).toEqual(expect.stringMatching(/\w/u));
    for (const { errorMessage } of inputsOf(card).filter(({ isRequired }) => isRequired)) {
      expect(errorMessage).toEqual(expect.stringMatching(/\w/u));
    }
  },

  'asks for addresses, names and choices, and for nothing that only one person knows': ({ card }) => {
    const asked = inputsOf(card).filter(({ type }) => type === 'Input.Text').map(({ id }) => String(id));
    expect(asked.filter((id) => !['address', 'adoptedName', 'appId', 'displayName', 'email', 'userName', 'vault', 'vaultSecret', 'wanted'].includes(id))).toEqual([]);
    expect(inputsOf(card).filter(({ style }) => String(style).toLowerCase() === 'password')).toEqual([]);
  },

  'toggles only what is on it': ({ card }) => {
    const ids = nodes(card).map(({ id }) => id);
    const targets = actionsOf(card).flatMap(({ targetElements }) => (Array.isArray(targetElements) ? targetElements : []));
    expect(ids).toEqual(expect.arrayContaining(targets));
    const named = ids.filter((id) => id !== undefined);
    expect(new Set(named).size).toBe(named.length);
  },

  'wraps its text': ({ card }) => {
    const long = nodes(card, true).filter(({ type, text }) => type === 'TextBlock' && String(text).length > 24);
    expect(long.filter(({ wrap }) => wrap !== true)).toEqual([]);
  },

  'has something readable in place of what only Teams draws': ({ card }) => {
    const bars = nodes(card).filter(({ type }) => type === 'ProgressBar');
    for (const { fallback } of bars.filter(({ value }) => value === undefined)) expect(fallback).toBe('drop');
    for (const { fallback } of bars.filter(({ value }) => value !== undefined)) {
      expect(fallback).toMatchObject({ type: 'TextBlock', text: expect.stringMatching(/\d+\s?%$/u) });
    }
  },

  'holds the key only when it was given it to show': ({ card, showsSecret = false }) => {
    expect(JSON.stringify(card).includes(secret)).toBe(showsSecret);
    expect(JSON.stringify(actionsOf(card))).not.toContain(secret);
    expect(JSON.stringify(inputsOf(card))).not.toContain(secret);
  },
};

test.each(Object.entries(checks))('every card %s', (_what, check) => {
  expect(exhibits.flatMap((exhibit) => complaintOf(exhibit, check))).toEqual([]);
});

/** With the card's name, so that every one that fails is told at once. */
function complaintOf(exhibit: (typeof exhibits)[number], check: (exhibit: (typeof exhibits)[number]) => void): string[] {
  try {
    check(exhibit);
    return [];
  } catch (error) {
    return [`${exhibit.name}: ${String(error)}`];
  }
}

function isStart(data: unknown): boolean {
  return isNode(data) && data['verb'] === 'start';
}
