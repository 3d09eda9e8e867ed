import { randomInt } from 'node:crypto';

/** Four kinds of characters, without those that are mistaken for others, and without what Markdown, XML or a shell would change. */
const kinds = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '!#%+=?@-'];
const length = 32;

/**
 * A password that Entra takes: 32 characters of four kinds, some 190 bits, with none of these names in it.
 *
 * @param names of the account; parts of less than three letters do not count
 */
export function newPassword(names: readonly string[]): string {
  for (;;) {
    const password = Array.from({ length }, () => oneOf(kinds.join(''))).join('');
    if (hasEveryKind(password) && !partsOf(names).some((part) => password.toLowerCase().includes(part))) return password;
  }
}

function oneOf(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function hasEveryKind(password: string): boolean {
  return kinds.every((kind) => new RegExp(`[${kind}]`, 'u').test(password));
}

function partsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length >= 3);
}
