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

describe('shorten', () => {
  it('never cuts inside a character', () => {
    expect(shorten('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧…');
    expect(shorten('short', 5)).toBe('short');
  });
});
