import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
let folder: string;

/** The bot's own code with one file more: sentences in another language, here French ones with a mark. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-more-language-'));
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'src/locales/eo.json'), readFileSync(join(root, 'src/locales/fr.json'), 'utf8').replaceAll('"heading": "', '"heading": "EO '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What these lines print, run in that code. */
function printed(lines: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', lines], { cwd: folder, encoding: 'utf8', timeout: 15_000 });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('one file of sentences', () => {
  it('is enough for a card in another language', () => {
    const card = printed(`
      import { helpCard } from './src/cards/messageCards.ts';
      import { createTranslator } from './src/locales/index.ts';
      console.log(JSON.stringify(helpCard({ t: createTranslator('eo'), locale: 'eo', now: new Date(0) })));
    `);
    expect(card).toMatchObject({ lang: 'eo' });
    expect(JSON.stringify(card)).toContain('EO ');
  });

  it('is enough to ask for that language by its name in every other one, and to be offered it', () => {
    const found = printed(`
      import { languagesIn, spokenLocale } from './src/locales/index.ts';
      import { intentionOf, languageAsked } from './src/locales/words.ts';
      const asked = ['language Esperanto', 'langue espéranto'].map((text) => languageAsked(text).language);
      console.log(JSON.stringify({ asked, offered: languagesIn('en'), spoken: spokenLocale('eo'), typed: intentionOf('statut') }));
    `);
    expect(found).toEqual({ asked: ['eo', 'eo'], offered: expect.stringContaining('Esperanto'), spoken: 'eo', typed: 'status' });
  });
});
