import * as fc from 'fast-check';

import { escapeMarkdown, oneLine, shorten } from '../../src/cards/escape.ts';

describe('escapeMarkdown', () => {
  it.each([
    ['Contoso', 'Contoso'],
    ['*a* and **b**', '\\*a\\* and \\*\\*b\\*\\*'],
    ['_a_ but snake_case_name', '\\_a\\_ but snake_case_name'],
    ['[x](https://evil.example)', '\\[x\\](https://evil.example)'],
    ['<b>', '\\<b\\>'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['1.0.0.0', '1\\.0.0.0'],
    ['# title', '\\# title'],
    ['a\\b', 'a\\\\b'],
    ['{{TIME(2026-11-22T14:00:00Z)}}', '\\{\\{TIME(2026-11-22T14:00:00Z)}}'],
    ['Al&#8203;ex &#x202E;A&nbsp;d', 'Al\\&#8203;ex \\&#x202E;A\\&nbsp;d'],
    ['Marks & Sons; R&D', 'Marks & Sons; R&D'],
    ['two\r\nlines', 'two lines'],
    ['right\u202eleft', 'rightleft'],
  ])('%j is shown as it is', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

describe('oneLine', () => {
  it('keeps Markdown, for places that do not read it', () => {
    expect(oneLine(' a *b*\n\tc\u0000 ')).toBe('a *b* c');
  });
});

describe('what is not meant to be seen', () => {
  it.each([
    ['zero-width space and joiners between Latin letters', 'Al\u200bex\u200c A\u200dd'],
    ['marks of direction', '\u200eAl\u061cex A\u200fd'],
    ['turns of direction, isolated or not', '\u2067Al\u202eex\u2069 A\u202cd\u2066'],
    ['tags', 'Alex A\u{e0001}\u{e0041}\u{e007f}d'],
    ['variation selectors that no emoji needs', 'Al\ufe0fex A\u{e0100}d\ufe0e'],
    ['fillers that are letters by their name', '\u115f\u1160Al\u3164ex A\uffa0d'],
    ['soft hyphens, grapheme joiners and blanks of Braille', 'Al\u00adex A\u034fd\u2800'],
    ['vowel signs of Khmer and Mongolian that nobody sees', 'Al\u17b4ex A\u180ed'],
    ['annotations and invisible operators', 'Al\ufff9ex\ufffb A\u2062d'],
    ['control characters', 'Al\u0000ex A\u009bd\u001b'],
    ['joiners at the ends of an emoji', 'Alex Ad\u200d'],
  ])('%s', (_what, name) => {
    expect(oneLine(name)).toBe('Alex Ad');
    expect(escapeMarkdown(name)).toBe('Alex Ad');
  });

  it.each([
    ['a family', '👩‍👩‍👧'], ['a rainbow flag', '🏳️‍🌈'], ['a heart in colour', '❤️'], ['a doctor of a colour', '👩🏽‍⚕️'], ['a keycap', '1️⃣'],
    ['Persian with its non-joiner', 'می‌خواهم'], ['Sinhala with its joiner', 'ශ්‍රී'], ['Hindi with its joiner', 'क्‍ष'], ['Malayalam with its non-joiner', 'ന്‌മ'],
    ['Arabic’s sign of the year', '\u0601١٤٤٥'],
  ])('stays where people need it: %s', (_what, name) => {
    expect(oneLine(name)).toBe(name);
  });

  it('leaves no two names that differ in what nobody sees', () => {
    const unseen = fc.constantFrom('\u200b', '\u200c', '\u200d', '\u202e', '\u2060', '\ufe0f', '\ufeff', '\u115f', '\u3164', '\u{e0020}', '\u{e0101}', '\u0007');
    const name = fc.array(fc.oneof(unseen, fc.string({ minLength: 1, maxLength: 1 })));
    fc.assert(fc.property(name, (pieces) => {
      expect(oneLine(pieces.join(''))).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
    }));
  });
});

describe('shorten', () => {
  it('never cuts inside a character', () => {
    expect(shorten('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧…');
    expect(shorten('short', 5)).toBe('short');
  });
});
