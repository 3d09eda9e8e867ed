import type { Sentence } from '../setup/sentence.ts';
import { bindElements, type CardElement } from './card.ts';
import template from './templates/working.json' with { type: 'json' };
import type { Words } from './words.ts';

export interface Working {
  readonly heading: Sentence;
  readonly text: Sentence;
  /** 0–100 where it is known. */
  readonly percent?: number | undefined;
  /** Since when, and how long it usually takes. */
  readonly caption?: Sentence | undefined;
  readonly footnote?: Sentence | undefined;
  /** Waiting for the person, not for Microsoft: no progress is shown. */
  readonly isIdle?: boolean;
}

/** Something that takes its time. Teams draws a moving bar; other clients get the percentage in words. */
export function workingElements({ heading, text, percent, caption, footnote, isIdle = false }: Working, words: Words): CardElement[] {
  return bindElements(template, {
    heading: words.text(heading),
    text: words.text(text),
    isMeasured: percent !== undefined,
    isWaiting: percent === undefined && !isIdle,
    percent: Math.round(percent ?? 0),
    bar: percent === undefined ? '' : `${textBar(percent)} ${words.percent(percent)}`,
    hasCaption: caption !== undefined,
    caption: caption ? words.text(caption) : '',
    hasFootnote: footnote !== undefined,
    footnote: footnote ? words.text(footnote) : '',
  });
}

function textBar(percent: number): string {
  const full = Math.round(percent / 5);
  return '█'.repeat(full) + '░'.repeat(20 - full);
}
