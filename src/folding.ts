/** Text as people compare it: accents are left out on many keyboards and phones, so they are left out everywhere, with case and spacing. */
export function fold(text: string): string {
  const bare = text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return bare.toLowerCase().replaceAll('’', "'").replaceAll(/\s+/gu, ' ').trim();
}
