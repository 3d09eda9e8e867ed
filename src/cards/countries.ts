/** ISO 3166-1, two letters each. Which of them Microsoft sells to is Microsoft's to say. */
const codes =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZ' +
  'CACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFR' +
  'GAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJP' +
  'KEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZ' +
  'NANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW' +
  'SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ' +
  'UAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW';

/** As an `Input.ChoiceSet` takes it. */
export interface CountryChoice {
  /** ISO 3166-1, two letters. */
  readonly value: string;
  readonly title: string;
}

/** In the words of this locale; what is no code stays as it is. */
export function countryName(code: string, locale: string): string {
  return /^[A-Z]{2}$/u.test(code) ? (namesIn(locale).of(code) ?? code) : code;
}

/** Every country as a choice, named and sorted as the person's language does. */
export function countryChoices(locale: string): CountryChoice[] {
  const { compare } = new Intl.Collator(locale);
  return (codes.match(/../gu) ?? []).map((value) => ({ value, title: countryName(value, locale) })).toSorted((a, b) => compare(a.title, b.title));
}

const known = new Map<string, Intl.DisplayNames>();

function namesIn(locale: string): Intl.DisplayNames {
  const names = known.get(locale) ?? new Intl.DisplayNames(locale, { type: 'region' });
  known.set(locale, names);
  return names;
}
