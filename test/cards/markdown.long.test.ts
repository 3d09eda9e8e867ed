import { languages } from '../../src/locales/written.ts';
import { markdownToHtml } from './drawn/markdown.ts';
import { gallery } from './gallery.ts';
import { longTexts, type Texts } from './runs.ts';
import { type Node, nodes } from './walk.ts';

const constructs = 'Q7 &#955; *b* _i_ [l](https://evil.example) **B** __U__ `c` ~~s~~ <u>h</u> \\ {{DATE(2026-11-22T14:00:00Z)}} | end *';
/** As long as the shortest place leaves it: a button. */
const kept = 30;
/** What a line may begin with that Markdown understands. */
const beginnings = ['', '# ', '- ', '+ ', '1. ', '2) ', '> ', '*', '_'];

describe('what Teams makes of Markdown', () => {
  it.each([
    ['**a** and *b*', '<p><strong>a</strong> and <em>b</em></p>'],
    ['[t](https://contoso.com/a_b_c)', '<p><a href="https://contoso.com/a_b_c">t</a></p>'],
    ['&#955; \\&#955;', '<p>λ &amp;#955;</p>'],
    ['- one', '<ul><li>one</li></ul>'],
    ['1. one', '<ol><li>one</li></ol>'],
    ['\\*a\\* \\[b\\](c) <i>', '<p>*a* [b](c) &lt;i&gt;</p>'],
  ])('%j', (markdown, html) => {
    expect(markdownToHtml(markdown)).toBe(html);
  });
});

/** Escaping knows no language: each beginning is looked at in one of them, in turn. */
const looks = beginnings.map((beginning, index) => ({ beginning, language: languages[index % languages.length] ?? 'en' }));
const harmless = new Map(languages.map((language) => [language, drawn(eachNode(textsOf('Harmless'), language))]));

describe.each(looks)('text of people and of Microsoft that begins with $beginning, in $language', ({ beginning, language }) => {
  const probe = `${beginning}${constructs}`;
  const nodesOfAll = eachNode(textsOf(probe), language);
  const probed = drawn(nodesOfAll);

  it('adds no emphasis, link, list or date to any card', () => {
    expect(probed.map(({ place, tags }) => ({ place, tags }))).toEqual(harmless.get(language)?.map(({ place, tags }) => ({ place, tags })));
    expect(probed.filter(({ markdown }) => /(?<!\\)\{\{/u.test(markdown))).toEqual([]);
  });

  it('is read as it was written, wherever it stands', () => {
    const shown = [...probed.map(({ place, text }) => ({ place, text })), ...plainTexts(nodesOfAll)].filter(({ text }) => text.includes('Q7'));
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.filter(({ text }) => !text.includes(probe.slice(0, kept).trim()))).toEqual([]);
  });
});

function textsOf(text: string): Texts {
  return Object.fromEntries(Object.keys(longTexts).map((name) => [name, text])) as unknown as Texts;
}

interface Place {
  readonly place: string;
  readonly markdown: string;
  /** What it adds to the card besides text, in order. */
  readonly tags: readonly string[];
  readonly text: string;
}

/** Every text that Teams reads as Markdown. */
function drawn(all: readonly Placed[]): Place[] {
  return all.flatMap(({ place, node }) =>
    markdownOf(node).map((markdown) => {
      const html = markdownToHtml(markdown);
      return { place, markdown, tags: html.match(/<[^>]*>/gu) ?? [], text: textOf(html) };
    }),
  );
}

function markdownOf({ type, text, facts }: Node): string[] {
  if (type === 'TextBlock') return [String(text)];
  if (type !== 'FactSet') return [];
  return (facts as { title: string; value: string }[]).flatMap(({ title, value }) => [title, value]);
}

/** Every text that is shown as it is: buttons, labels, choices, what is filled in, runs of text. */
function plainTexts(all: readonly Placed[]): { place: string; text: string }[] {
  return all.flatMap(({ place, node }) =>
    plainOf(node)
      .filter((text) => typeof text === 'string')
      .map((text) => ({ place: `${place}, ${String(node['type'])}`, text })),
  );
}

function plainOf({ type, title, value, label, text, choices }: Node): unknown[] {
  if (type === 'TextRun') return [text];
  if (type === 'Input.Text') return [label, value];
  if (type === 'Input.ChoiceSet') return [label, ...(choices as Node[]).map((choice) => choice['title'])];
  return type === 'Input.Toggle' || String(type).startsWith('Action.') ? [label, title] : [];
}

interface Placed {
  readonly place: string;
  readonly node: Node;
}

function eachNode(texts: Texts, language: string): Placed[] {
  return gallery(texts, language).flatMap(({ name, card }) => nodes(card).map((node) => ({ place: `${name}, ${language}`, node })));
}

function textOf(html: string): string {
  const signs: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
  return html.replaceAll(/<[^>]*>/gu, '').replaceAll(/&(?:amp|lt|gt|quot);/gu, (entity) => signs[entity] ?? '');
}
