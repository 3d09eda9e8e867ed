import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { languages } from '../src/locales/written.ts';
import { languagesWithout, packApp } from './appPackage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const folder = join(root, 'appPackage');
const packed = packApp({ folder, version, environment: process.env });
if ('mistakes' in packed) {
  console.error(['The app package was not made:', ...packed.mistakes].join('\n'));
  process.exitCode = 1;
} else {
  const target = resolve(process.argv[2] ?? join(root, 'appPackage/build/appPackage.zip'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, packed.zip);
  console.log(`The app package is ${target} (${packed.zip.length} bytes).`);
  for (const language of languagesWithout(folder, languages)) console.log(`Until there is an appPackage/${language}.json, Teams describes the app in English to those who read ${language}.`);
}
