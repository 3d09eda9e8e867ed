import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';

import { languagesWithout, manifestMistakes, packApp, translationMistakes, withTexts } from '../../scripts/appPackage.ts';
import { createTranslator } from '../../src/locales/index.ts';
import { intentionOf, languageAsked } from '../../src/locales/words.ts';
import { languages } from '../../src/locales/written.ts';
import { say } from '../../src/setup/sentence.ts';

const root = join(__dirname, '../..');
const settings = {
  MicrosoftAppId: 'b07a9f3e-51c2-4d0e-9a68-3c1d5e7f9b20',
  SSO_CLIENT_ID: '3a1d5f60-7b2c-4e8d-9f01-23456789abcd',
  TEAMS_APP_ID: '5c2e7a10-8d4f-4b6a-9c3e-0f1a2b3c4d5e',
  DEVELOPER_NAME: 'Contoso "Sales" Ltd',
  WEBSITE_URL: 'https://contoso.example/leads',
  PRIVACY_URL: 'https://contoso.example/privacy?a=1&b=2',
  TERMS_OF_USE_URL: 'https://contoso.example/terms',
};
const manifestSchema = z.object({
  $schema: z.string(),
  manifestVersion: z.string(),
  version: z.string(),
  id: z.string(),
  developer: z.object({ name: z.string(), privacyUrl: z.string() }),
  name: z.object({ short: z.string() }),
  description: z.object({ short: z.string(), full: z.string() }),
  icons: z.object({ color: z.string(), outline: z.string() }),
  bots: z.tuple([
    z.object({
      botId: z.string(),
      scopes: z.array(z.string()),
      commandLists: z.array(z.object({ scopes: z.array(z.string()), commands: z.array(z.object({ title: z.string(), description: z.string() })) })),
    }),
  ]),
  localizationInfo: z.object({ defaultLanguageTag: z.string(), additionalLanguages: z.array(z.object({ languageTag: z.string(), file: z.string() })) }),
  validDomains: z.array(z.string()),
  webApplicationInfo: z.object({ id: z.string(), resource: z.string() }),
});

const { defaultLanguageTag, additionalLanguages } = manifestSchema.pick({ localizationInfo: true }).parse(JSON.parse(readFileSync(join(root, 'appPackage/manifest.json'), 'utf8'))).localizationInfo;
const translated = additionalLanguages.map(({ languageTag }) => languageTag);
const files = ['manifest.json', 'color.png', 'outline.png', ...additionalLanguages.map(({ file }) => file)];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-package-'));
  for (const file of files) copyFileSync(join(root, 'appPackage', file), join(folder, file));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function pack(change: Record<string, string | undefined> = {}) {
  return packApp({ folder, version: '1.2.3', environment: { ...settings, PATH: '/bin', ...change } });
}

function mistakes(change: Record<string, string | undefined> = {}): readonly string[] {
  const packed = pack(change);
  return 'mistakes' in packed ? packed.mistakes : [];
}

function contents(): Record<string, Uint8Array> {
  const packed = pack();
  if ('mistakes' in packed) throw new Error(packed.mistakes.join('\n'));
  return unzipSync(packed.zip);
}

function manifestText(): string {
  return strFromU8(contents()['manifest.json'] ?? new Uint8Array());
}

function packedManifest() {
  return manifestSchema.parse(JSON.parse(manifestText()));
}

function translationIn(language: string): Record<string, string> {
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(root, 'appPackage', `${language}.json`), 'utf8')));
}

/** The manifest as somebody reads it whose Teams is set to this language. */
function shownIn(language: string) {
  return language === 'en' ? packedManifest() : manifestSchema.parse(withTexts(packedManifest(), translationIn(language)));
}

