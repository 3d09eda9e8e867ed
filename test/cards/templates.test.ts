import { readdirSync, readFileSync } from 'node:fs';

import { type Node, nodes, strings } from './walk.ts';

const folder = new URL('../../src/cards/templates/', `file://${__filename}`);
const templates = readdirSync(folder).map((name) => ({ name, json: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as unknown }));

/** Elements of Adaptive Cards 1.5; whatever else stands in a template is Teams' own. */
const standard = ['AdaptiveCard', 'TextBlock', 'RichTextBlock', 'TextRun', 'Container', 'ColumnSet', 'Column', 'FactSet', 'ActionSet', 'Action.Execute', 'Action.Submit', 'Input.Text', 'Input.ChoiceSet', 'Input.Toggle'];
const readByPeople = ['text', 'title', 'label', 'placeholder', 'errorMessage', 'tooltip', 'fallbackText', 'altText'];

describe.each(templates)('the template $name', ({ json }) => {
  it('has a fallback for whatever only Teams draws', () => {
    const teamsOnly = nodes(json).filter(({ type }) => typeof type === 'string' && !standard.includes(type));
    for (const element of teamsOnly) expect(element).toHaveProperty('fallback');
  });

  it('holds no sentence of its own', () => {
    expect(sentencesIn(json)).toEqual([]);
  });
});

describe('a sentence in a template would be noticed', () => {
  it.each<[string, object]>([
    ['as text', { type: 'TextBlock', text: 'Hello' }],
    ['around a value', { type: 'TextBlock', text: '${name}: ready' }],
    ['in an expression', { type: 'TextBlock', text: "${if(isKnown, 'Dear reader', name)}" }],
    ['in an expression with double quotes', { type: 'TextBlock', text: '${if(isKnown, "Hello", name)}' }],
    ['in an expression with braces', { type: 'TextBlock', text: "${if(isKnown, concat('{', 'Hello'), name)}" }],
    ['as the value of a fact', { type: 'FactSet', facts: [{ title: '${title}', value: 'Microsoft' }] }],
    ['as the value of an input', { type: 'Input.Text', value: 'Marketplace Lead Writer' }],
    ['as a run of text', { type: 'RichTextBlock', inlines: ['Please wait'] }],
  ])('%s', (_where, element) => {
    expect(sentencesIn([element])).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['a value', { type: 'TextBlock', text: '${words.heading}', $when: '${hasText}' }],
    ['what an input sends', { type: 'Input.Toggle', title: '${title}', value: 'true', valueOn: 'yes' }],
    ['a mark', { type: 'TextBlock', text: '• ${text}', color: "${if(isGood, 'Good', 'Attention')}" }],
  ])('but not %s', (_what, element) => {
    expect(sentencesIn([element])).toEqual([]);
  });
});

describe('the gallery', () => {
  const sources = new URL('../../src/cards/', `file://${__filename}`);
  const code = readdirSync(sources).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(new URL(name, sources), 'utf8')).join('\n');
  /** What the cards themselves are made with. */
  const tools = ['bindCard', 'plainCard'];
  const cards = Array.from(code.matchAll(/^export function (\w+)\b.*\): AdaptiveCard \{/gmu), ([, name = '']) => name).filter((name) => !tools.includes(name));
  const shown = ['gallery.ts', 'askExhibits.ts'].map((name) => readFileSync(new URL(name, `file://${__filename}`), 'utf8')).join('\n');

  it.each(cards)('shows what %s makes', (name) => {
    expect(shown).toContain(`card: ${name}(`);
  });

  it('has more than a few', () => {
    expect(cards).toEqual(expect.arrayContaining(['setupCard', 'welcomeCard', 'questionCard', 'revealTaskCard']));
  });
});

/** Words in a place that people read, or two words side by side anywhere. */
function sentencesIn(json: unknown): string[] {
  const read = nodes(json, true).flatMap((node) => [...readByPeople.map((property) => node[property]), ...factsOf(node)]).filter((value) => typeof value === 'string');
  const ofPeople = read.filter((text) => /[\p{L}:;!?]/u.test(literalsIn(text)));
  const anywhere = strings(json).filter((text) => /\p{L}{2,} \p{L}/u.test(literalsIn(text)));
  return [...new Set([...ofPeople, ...anywhere])];
}

function factsOf({ facts }: Node): unknown[] {
  return nodes(facts).map(({ value }) => value);
}

/** What a template says itself: what stands outside its expressions, and the quoted texts inside them. */
function literalsIn(template: string): string {
  return template.replaceAll(/\$\{((?:'[^']*'|"[^"]*"|[^}'"])*)\}/gu, (_whole, expression: string) =>
    Array.from(expression.matchAll(/'([^']*)'|"([^"]*)"/gu), ({ 1: single, 2: double }) => single ?? double ?? '').join(' | '),
  );
}
