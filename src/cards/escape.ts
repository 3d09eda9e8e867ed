const markdown = /[\\`*[\]<>~]/gu;
/** Underscores inside a word are text in every Markdown; escaping them too would only litter names. */
const edgeUnderscore = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** Turns of writing direction, and everything that is not meant to be seen. */
const invisible = /[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** Text from people or from Microsoft, so that a TextBlock shows it as it is: no emphasis, link, list, date macro or second line. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(markdown, '\\$&')
    .replace(edgeUnderscore, '\\_')
    .replaceAll('{{', '\\{\\{')
    .replace(/^([-+#])/u, '\\$1')
    .replace(/^(\d+)([.)])/u, '$1\\$2');
}

/** The same text for places that know no Markdown: a button, a label, a choice. A no-break space stays one: times and percentages have them. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, (space) => (/^[\u00a0\u202f]$/u.test(space) ? space : ' ')).replace(invisible, '').trim();
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts between characters as people see them. */
export function shorten(text: string, longest: number): string {
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('').trimEnd()}…`;
}
