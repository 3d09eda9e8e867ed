import { newPassword } from '../../../src/setup/steps/password.ts';

const names = ['marketplace-lead-writer@contoso.example', 'Marketplace Lead Writer'];
const many = Array.from({ length: 500 }, () => newPassword(names));

describe('A new password', () => {
  test('is long and of four kinds, as Entra wants it', () => {
    for (const password of many) {
      expect(password.length).toBeGreaterThanOrEqual(32);
      for (const kind of [/[a-z]/u, /[A-Z]/u, /\d/u, /[^a-zA-Z\d]/u]) expect(password).toMatch(kind);
    }
  });

  test('has nothing in it that is mistaken for something else, or that a card would change', () => {
    expect(many.join('')).not.toMatch(/[l1IO0o|*_`~<>&"'\\\s[\](){}$]/u);
  });

  test('holds no part of the account’s names', () => {
    // Names of three letters, which chance would bring about now and then.
    const letters = ['aaa', 'bab', 'cac'];
    const password = Array.from({ length: 2_000 }, () => newPassword(letters)).join('\n').toLowerCase();
    for (const name of letters) expect(password).not.toContain(name);
  });

  test('is another one each time', () => {
    expect(new Set(many).size).toBe(many.length);
  });
});
