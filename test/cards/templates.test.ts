import { readdirSync, readFileSync } from 'node:fs';

import { nodes } from './walk.ts';

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
    for (const node of nodes(json, true)) {
      const words = readByPeople.map((property) => node[property]).filter((value) => typeof value === 'string');
      for (const literal of words.map((value) => value.replaceAll(/\$\{[^}]*\}/gu, ''))) expect(literal).not.toMatch(/[\p{L}:;!?]/u);
    }
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
