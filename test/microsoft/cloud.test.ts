import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cloudSchema, loadCloud, publicCloud } from '../../src/microsoft/index.ts';
import { isDataverseHost } from '../../src/microsoft/cloud.ts';

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'lead-setup-')), 'cloud.json');
  writeFileSync(file, text);
  return file;
}

test('without a file the cloud is the public one', () => {
  expect(loadCloud()).toBe(publicCloud);
  expect(cloudSchema.parse(publicCloud)).toEqual(publicCloud);
  expect(publicCloud.revealOnCard).toBe(false);
});

test('a file is read', () => {
  const other = { ...publicCloud, name: 'other' };
  expect(loadCloud(fileWith(JSON.stringify(other)))).toEqual(other);
});

test.each([
  ['entra.authorityHost', { entra: { authorityHost: 'http://login.example', instanceDiscovery: true } }],
  ['graph.url', { graph: { url: 'https://graph.example', scope: 's' } }],
  ['dataverseHost', { dataverseHost: String.raw`\.dynamics\.com` }],
  ['dataverseHost', { dataverseHost: '^($' }],
  ['the record', { typo: true }],
])('a mistake in %s is one clear line', (path, mistake) => {
  const file = fileWith(JSON.stringify({ ...publicCloud, ...mistake }));
  expect(() => loadCloud(file)).toThrow(`${file}: ${path}: `);
});

test('a file that is missing or no JSON is named', () => {
  expect(() => loadCloud('/nowhere/cloud.json')).toThrow('/nowhere/cloud.json: cannot be read');
  const file = fileWith('{');
  expect(() => loadCloud(file)).toThrow(`${file}: cannot be read`);
});

test.each([
  ['contoso.crm4.dynamics.com', true],
  ['contoso.crm.dynamics.com', true],
  ['contoso.crm4.dynamics.com.evil.example', false],
  ['evil.example', false],
  ['contoso.crm4.dynamics.com:8443', false],
  ['a.b.crm4.dynamics.com', false],
  ['contoso.crm4.dynamics.com\n', false],
])('%j is a Dataverse host of the public cloud: %s', (host, expected) => {
  expect(isDataverseHost(publicCloud, host)).toBe(expected);
});