describe('the package', () => {
  it('holds the manifest, the two icons and the other languages, and nothing else', () => {
    const packed = contents();
    expect(Object.keys(packed)).toEqual(files);
    for (const file of ['color.png', 'outline.png']) expect(Buffer.from(packed[file] ?? [])).toEqual(readFileSync(join(root, 'appPackage', file)));
    expect(manifestText()).not.toMatch(/\$\{|\{\{|undefined/u);
  });

  it('is the same bytes each time', () => {
    expect(pack()).toEqual(pack());
  });

  it('carries the settings, whatever characters they have', () => {
    expect(packedManifest()).toMatchObject({
      version: '1.2.3',
      id: settings.TEAMS_APP_ID,
      developer: { name: settings.DEVELOPER_NAME, privacyUrl: settings.PRIVACY_URL },
      bots: [{ botId: settings.MicrosoftAppId }],
      webApplicationInfo: { id: settings.SSO_CLIENT_ID, resource: `api://botid-${settings.MicrosoftAppId}` },
    });
  });

  it.each(Object.keys(settings))('is not made without %s: one line says so', (name) => {
    expect(mistakes({ [name]: undefined })).toEqual([expect.stringMatching(new RegExp(`^${name} is missing: .+`, 'u'))]);
    expect(mistakes({ [name]: ' ' })).toHaveLength(1);
  });

  it.each([
    [{ MicrosoftAppId: 'my-bot' }, 'MicrosoftAppId must be a GUID'],
    [{ WEBSITE_URL: 'http://contoso.example' }, 'WEBSITE_URL must be an https address'],
    [{ PRIVACY_URL: 'https://' }, 'PRIVACY_URL must be an https address'],
    [{ DEVELOPER_NAME: 'x'.repeat(33) }, 'DEVELOPER_NAME must have at most 32 characters'],
  ])('is not made with %j', (change, line) => {
    expect(mistakes(change)).toEqual([line]);
  });

  it('is not made with an icon of another size or kind', () => {
    copyFileSync(join(folder, 'outline.png'), join(folder, 'color.png'));
    writeFileSync(join(folder, 'outline.png'), 'GIF89a');
    expect(mistakes()).toEqual(['color.png must be a PNG of 192 × 192, not 32 × 32', 'outline.png must be a PNG of 32 × 32, not something else']);
  });

  it('is not made with a placeholder that no setting fills', () => {
    changeManifest((text) => text.replace('${{DEVELOPER_NAME}}', '${{DEVELOPER}}'));
    expect(mistakes()).toEqual(['manifest.json ${{DEVELOPER}} is not filled by any setting']);
  });

  it.each([
    ['another schema version', '"manifestVersion": "1.27"', '"manifestVersion": "1.21"', '/manifestVersion'],
    ['a property that Teams does not know', '"accentColor"', '"accentColour": "", "accentColor"', 'accentColour'],
    ['a name that is too long', '"short": "Lead Setup"', `"short": "${'x'.repeat(31)}"`, '/name/short'],
  ])('is not made with %s', (_what, before, after, named) => {
    changeManifest((text) => text.replace(before, after));
    expect(mistakes()).toEqual([expect.stringContaining(named)]);
  });
});

describe('the manifest', () => {
  it('passes the public schema that it names', () => {
    const manifest = packedManifest();
    expect(manifestMistakes(JSON.parse(manifestText()))).toEqual([]);
    expect(manifest.$schema).toContain(`/v${manifest.manifestVersion}/`);
    expect(manifest.icons).toEqual({ color: 'color.png', outline: 'outline.png' });
  });

  it('offers personal chats, where setups are made, and teams and group chats, where it answers', () => {
    const [bot] = packedManifest().bots;
    expect(bot.scopes).toEqual(['personal', 'team', 'groupChat']);
    expect(bot.commandLists.map(({ scopes }) => scopes)).toEqual([['personal'], ['team', 'groupChat']]);
  });

  it('is written in languages of the bot only', () => {
    expect([defaultLanguageTag, ...translated]).toEqual(expect.arrayContaining(['en', 'fr']));
    expect(languages).toEqual(expect.arrayContaining([defaultLanguageTag, ...translated]));
    for (const { languageTag, file } of additionalLanguages) expect(file).toBe(`${languageTag}.json`);
  });

  it('trusts the sign-in service only', () => {
    expect(packedManifest().validDomains).toEqual(['token.botframework.com']);
  });
});

describe.each([defaultLanguageTag, ...translated])('what Teams shows before the first word, in %s', (language) => {
  const needed = new Map([['en', /an administrator is needed/iu], ['fr', /un administrateur est nécessaire/iu]]).get(language) ?? /\w/u;

  it('lists commands that the bot understands, each once in a list and in the length that Teams shows', () => {
    const lists = shownIn(language).bots[0].commandLists.map(({ commands }) => commands);
    expect(lists.map((commands) => commands.map(({ title }) => intentionOf(title)))).toEqual([
      ['start', 'status', 'history', 'cancel', 'signOut', 'help'],
      ['status', 'start', 'help'],
    ]);
    for (const { title, description } of lists.flat()) {
      expect(title.length).toBeLessThanOrEqual(32);
      expect(description.length).toBeLessThanOrEqual(128);
    }
  });

  it('says in both descriptions that an administrator is needed', () => {
    const { short, full } = shownIn(language).description;
    expect([short, full]).toEqual([expect.stringMatching(needed), expect.stringMatching(needed)]);
  });

  it('has the name by which the bot welcomes people', () => {
    expect(createTranslator(language)(say('card.welcome.heading'))).toContain(shownIn(language).name.short);
  });

  it('names commands in its description that are understood', () => {
    const [, commands = ''] = /: ([^:.]+)\.[^:]*$/u.exec(shownIn(language).description.full) ?? [];
    const words = commands.split(', ');
    expect(words).toHaveLength(7);
    expect(words.filter((word) => !intentionOf(word) && !languageAsked(word))).toEqual([]);
  });
});

/** Texts that may be the same in every language. */
const sameEverywhere = ['name.short'];

describe.each(translated)('the texts in %s', (language) => {
  it('are no copies of the English ones', () => {
    const english = new Map(textsOf(packedManifest()));
    const texts = Object.entries(translationIn(language)).filter(([place]) => place !== '$schema' && !sameEverywhere.includes(place));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter(([place, text]) => english.get(place) === text)).toEqual([]);
  });

  it('have the paragraphs of the English ones', () => {
    const paragraphs = (text: string) => text.split('\n\n').length;
    expect(paragraphs(shownIn(language).description.full)).toBe(paragraphs(packedManifest().description.full));
  });
});

describe('another language', () => {
  const translation = { ...translationIn('fr'), 'name.full': 'Lead Setup in Esperanto' };

  it('needs nothing here: Teams describes the app in English', () => {
    expect(mistakes()).toEqual([]);
    expect(languagesWithout(folder, ['en', 'eo', 'fr'])).toEqual(['eo']);
  });

  it('is in the package once its file is there and the manifest names it', () => {
    writeFileSync(join(folder, 'eo.json'), JSON.stringify(translation));
    expect(mistakes()).toEqual(['eo.json is there, but manifest.json does not name it under localizationInfo']);
    changeManifest((text) => text.replace('"additionalLanguages": [', '"additionalLanguages": [{ "languageTag": "eo", "file": "eo.json" }, '));
    expect(Object.keys(contents()).toSorted()).toEqual([...files, 'eo.json'].toSorted());
    expect(languagesWithout(folder, ['en', 'eo', 'fr'])).toEqual([]);
  });

  it('is not named without its file', () => {
    changeManifest((text) => text.replace('"additionalLanguages": [', '"additionalLanguages": [{ "languageTag": "eo", "file": "eo.json" }, '));
    expect(mistakes()).toEqual(['eo.json is not there, but manifest.json names it under localizationInfo']);
  });
});

describe('a file of another language', () => {
  it('passes the public schema that it names, with every text of the manifest and no other', () => {
    const french = translationIn('fr');
    expect(french['$schema']).toContain('/v1.27/MicrosoftTeams.Localization.schema.json');
    expect(translationMistakes('fr.json', french, JSON.parse(manifestText()))).toEqual([]);
    expect(Object.keys(french)).toHaveLength(1 + 4 + 2 * 9);
  });

  it.each([
    ['lacks a text', { 'description.full': undefined }, 'fr.json description.full is missing'],
    ['lacks a command', { 'bots[0].commandLists[1].commands[2].title': undefined }, 'fr.json bots[0].commandLists[1].commands[2].title is missing'],
    ['has a text for nothing', { 'bots[0].commandLists[0].commands[9].title': 'x' }, 'fr.json bots[0].commandLists[0].commands[9].title is nothing in manifest.json'],
    ['has a key that Teams does not know', { 'developer.name': 'x' }, expect.stringContaining('developer.name')],
    ['has a name that is too long', { 'name.short': 'x'.repeat(31) }, expect.stringMatching(/^fr\.json \/name\/short/u)],
    ['has a description that is too long', { 'description.short': 'x'.repeat(81) }, expect.stringMatching(/^fr\.json \/description\/short/u)],
  ])('stops the package where it %s', (_what, change, line) => {
    writeFileSync(join(folder, 'fr.json'), JSON.stringify({ ...translationIn('fr'), ...change }));
    expect(mistakes()).toContainEqual(line);
  });
});

describe('the command', () => {
  it('writes the package and says where, or says in a line each what is missing', () => {
    const target = join(folder, 'out', 'app.zip');
    expect(run(target, settings)).toMatchObject({ status: 0, stdout: expect.stringContaining(target) });
    expect(Object.keys(unzipSync(readFileSync(target)))).toEqual(files);
    const { status, stderr } = run(join(folder, 'none.zip'), { ...settings, PRIVACY_URL: '' });
    expect({ status, lines: stderr.trim().split('\n') }).toEqual({
      status: 1,
      lines: ['The app package was not made:', 'PRIVACY_URL is missing: the page with your privacy statement'],
    });
  });
});

/** Every text with its place, as files of languages name it. */
function textsOf(content: unknown, place = ''): [string, string][] {
  if (typeof content === 'string') return [[place, content]];
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([name, inner]) => textsOf(inner, Array.isArray(content) ? `${place}[${name}]` : place ? `${place}.${name}` : name));
}

function run(target: string, environment: Record<string, string>) {
  const node = join(root, 'node_modules/node/bin/node');
  return spawnSync(node, ['scripts/writeAppPackage.ts', target], { cwd: root, env: environment, encoding: 'utf8', timeout: 15_000 });
}

function changeManifest(change: (text: string) => string): void {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
