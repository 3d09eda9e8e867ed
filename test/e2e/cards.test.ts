import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';

import { languages } from '../../src/locales/written.ts';
import { markdownToHtml } from '../cards/drawn/markdown.ts';
import { type ThemeName, themes } from '../cards/drawn/themes.ts';
import { gallery } from '../cards/gallery.ts';
import { realisticTexts, shortTexts } from '../cards/runs.ts';
import { openBrowser } from './playground.ts';

jest.setTimeout(120_000);

const { resolve } = createRequire(__filename);
const scripts = [resolve('adaptivecards/dist/adaptivecards.min.js'), resolve('axe-core/axe.min.js'), join(__dirname, '../cards/drawn/draw.js')];

const drawn = languages.flatMap((language) =>
  Object.entries({ shortTexts, realisticTexts }).flatMap(([texts, values]) => gallery(values, language).map(({ name, card }) => ({ name: `${name}, ${language}, ${texts}`, card }))),
);
/** Cards that hold none of the texts are the same with others; cards that differ in a number only look the same. */
const exhibits = [...new Map(drawn.map((exhibit) => [JSON.stringify(exhibit.card).replaceAll(/\d/gu, '0'), exhibit])).values()];

/** `npm run test:cards` looks at every card in every look; `npm test` at a sixth in each, another sixth in the next. */
const isWhole = process.env['CARDS'] === 'all';
const sampled = (part: number) => (isWhole ? exhibits : exhibits.filter((_, index) => index % 6 === part));

/** All of axe's rules but `region`, which is about a page around its content; a card is a part of Teams' page. */
const everyRule: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  rules: { region: { enabled: false }, 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

/** What the theme may change, and what the width may: asked again where that differs. Everything else is asked once, as it takes its time. */
const rulesOfTheme: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }, resultTypes: ['violations'] };
const rulesOfWidth: RunOptions = { runOnly: { type: 'rule', values: ['scrollable-region-focusable', 'target-size'] }, resultTypes: ['violations'] };

interface Violation {
  readonly card: string;
  readonly rule: string;
  readonly html: string;
  readonly text: string;
  readonly contrast?: number;
}

interface Findings {
  readonly cut: readonly string[];
  readonly violations: readonly Violation[];
}

describe('Drawn as in Teams, every card', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.each([
    { theme: 'light', width: 320, options: everyRule, number: 0 },
    { theme: 'dark', width: 320, options: rulesOfTheme, number: 1 },
    { theme: 'light', width: 600, options: rulesOfWidth, number: 2 },
    { theme: 'dark', width: 600, options: rulesOfWidth, number: 0 },
  ] as const)('is whole and accessible, $theme, $width pixels wide', async ({ theme, width, options, number }) => {
    const page = await browser.newPage({ viewport: { width, height: 1000 } });
    await prepare(page, theme);
    const { cut, violations } = await look(page, theme, { options, cards: sampled(number) });
    await page.close();

    expect(cut).toEqual([]);
    expect(violations.filter((violation) => !isMark(violation))).toEqual([]);
  });

  test('is not called whole or accessible when it is not', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 1000 } });
    await prepare(page, 'light');
    const body = [
      { type: 'TextBlock', text: 'W'.repeat(80) },
      { type: 'Input.Text', id: 'unlabelled' },
      { type: 'TextBlock', text: 'Hardly to be seen', color: 'Light', isSubtle: true },
    ];
    const { cut, violations } = await look(page, 'light', { options: everyRule, cards: [{ name: 'bad', card: { type: 'AdaptiveCard', version: '1.5', body } }] });
    await page.close();

    expect(cut).toContainEqual(expect.stringMatching(/^bad: .*WWW/u));
    expect(violations.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['label', 'color-contrast']));
  });
});

/**
 * ✓ ! ✗ and their like are pictures drawn as text, with their words beside them: of a picture WCAG asks a contrast of 3 (1.4.11), which
 * axe cannot know.
 */
function isMark({ rule, text, contrast = 0 }: Violation): boolean {
  return rule === 'color-contrast' && /^[✓●◔✗○!]$/u.test(text) && contrast >= 3;
}

async function prepare(page: Page, theme: ThemeName): Promise<void> {
  await page.setContent(`<html lang="en"><title>Cards</title><style>body { margin: 0 } ${themes[theme].css}</style><main class="theme-${theme}"></main></html>`);
  for (const path of scripts) await page.addScriptTag({ content: readFileSync(path, 'utf8') });
}

/** Everything is unfolded. Several cards are checked at once, since most of what axe does it does once a run. */
async function look(page: Page, theme: ThemeName, { options, cards }: { options: RunOptions; cards: readonly { name: string; card: object }[] }): Promise<Findings> {
  const given = JSON.stringify({ cards, hostConfig: themes[theme].hostConfig, options });
  return page.evaluate(`checkCards(${given}, ${markdownToHtml.toString()})`);
}
