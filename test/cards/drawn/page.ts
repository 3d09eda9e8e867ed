import { z } from 'zod';

import { languages } from '../../../src/locales/written.ts';
import type { Exhibit } from '../gallery.ts';
import { allTexts } from '../runs.ts';
import { markdownToHtml } from './markdown.ts';
import { themeNames, themes } from './themes.ts';

const widths = ['320', '600'] as const;

/** What the address of the page asks for; whatever is not understood is taken as not asked for. */
export const wantedSchema = z.object({
  language: z.enum(languages).catch('en'),
  texts: z.enum(Object.keys(allTexts) as [keyof typeof allTexts]).catch('short'),
  theme: z.enum([...themeNames, 'both']).catch('both'),
  width: z.enum([...widths, 'both']).catch('both'),
  /** The name of one card, or nothing for all. */
  card: z.string().catch(''),
});
export type Wanted = z.infer<typeof wantedSchema>;

/** The gallery: a form for what to see, a list of the cards, and each card in every look that was asked for. */
export function galleryPage(wanted: Wanted, exhibits: readonly Exhibit[]): string {
  const shown = exhibits.filter(({ name }) => wanted.card === '' || name === wanted.card);
  const looks = looksOf(wanted);
  const drawings = shown.flatMap(({ name, card }) => looks.map(({ theme, width }) => ({ id: `${name}-${theme}-${width}`, card, theme })));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cards</title>
<style>${css}${themeNames.map((name) => themes[name].css).join('')}</style>
<header>
<h1>Cards</h1>
<form>${controls(wanted, exhibits)}<button>Show</button></form>
</header>
<main>
${shown.map(({ name }) => section(name, looks)).join('\n')}
</main>
<script src="/adaptivecards.min.js"></script>
<script src="/draw.js"></script>
<script>drawGallery(${inScript(drawings)}, ${inScript(themes)}, ${markdownToHtml.toString()});</script>
</html>`;
}

function looksOf({ theme, width }: Wanted): { theme: string; width: string }[] {
  const wantedThemes = themeNames.filter((name) => theme === 'both' || theme === name);
  return wantedThemes.flatMap((name) => widths.filter((each) => width === 'both' || width === each).map((each) => ({ theme: name, width: each })));
}

function controls(wanted: Wanted, exhibits: readonly Exhibit[]): string {
  return [
    control('Language', 'language', languages, wanted.language),
    control('Texts', 'texts', Object.keys(allTexts), wanted.texts),
    control('Theme', 'theme', [...themeNames, 'both'], wanted.theme),
    control('Width', 'width', [...widths, 'both'], wanted.width),
    control('Card', 'card', ['', ...exhibits.map(({ name }) => name)], wanted.card),
  ].join('\n');
}

function control(label: string, name: string, values: readonly string[], chosen: string): string {
  const options = values.map((value) => `<option value="${value}"${value === chosen ? ' selected' : ''}>${value === '' ? 'all' : value}</option>`);
  return `<label>${label} <select name="${name}">${options.join('')}</select></label>`;
}

function section(name: string, looks: readonly { theme: string; width: string }[]): string {
  const figures = looks.map(
    ({ theme, width }) =>
      `<figure class="theme-${theme}"><figcaption>${theme}, ${width}</figcaption><div id="${name}-${theme}-${width}" style="width: ${width}px"></div></figure>`,
  );
  return `<section><h2 id="${name}"><a href="#${name}">${name}</a></h2><div class="looks">${figures.join('')}</div></section>`;
}

function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

const css = `
body { margin: 0; font: 14px 'Segoe UI', 'Liberation Sans', sans-serif; background: #fff; color: #242424; }
header { position: sticky; top: 0; z-index: 1; padding: 8px 16px; background: #fff; border-bottom: 1px solid #d1d1d1; }
h1 { display: inline; font-size: 18px; margin-right: 16px; } form { display: inline-flex; flex-wrap: wrap; gap: 12px; }
section { padding: 0 16px; scroll-margin-top: 56px; } h2 { font-size: 16px; scroll-margin-top: 56px; } h2 a { color: inherit; }
.looks { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }
figure { margin: 0; padding: 12px; } figcaption { margin-bottom: 8px; }`;
