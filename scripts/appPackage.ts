import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// The schema only: the validator beside it needs a package that it does not name, and fetches a schema that it does not have.
import manifestSchema from '@microsoft/app-manifest/build/json-schemas/teams/v1.27/MicrosoftTeams.schema.json' with { type: 'json' };
import localizationSchema from '@microsoft/app-manifest/build/json-schemas/teams/v1.27/MicrosoftTeams.Localization.schema.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import { strToU8, zipSync } from 'fflate';
import { z } from 'zod';

export interface PackOptions {
  /** Where manifest.json and the icons are. */
  readonly folder: string;
  /** The app's version: an update needs a higher one. */
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
export type Packed = { readonly zip: Uint8Array } | { readonly mistakes: readonly string[] };

const given = (what: string) => z.string({ error: `is missing: ${what}` });
const guid = (what: string) => given(what).pipe(z.guid('must be a GUID'));
const page = (what: string) => given(what).refine((text) => /^https:/iu.test(text) && URL.canParse(text), 'must be an https address');

/** What the manifest leaves open, as `${{NAME}}`. */
const settingsSchema = z.object({
  MicrosoftAppId: guid('the application ID of the bot’s own registration'),
  SSO_CLIENT_ID: guid('the application ID of the registration that people sign in to'),
  TEAMS_APP_ID: guid('the ID of this app in Teams, a new GUID that stays the same in later versions'),
  DEVELOPER_NAME: given('who offers the bot, as Teams shows it').max(32, 'must have at most 32 characters'),
  WEBSITE_URL: page('the page where people find help with the bot'),
  PRIVACY_URL: page('the page with your privacy statement'),
  TERMS_OF_USE_URL: page('the page with your terms of use'),
});

/** Microsoft's patterns are written without the `u` flag. A schema is compiled once. */
const ajv = new Ajv.default({ allErrors: true, strictTypes: false, unicodeRegExp: false, formats: { uri: true } });

const icons = [
  { file: 'color.png', side: 192 },
  { file: 'outline.png', side: 32 },
] as const;

/** What is read of the manifest here; the rest is Microsoft's schema's business. */
const languagesSchema = z.object({ localizationInfo: z.object({ additionalLanguages: z.array(z.object({ file: z.string() })) }) });
const translationSchema = z.record(z.string(), z.string());
type Translation = z.infer<typeof translationSchema>;

/** The zip for Teams: the filled manifest, the icons, and a file for each further language. The same input makes the same bytes. Needs no network. */
export function packApp({ folder, version, environment }: PackOptions): Packed {
  // `NAME=` in a file of settings means that there is none.
  const settings = settingsSchema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim())));
  if (!settings.success) return { mistakes: settings.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`) };
  const manifest = fill(readFileSync(join(folder, 'manifest.json'), 'utf8'), { ...settings.data, VERSION: version });
  const pictures = icons.map((icon) => ({ ...icon, png: readFileSync(join(folder, icon.file)) }));
  const named = translationsOf(manifest);
  const translations = named.filter((file) => existsSync(join(folder, file))).map((file) => ({ file, translation: translationSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))) }));
  const mistakes = [
    ...unmatched(named, filesOfLanguages(folder)),
    ...manifestMistakes(manifest),
    ...translations.flatMap(({ file, translation }) => translationMistakes(file, translation, manifest)),
    ...pictures.flatMap(pictureMistakes),
  ];
  if (mistakes.length > 0) return { mistakes };
  const files = Object.fromEntries([
    ['manifest.json', jsonFile(manifest)],
    ...pictures.map(({ file, png }) => [file, png]),
    ...translations.map(({ file, translation }) => [file, jsonFile(translation)]),
  ]);
  return { zip: zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) }) };
}

function jsonFile(content: unknown): Uint8Array {
  return strToU8(`${JSON.stringify(content, undefined, 2)}\n`);
}

function translationsOf(manifest: unknown): string[] {
  return languagesSchema.safeParse(manifest).data?.localizationInfo.additionalLanguages.map(({ file }) => file) ?? [];
}

/** Languages, by their tags, that Teams shows the app in only by its default texts, as no file here is theirs. The default language needs none. */
export function languagesWithout(folder: string, languages: readonly string[]): string[] {
  const files = filesOfLanguages(folder);
  return languages.filter((language) => language !== 'en' && !files.includes(`${language}.json`));
}

function filesOfLanguages(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^[a-z]{2,3}(?:-[A-Za-z]+)?\.json$/u.test(name));
}

function unmatched(named: readonly string[], files: readonly string[]): string[] {
  return [
    ...named.filter((file) => !files.includes(file)).map((file) => `${file} is not there, but manifest.json names it under localizationInfo`),
    ...files.filter((file) => !named.includes(file)).map((file) => `${file} is there, but manifest.json does not name it under localizationInfo`),
  ];
}

/** Fills in the parsed text, so that no value can change the manifest's structure. A placeholder without a value stays. */
function fill(template: string, values: Readonly<Record<string, string>>): unknown {
  return JSON.parse(template, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\$\{\{(\w+)\}\}/gu, (placeholder, name: string) => values[name] ?? placeholder) : value,
  );
}

/** What Microsoft's schema refuses, and placeholders that are left. */
export function manifestMistakes(manifest: unknown): string[] {
  const left = JSON.stringify(manifest).match(/\$\{\{[^}]*\}\}/gu) ?? [];
  const unfilled = left.map((placeholder) => `manifest.json ${placeholder} is not filled by any setting`);
  return [...refusals(manifestSchema, manifest).map((line) => `manifest.json ${line}`), ...unfilled];
}

function refusals(schema: object, content: unknown): string[] {
  const validate = ajv.compile(schema);
  validate(content);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
}

/** A text of the manifest that a file of another language replaces, and where it stands: `name.short`. */
const localisable = /^(?:name\.(?:short|full)|description\.(?:short|full)|bots\[\d\]\.commandLists\[\d\]\.commands\[\d+\]\.(?:title|description))$/u;

/** What Microsoft's schema for such files refuses, what is missing or has no counterpart, and what the manifest could not hold. */
export function translationMistakes(file: string, translation: Translation, manifest: unknown): string[] {
  const { $schema: _schema, ...texts } = translation;
  const own = textsOf(manifest).filter((path) => localisable.test(path));
  const missing = own.filter((path) => texts[path] === undefined).map((path) => `${path} is missing`);
  const unknown = Object.keys(texts).filter((path) => !own.includes(path)).map((path) => `${path} is nothing in manifest.json`);
  // Microsoft's schema does not look at the length of everything; the manifest with these texts in it shows the rest.
  const before = refusals(manifestSchema, manifest);
  const inPlace = refusals(manifestSchema, withTexts(manifest, texts)).filter((line) => !before.includes(line));
  return [...new Set([...refusals(localizationSchema, translation), ...missing, ...unknown, ...inPlace])].map((line) => `${file} ${line}`);
}

/** The place of every text, as files of languages name it. */
function textsOf(content: unknown, place = ''): string[] {
  if (typeof content === 'string') return [place];
  if (Array.isArray(content)) return content.flatMap((inner: unknown, index) => textsOf(inner, `${place}[${index}]`));
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([name, inner]) => textsOf(inner, place ? `${place}.${name}` : name));
}

/** The content with these texts at their places. */
export function withTexts(content: unknown, texts: Translation, place = ''): unknown {
  if (typeof content === 'string') return texts[place] ?? content;
  if (Array.isArray(content)) return content.map((inner: unknown, index) => withTexts(inner, texts, `${place}[${index}]`));
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(Object.entries(content).map(([name, inner]) => [name, withTexts(inner, texts, place ? `${place}.${name}` : name)]));
}

function pictureMistakes({ file, side, png }: { file: string; side: number; png: Buffer }): string[] {
  const size = pngSize(png);
  return size === `${side} × ${side}` ? [] : [`${file} must be a PNG of ${side} × ${side}, not ${size}`];
}

/** Width and height as the picture's first chunk names them. */
function pngSize(png: Buffer): string {
  if (png.length < 24 || png.toString('latin1', 1, 4) !== 'PNG') return 'something else';
  return `${png.readUInt32BE(16)} × ${png.readUInt32BE(20)}`;
}
