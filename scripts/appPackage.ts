import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The schema only: the validator beside it needs a package that it does not name, and fetches a schema that it does not have.
import manifestSchema from '@microsoft/app-manifest/build/json-schemas/teams/v1.27/MicrosoftTeams.schema.json' with { type: 'json' };
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

const icons = [
  { file: 'color.png', side: 192 },
  { file: 'outline.png', side: 32 },
] as const;

/** The zip for Teams: the filled manifest and the icons. The same input makes the same bytes. Needs no network. */
export function packApp({ folder, version, environment }: PackOptions): Packed {
  // `NAME=` in a file of settings means that there is none.
  const settings = settingsSchema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim())));
  if (!settings.success) return { mistakes: settings.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`) };
  const manifest = fill(readFileSync(join(folder, 'manifest.json'), 'utf8'), { ...settings.data, VERSION: version });
  const pictures = icons.map((icon) => ({ ...icon, png: readFileSync(join(folder, icon.file)) }));
  const mistakes = [...manifestMistakes(manifest), ...pictures.flatMap(pictureMistakes)];
  if (mistakes.length > 0) return { mistakes };
  const files = { 'manifest.json': strToU8(`${JSON.stringify(manifest, undefined, 2)}\n`), ...Object.fromEntries(pictures.map(({ file, png }) => [file, png])) };
  return { zip: zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) }) };
}

/** Fills in the parsed text, so that no value can change the manifest's structure. A placeholder without a value stays. */
function fill(template: string, values: Readonly<Record<string, string>>): unknown {
  return JSON.parse(template, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\$\{\{(\w+)\}\}/gu, (placeholder, name: string) => values[name] ?? placeholder) : value,
  );
}

/** What Microsoft's schema refuses, and placeholders that are left. */
export function manifestMistakes(manifest: unknown): string[] {
  const validate = new Ajv.default({ allErrors: true, strictTypes: false, formats: { uri: true } }).compile(manifestSchema);
  validate(manifest);
  const refused = (validate.errors ?? []).map(({ instancePath, message, params }) => `manifest.json ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
  const left = JSON.stringify(manifest).match(/\$\{\{[^}]*\}\}/gu) ?? [];
  return [...refused, ...left.map((placeholder) => `manifest.json ${placeholder} is not filled by any setting`)];
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
