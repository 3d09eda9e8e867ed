const markdown = /[\\`*[\]<>~]/gu;
/** A sign written by its name or number, as HTML has it: those that nobody sees, or that turn the writing, can be written so too. */
const entity = /&(?=#?[a-z0-9]{1,32};)/giu;
/** Underscores inside a word are text in every Markdown; escaping them too would only litter names. */
const edgeUnderscore = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/**
 * Turns of writing direction, tags, fillers, and everything else that is not meant to be seen, so that no two names look alike and differ. What stays is what
 * people would miss: a joiner between two emoji or inside a word of a script that shapes by it, the selector of an emoji's or keycap's looks, and Arabic's
 * and Kaithi's signs before numbers, which are seen. Not so flags of regions (written in tags; a black flag is left) and rare forms of Han and Mongolian letters.
 */
const invisible = /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]--[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]/v;
/** Writing in which a word can look or mean otherwise without a joiner: Arabic and its kin, and the scripts of India. */
const shaping = String.raw`(?:(?=[\p{L}\p{M}])[${['Arab', 'Syrc', 'Nkoo', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr'].map((script) => String.raw`\p{scx=${script}}`).join('')}])`;
const needed = [
  String.raw`(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=${shaping})[\u200c\u200d](?=${shaping})`,
  String.raw`(?<=\p{Extended_Pictographic})\ufe0f|\ufe0f(?=\u20e3)`,
].join('|');
const neededOrInvisible = new RegExp(`(${needed})|${invisible.source}`, 'gv');

/** Text from people or from Microsoft, so that a TextBlock shows it as it is: no emphasis, link, list, date macro or second line. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(markdown, '\\$&')
    .replace(entity, '\\$&')
    .replace(edgeUnderscore, '\\_')
    .replaceAll('{{', '\\{\\{')
    .replace(/^([-+#])/u, '\\$1')
    .replace(/^(\d+)([.)])/u, '$1\\$2');
}

/** The same text for places that know no Markdown: a button, a label, a choice. A no-break space stays one: times and percentages have them. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, (space) => (/^[\u00a0\u202f]$/u.test(space) ? space : ' ')).replace(neededOrInvisible, '$1').trim();
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts between characters as people see them. */
export function shorten(text: string, longest: number): string {
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('').trimEnd()}…`;
}
