import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Request, Response } from 'restify';

import { oneLine } from '../../cards/escape.ts';
import { createTranslator, languageOf, spokenLocale, type Translate } from '../../locales/index.ts';
import { languages } from '../../locales/written.ts';
import { say, type Sentence } from '../../setup/sentence.ts';

/** A page for a person's browser: what has happened, and what to do next in Teams. */
export interface Page {
  readonly status: number;
  readonly title: Sentence;
  readonly texts: readonly Sentence[];
  /** Six digits, shown large. */
  readonly code?: string;
  /** What nobody should read over. */
  readonly warning?: Sentence;
  /** Ties what the person sees to the log. */
  readonly errorId?: string;
}

const template = readFileSync(new URL('page.html', import.meta.url), 'utf8');
const style = readFileSync(new URL('page.css', import.meta.url), 'utf8');

/** Nothing is loaded, framed, sent or run; only the page's own style is applied. */
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** What every answer to a browser carries: it is kept nowhere, and its address is told to nobody. */
export const privately = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex',
} as const;

/** Answers a browser, in the language that it prefers among those that are written. */
export function sendPage(request: Request, response: Response, page: Page, more: Record<string, string> = {}): void {
  const locale = acceptedLocale(request.headers['accept-language']);
  response.sendRaw(page.status, request.method === 'HEAD' ? '' : pageText(page, locale), {
    ...privately,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Language': languageOf(locale),
    'Content-Security-Policy': contentSecurityPolicy,
    Vary: 'Accept-Language',
    ...more,
  });
}

export function pageText(page: Page, locale: string): string {
  const t = createTranslator(locale);
  const parts = { lang: languageOf(locale), title: escapeHtml(t(page.title)), style, content: contentOf(page, t) };
  return template.replaceAll(/\{\{(lang|title|style|content)\}\}/gu, (_mark, name: keyof typeof parts) => parts[name]);
}

function contentOf({ texts, code, warning, errorId }: Page, t: Translate): string {
  return [
    ...(code === undefined ? [] : [paragraph('code', code)]),
    ...texts.map((sentence) => `<p>${escapeHtml(t(sentence))}</p>`),
    ...(warning ? [paragraph('warning', t(warning))] : []),
    ...(errorId === undefined ? [] : [paragraph('mark', t(say('page.errorId', { errorId })))]),
  ].join('\n');
}

function paragraph(name: string, text: string): string {
  return `<p class="${name}">${escapeHtml(text)}</p>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/gu, (character) => entities[character] ?? '');
}

const longestHeader = 500;

/** RFC 9110, section 12.5.4. */
export function acceptedLocale(header: string | undefined): string {
  const wanted = (header ?? '').slice(0, longestHeader).split(',').map((range) => {
    const [tag = '', quality = ''] = range.trim().split(/\s*;\s*q=/iu);
    return { tag, quality: quality === '' ? 1 : Number(quality) };
  });
  const spoken = wanted.filter(({ tag, quality }) => quality > 0 && languages.includes(languageOf(tag.toLowerCase())));
  return spokenLocale(spoken.toSorted((one, other) => other.quality - one.quality)[0]?.tag ?? 'en');
}
